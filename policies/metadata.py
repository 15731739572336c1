"""What a document says about itself: title, number, issuer, dates in force, region and kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

_WITHOUT_ITEMS = frozenset({"plan", "interpretation", "speech", "list"})


@dataclass(frozen=True, slots=True)
class DocumentMetadata:
    """The contract's `document`; a None says that the text does not tell. `effective_to` is the last day in force."""

    title: str | None
    doc_number: str | None
    issuer: tuple[str, ...]
    issued_on: date | None
    effective_from: date | None
    effective_to: date | None
    region: str | None
    kind: str

    @property
    def bears_items(self) -> bool:
        """Whether a document of this kind can grant anything: plans, speeches, interpretations and lists do not."""
        return self.kind not in _WITHOUT_ITEMS

    def to_json(self, document_id: str) -> dict[str, object]:
        """The `document` object of rules.schema.json."""
        return {
            "id": document_id,
            "title": self.title,
            "doc_number": self.doc_number,
            "issuer": list(self.issuer),
            "issued_on": self.issued_on.isoformat() if self.issued_on else None,
            "effective_from": self.effective_from.isoformat() if self.effective_from else None,
            "effective_to": self.effective_to.isoformat() if self.effective_to else None,
            "region": self.region,
            "kind": self.kind,
        }
