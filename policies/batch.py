"""Many policy files at once: each in the sandbox, its rules or its refusal written beside the others'."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from policies.errors import UnreadablePolicy
from policies.parsing import ParsedPolicy
from policies.reading import MAX_BYTES
from policies.sandbox import Limits, Sandbox


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file: `parsed`, or the `code` and `message` of its refusal."""

    path: Path
    document_id: str
    parsed: ParsedPolicy | None = None
    code: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class ParseSummary:
    """The outcomes in the order of the files."""

    outcomes: tuple[FileOutcome, ...]

    @property
    def parsed(self) -> tuple[FileOutcome, ...]:
        """The files that gave rules (perhaps none)."""
        return tuple(outcome for outcome in self.outcomes if outcome.parsed is not None)

    @property
    def refused(self) -> tuple[FileOutcome, ...]:
        """The files that could not be read."""
        return tuple(outcome for outcome in self.outcomes if outcome.parsed is None)


def parse_all(
    paths: Sequence[Path],
    *,
    workers: int = 2,
    limits: Limits | None = None,
    done: Callable[[FileOutcome], None] | None = None,
) -> ParseSummary:
    """Parse every file, `workers` at a time; `done` is told of each as it ends, from several threads."""
    waiting: SimpleQueue[Sandbox] = SimpleQueue()
    count = max(1, min(workers, len(paths)))
    sandboxes = [Sandbox(limits) for _ in range(count)]
    for sandbox in sandboxes:
        waiting.put(sandbox)

    def run(path: Path, document_id: str) -> FileOutcome:
        sandbox = waiting.get()
        try:
            outcome = _parse_one(path, document_id, sandbox)
        finally:
            waiting.put(sandbox)
        if done is not None:
            done(outcome)
        return outcome

    try:
        with ThreadPoolExecutor(max_workers=count) as pool:
            outcomes = tuple(pool.map(run, paths, distinct_ids(paths)))
    finally:
        for sandbox in sandboxes:
            sandbox.close()
    return ParseSummary(outcomes)


def parse_files(
    paths: Sequence[Path],
    *,
    out_dir: Path,
    workers: int = 2,
    limits: Limits | None = None,
    done: Callable[[FileOutcome], None] | None = None,
) -> ParseSummary:
    """Parse every file and write DIR/<stem>.json, or DIR/<stem>.error.json {code, message}.

    What else the reading gave (text, hash, diagnostics, ledger, attachments) goes to DIR/reading/<stem>.json. Two files of one stem
    are told apart by their suffix. Results of an earlier run for the same stem are replaced, never mixed.
    """
    (out_dir / "reading").mkdir(parents=True, exist_ok=True)

    def written(outcome: FileOutcome) -> None:
        write_outcome(outcome, out_dir)
        if done is not None:
            done(outcome)

    return parse_all(paths, workers=workers, limits=limits, done=written)


def write_outcome(outcome: FileOutcome, out_dir: Path) -> None:
    """Write one file's rules and reading, or its refusal, and remove what an earlier run left under the same name."""
    rules = out_dir / f"{outcome.document_id}.json"
    reading = out_dir / "reading" / f"{outcome.document_id}.json"
    refusal = out_dir / f"{outcome.document_id}.error.json"
    if outcome.parsed is None:
        rules.unlink(missing_ok=True)
        reading.unlink(missing_ok=True)
        _write(refusal, {"code": outcome.code, "message": outcome.message})
        return
    refusal.unlink(missing_ok=True)
    plain = outcome.parsed.to_json()
    _write(rules, plain.pop("rules"))
    _write(reading, plain)


def distinct_ids(paths: Sequence[Path]) -> tuple[str, ...]:
    """An id for each path, its stem where that is unique: a.pdf, b.txt, b.docx -> a, b, b.docx; later ones give way."""
    taken: set[str] = set()
    ids: list[str] = []
    for path in paths:
        stem = path.stem
        candidates = [stem, f"{stem}{path.suffix.lower()}"]
        candidates += [f"{stem}-{number}{path.suffix.lower()}" for number in range(2, len(paths) + 2)]
        chosen = next(candidate for candidate in candidates if candidate not in taken)
        taken.add(chosen)
        ids.append(chosen)
    return tuple(ids)


def _parse_one(path: Path, document_id: str, sandbox: Sandbox) -> FileOutcome:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as trouble:
        message = f"文件无法打开({trouble.strerror or '未知原因'}),请检查路径和权限"
        return FileOutcome(path, document_id, code="unreadable_file", message=message)
    try:
        parsed = sandbox.parse(data, name=path.name, document_id=document_id)
    except UnreadablePolicy as refused:
        return FileOutcome(path, document_id, code=refused.code, message=refused.message)
    return FileOutcome(path, document_id, parsed=parsed)


def _write(path: Path, plain: object) -> None:
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(json.dumps(plain, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", errors="replace")
    temporary.replace(path)
