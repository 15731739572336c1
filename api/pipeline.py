"""The main job from files to files: policies and departmental extracts in; ranked matches with reasons, a workbook and a report out.

Nothing is dropped in silence: each policy file is parsed or refused with a reason, each record linked, in review or refused, and the
report counts them. The rules used here come straight from the parser; the report says that no officer has approved them yet.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from api.matchbook import MatchRow, write_match_book
from api.matchreasons import amount_text
from api.refusals import Refusals, records_json, refused_lines, write_refusals
from features.assemble import Report, assemble, profiles
from features.errors import SourceError
from features.profile import EnterpriseProfile
from matcher.columns import Table
from matcher.determination import Determination, determine
from matcher.evaluate import Reading
from matcher.explain import gap_sentences, headline, sum_masked
from matcher.explain_json import explanation_to_json
from matcher.gaps import near_miss
from matcher.ports import Band, Scorer
from matcher.ranking import band_for, candidate_of, rank
from matcher.screen import Screening, screen
from policies.batch import ParseSummary, parse_files
from policies.loading import load_rules
from policies.rules import RuleDocument, with_quotes

_BESIDE = frozenset(
    {".csv", ".json", ".md", ".toml", ".py"}
)  # tables and notes about the policies: set aside by name, refused by nobody
_ELIGIBLE = 2  # a screening verdict
BAND_WORDS = {
    Band.DIRECT: "可直接享受",
    Band.ELIGIBLE: "符合条件待申报",
    Band.NEAR: "差一点",
    Band.UNKNOWN: "无法判断",
    Band.NOT_MET: "暂不符合",
}


@dataclass(frozen=True, slots=True)
class MatchedPolicies:
    """The rule documents of one run in order, with what was refused, and what was left out because it says nothing new."""

    documents: tuple[RuleDocument, ...]
    refused: tuple[tuple[str, str, str], ...]  # file, code, reason
    without_items: tuple[str, ...]
    duplicates: tuple[tuple[str, str], ...] = ()  # file, the file with the same text
    set_aside: tuple[tuple[str, str], ...] = ()  # file or folder, reason


@dataclass(slots=True)
class MatchReport:
    """Counts and times of one run."""

    as_of: date
    out: Path
    stages: dict[str, float] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    bands: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    troubles: tuple[str, ...] = ()

    def summary(self) -> str:
        """The run in a few Chinese lines."""
        count = self.counts
        lines = [
            f"基准日 {self.as_of.isoformat()}",
            f"政策文件 {count['files']} 份:解析 {count['parsed']} 份(其中 {count['without_items']} 份不含惠企事项),未能解析 {count['files_refused']} 份,正文重复 {count['files_repeated']} 份;事项 {count['items']} 项",
            f"企业 {count['enterprises']} 家;部门数据未采用 {count['rows_refused']} 行,待人工核对 {count['rows_review']} 行(逐行原因见 {self.out / 'refused'})",
            "匹配:" + ",".join(f"{word} {self.bands[word]}" for word in BAND_WORDS.values() if word != BAND_WORDS[Band.NOT_MET]),
            "用时:" + ",".join(f"{stage} {seconds:.1f} 秒" for stage, seconds in self.stages.items()),
            f"结果:{self.out / 'matches.jsonl'} 与 {self.out / 'matches.xlsx'}",
        ]
        return "\n".join(lines)

    @contextmanager
    def stage(self, name: str, progress: Callable[[str], None]) -> Iterator[None]:
        """Time one stage and tell the person waiting."""
        progress(f"{name}……")
        started = time.perf_counter()
        yield
        self.stages[name] = time.perf_counter() - started


def parse_folder(folder: Path, parsed_dir: Path, *, workers: int) -> MatchedPolicies:
    """Parse every policy file of a folder by its content, whatever its suffix; what is no policy is refused with a reason."""
    entries = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    aside = [(p.name, "下级文件夹,未读取;请把政策文件放在同一层") for p in entries if p.is_dir()]
    aside += [(p.name, "随附的表格或说明,不是政策文件,未读取") for p in entries if p.is_file() and p.suffix.lower() in _BESIDE]
    policies = [p for p in entries if p.is_file() and p.suffix.lower() not in _BESIDE]
    return _documents_of(parse_files(policies, out_dir=parsed_dir, workers=workers), aside)


def _documents_of(summary: ParseSummary, aside: Sequence[tuple[str, str]]) -> MatchedPolicies:
    documents, without, repeated = [], [], []
    refused = [(o.path.name, o.code or "", o.message or "") for o in summary.refused]
    first: dict[str, str] = {}
    for outcome in summary.parsed:
        if outcome.parsed is None:
            continue
        text = "".join(outcome.parsed.text.split())
        if text in first:
            repeated.append((outcome.path.name, first[text]))
            continue
        first[text] = outcome.path.name
        document = load_rules(outcome.parsed.rules)
        if outcome.parsed.quarantined:
            refused.append((outcome.path.name, "QUARANTINED", "正文疑被篡改或夹带广告,已隔离,须人工核对原文后方可使用"))
        elif document.items:
            documents.append(with_quotes(document, outcome.parsed.text))
        else:
            without.append(outcome.path.name)
    return MatchedPolicies(tuple(documents), tuple(refused), tuple(without), tuple(repeated), tuple(aside))


def match_files(
    records: Path,
    policies: Path,
    *,
    as_of: date,
    out: Path,
    workers: int = 2,
    scorer: Scorer | None = None,
    reveal: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> MatchReport:
    """Run the whole job; writes parsed/, refused/, matches.jsonl, matches.xlsx and report.json under `out`.

    Raises features.errors.SourceError where the records folder holds nothing that can be used.
    """
    out.mkdir(parents=True, exist_ok=True)
    report = MatchReport(as_of, out)
    with report.stage("解析政策", progress):
        read = parse_folder(policies, out / "parsed", workers=workers)
    with report.stage("建立企业档案", progress):
        assembly = assemble(records, as_of)
    with assembly:
        if not assembly.report.files:
            raise SourceError(f"目录“{records.name}”中没有任何数据文件;请给出部门数据目录,其中每个来源一个子目录")
        with report.stage("全量判定", progress):
            screening = screen(read.documents, Table(assembly.snapshot.table()), as_of)
        with report.stage("说明理由与排序", progress):
            rows = _matches(read.documents, screening, profiles(assembly), as_of, scorer, report)
            _write(rows, read, screening, report, reveal=reveal)
        with report.stage("写出问题清单", progress):
            refusals = write_refusals(assembly.log, as_of, out / "refused")
        _count(read, assembly.report, report)
    report.troubles = (*(f"{file}:{reason}" for file, _, reason in read.refused), *refused_lines(assembly.report, out / "refused"))
    (out / "report.json").write_text(
        json.dumps(_report_json(read, assembly.report, refusals, report), ensure_ascii=False, indent=1), "utf-8"
    )
    return report


def _matches(
    documents: Sequence[RuleDocument],
    screening: Screening,
    people: Iterator[EnterpriseProfile],
    as_of: date,
    scorer: Scorer | None,
    report: MatchReport,
) -> Iterator[MatchRow]:
    """Every enterprise's matches in their order: what is eligible, and what is a step or two away. What is open for want of more facts
    is counted, item by item, and can be listed in full with `mianshen decide`."""
    numbers = {d.meta.id: i for i, d in enumerate(documents)}
    positions = [(numbers[document], item) for document, item in screening.items]
    verdicts = [screening.verdicts(i) for i in range(len(positions))]
    for row, profile in enumerate(people):
        report.counts["enterprises"] += 1
        found: dict[tuple[str, str, int], Determination] = {}
        reading = Reading(profile, as_of)
        candidates = []
        for (number, item), column in zip(positions, verdicts, strict=True):
            if column[row] != _ELIGIBLE:
                band = band_for(documents[number], item, profile, as_of, reading=reading)
                report.bands[BAND_WORDS[band]] += 1
                if band is not Band.NEAR:
                    continue
            else:
                report.bands[BAND_WORDS[Band.DIRECT if documents[number].items[item].is_automatic else Band.ELIGIBLE]] += 1
            determination = determine(documents[number], item, profile, as_of, reading=reading)
            candidate = candidate_of(determination, profile)
            found[candidate.key] = determination
            candidates.append(candidate)
        ranking = rank(candidates, scorer)
        for ranked in ranking.ranked:
            word = BAND_WORDS[ranked.candidate.band]
            determination = found[ranked.candidate.key]
            near = near_miss(determination, profile) if ranked.candidate.band is Band.NEAR else None
            yield MatchRow(reading, determination, ranked.candidate, word, ranked.place, ranked.score, ranking.scorer_version, near)


def _write(rows: Iterator[MatchRow], read: MatchedPolicies, screening: Screening, report: MatchReport, *, reveal: bool) -> None:
    part = report.out / "matches.jsonl.part"
    with part.open("w", encoding="utf-8") as lines:

        def told() -> Iterator[MatchRow]:
            for row in rows:
                lines.write(json.dumps(_line(row, reveal=reveal), ensure_ascii=False) + "\n")
                yield row

        write_match_book(
            report.out / "matches.xlsx", told(), read.documents, screening, read.refused, as_of=report.as_of, reveal=reveal
        )
    part.replace(report.out / "matches.jsonl")


def _line(row: MatchRow, *, reveal: bool) -> dict[str, Any]:
    """One match for machines; the whole reason stands with what is eligible, and what is wanting with what is near."""
    determination, candidate = row.determination, row.candidate
    meta = determination.document.meta
    hidden = sum_masked(determination, reveal=reveal)
    line: dict[str, Any] = {
        "uscc": candidate.uscc,
        "name": row.profile.name,
        "place": row.place,
        "band": row.band,
        "status": determination.verdict.eligibility,
        "document": candidate.document_id,
        "item": candidate.item,
        "title": determination.item.title,
        "policy": meta.title,
        "doc_number": meta.doc_number,
        "category": candidate.category,
        "delivery": candidate.delivery,
        "low": None if hidden else _plain(candidate.low),
        "high": None if hidden or candidate.high is None else _plain(candidate.high),
        "masked": hidden,
        "amount": amount_text(determination, reveal=reveal),
        "reason": headline(determination, reveal=reveal),
        "score": row.score,
        "scorer": row.scorer_version,
    }
    if candidate.band is Band.NEAR:
        line["gap"] = list(gap_sentences(row.near, reveal=reveal)) if row.near else []
        line["missing"] = [{"fact": m.fact, "period": m.period} for m in determination.missing]
    else:
        line["explanation"] = explanation_to_json(determination, reveal=reveal, reading=row.reading)
    return line


def _plain(amount: Decimal) -> str:
    return format(amount.normalize(), "f")


def _count(read: MatchedPolicies, records: Report, report: MatchReport) -> None:
    count = report.counts
    count["parsed"] = len(read.documents) + len(read.without_items)
    count["without_items"] = len(read.without_items)
    count["files_refused"] = len(read.refused)
    count["files_repeated"] = len(read.duplicates)
    count["files"] = count["parsed"] + count["files_refused"] + count["files_repeated"]
    count["items"] = sum(len(d.items) for d in read.documents)
    count["rows_refused"], count["rows_review"] = records.refused_rows, records.review
    report.refused = count["files_refused"] + count["rows_refused"]


def _report_json(read: MatchedPolicies, records: Report, refusals: Refusals, report: MatchReport) -> dict[str, Any]:
    return {
        "as_of": report.as_of.isoformat(),
        "rules": "由解析器直接生成,尚未经政策专员审核;正式使用须在服务中审核发布",
        "counts": dict(report.counts),
        "bands": dict(report.bands),
        "seconds": {k: round(v, 2) for k, v in report.stages.items()},
        "policies_refused": [{"file": f, "code": c, "reason": r} for f, c, r in read.refused],
        "policies_without_items": list(read.without_items),
        "policies_repeated": [{"file": f, "same_text_as": first} for f, first in read.duplicates],
        "policies_set_aside": [{"file": f, "reason": r} for f, r in read.set_aside],
        "records": records_json(records),
        "records_refused": refusals.to_json(report.out),
    }
