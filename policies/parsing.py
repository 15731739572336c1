"""One policy file from bytes to rules: read, describe, extract, and say what is odd. The glue and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policies.assembling import assemble
from policies.conforming import conform
from policies.contamination import find_contamination
from policies.diagnostics import Diagnostic, Severity
from policies.document import Attachment
from policies.metadata import describe
from policies.reading import read_policy


@dataclass(frozen=True, slots=True)
class ParsedPolicy:
    """What one file gave. `rules` is the contract's JSON form (rules.schema.json); all offsets point into `text`.

    A quarantined text was damaged on its way to us (words replaced by advertising): its rules have no items and no
    officer may publish them before another copy was found. `ledger` says sentence by sentence what became a rule.
    """

    rules: dict[str, Any]
    text: str
    sha256: str
    source_format: str
    encoding: str | None
    diagnostics: tuple[Diagnostic, ...]
    ledger: tuple[dict[str, Any], ...]
    attachments: tuple[Attachment, ...]
    pages: tuple[tuple[int, int], ...]
    quarantined: bool

    def to_json(self) -> dict[str, Any]:
        """Everything in plain JSON values; `from_json` reads it back."""
        return {
            "rules": self.rules,
            "text": self.text,
            "sha256": self.sha256,
            "source_format": self.source_format,
            "encoding": self.encoding,
            "diagnostics": [diagnostic.to_json() for diagnostic in self.diagnostics],
            "ledger": list(self.ledger),
            "attachments": [{"title": found.title, "href": found.href} for found in self.attachments],
            "pages": [list(page) for page in self.pages],
            "quarantined": self.quarantined,
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> ParsedPolicy:
        """Read what `to_json` wrote; KeyError or TypeError where it is something else."""
        return cls(
            rules=dict(plain["rules"]),
            text=str(plain["text"]),
            sha256=str(plain["sha256"]),
            source_format=str(plain["source_format"]),
            encoding=plain["encoding"],
            diagnostics=tuple(
                Diagnostic(d["code"], Severity(d["severity"]), d["message"], d["start"], d["end"]) for d in plain["diagnostics"]
            ),
            ledger=tuple(plain["ledger"]),
            attachments=tuple(Attachment(found["title"], found["href"]) for found in plain["attachments"]),
            pages=tuple((int(page[0]), int(page[1])) for page in plain["pages"]),
            quarantined=bool(plain["quarantined"]),
        )


def parse_policy(data: bytes, *, name: str, document_id: str) -> ParsedPolicy:
    """Parse one file; raises UnreadablePolicy where it cannot be read.

    Untrusted files belong in policies.sandbox, which calls this in a process with limits.
    """
    text = read_policy(data, name=name)
    contamination = find_contamination(text.text)
    metadata = describe(text)
    assembled = assemble(text, metadata.metadata)
    rules: dict[str, Any] = {"version": 1, "document": metadata.metadata.to_json(document_id)}
    if assembled.common and not contamination.quarantined:
        rules["common"] = assembled.common
    rules["items"] = [] if contamination.quarantined else list(assembled.items)
    conforming, faults = conform(rules)
    return ParsedPolicy(
        rules=conforming,
        text=text.text,
        sha256=text.sha256,
        source_format=text.source_format.value,
        encoding=text.encoding,
        diagnostics=(
            *text.diagnostics,
            *contamination.diagnostics,
            *metadata.diagnostics,
            *assembled.diagnostics,
            *faults,
        ),
        ledger=tuple(entry.to_json() for entry in assembled.ledger),
        attachments=text.attachments,
        pages=text.page_starts(),
        quarantined=contamination.quarantined,
    )
