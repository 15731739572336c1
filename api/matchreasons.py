"""The reasons sheet of a match workbook: line by line, the conditions and the sum of a match with the record and the words each rests on."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from api.workbook import Column
from features.profile import STATE
from matcher.amounts import AmountLine
from matcher.determination import Determination
from matcher.evaluate import Reading, UsedValue
from matcher.explain import amount_sentence, gap_sentences, sum_masked
from matcher.explain_json import explanation_to_json, finding_to_json
from matcher.gaps import NearMiss
from matcher.requirements import is_masked
from matcher.words import fact_name, key_name, source_name, value_name

MASKED = "按敏感数据计算,已遮蔽"
REASONS = (
    Column("统一社会信用代码", 22, meaning="18 位,文本格式"),
    Column("企业名称", 30, meaning="登记名称"),
    Column("政策", 36, meaning="政策文件标题"),
    Column("文号", 18, meaning="政策文件的文号"),
    Column("事项", 30, meaning="惠企事项名称"),
    Column("类别", 10, meaning="条件、金额;“差一点”的匹配为尚缺条件、怎样符合"),
    Column("内容", 50, meaning="政策要求或金额标准,转写为一句话"),
    Column("结论", 10, meaning="条件:符合、不符合、待核;金额:计入、未计入、待核"),
    Column("企业情况", 40, meaning="用于判定的取值,或金额的计算过程;敏感数据按级别遮蔽"),
    Column("数据来源", 18, meaning="提供该数据的部门"),
    Column("数据记录", 30, meaning="该部门的文件与行号或记录号,可据此回查"),
    Column("数据日期", 12, meaning="数据的期间或登记日期"),
    Column("政策原文", 60, meaning="该条件或金额所依据的原文"),
    Column("原文位置", 14, meaning="在政策文件正文中的起止字符位置"),
)


def amount_text(determination: Determination, *, reveal: bool) -> str:
    """The sum in words; where it is withheld, the words say so."""
    text = amount_sentence(determination, reveal=reveal)
    return f"{text}({MASKED})" if sum_masked(determination, reveal=reveal) else text


def reasons_of(
    determination: Determination, reading: Reading, near: NearMiss | None, *, is_near: bool, reveal: bool
) -> Iterator[list[str]]:
    """The lines of one match in the columns of `REASONS`: of an eligible one all conditions and the sum, of a near one what is open."""
    meta = determination.document.meta
    head = [determination.uscc or "", reading.profile.name or "", meta.title or "", meta.doc_number or "", determination.item.title]
    lines = _open_lines(determination, reading, near, reveal=reveal) if is_near else _whole(determination, reading, reveal=reveal)
    for line in lines:
        yield [*head, *line]


def _whole(determination: Determination, reading: Reading, *, reveal: bool) -> Iterator[list[str]]:
    explanation = explanation_to_json(determination, reveal=reveal, reading=reading)
    found = [leaf for section in explanation["sections"] for leaf in _leaves(section["finding"])]
    yield from (_leaf_line("条件", leaf) for leaf in found)
    if not found:
        yield ["条件", "政策没有列出可由数据核对的条件", *[""] * 5, *_place(explanation["item"]["evidence"])]
    lines = determination.benefit.lines if determination.benefit else ()
    told = explanation["amount"]["lines"] if explanation["amount"] else []
    yield from (_amount_line(line, words, reveal=reveal) for line, words in zip(lines, told, strict=True))
    if not told:
        yield ["金额", "政策未载明金额,以主管部门核定为准", *[""] * 5, *_place(explanation["item"]["evidence"])]


def _open_lines(determination: Determination, reading: Reading, near: NearMiss | None, *, reveal: bool) -> Iterator[list[str]]:
    for finding in (determination.common, determination.own, determination.tiers):
        if finding is not None:
            yield from (_leaf_line("尚缺条件", leaf) for leaf in _open(finding_to_json(finding, reveal=reveal, reading=reading)))
    for sentence in gap_sentences(near, reveal=reveal) if near else ():
        yield ["怎样符合", sentence, *[""] * 7]


def _leaf_line(kind: str, leaf: dict[str, Any]) -> list[str]:
    sources = leaf["sources"]
    wanting = "；".join(dict.fromkeys(f"{m['text']}。{m['advice']}" for m in leaf["missing"]))
    return [
        kind,
        leaf["requirement"],
        leaf["verdict_word"],
        str(leaf["own"] or "") if leaf["verdict_word"] != "待核" else wanting or leaf["own"] or "",
        _joined(s["source_name"] for s in sources),
        _joined(s["record"] for s in sources),
        _joined(key_name(s["period"]) if s["period"] != STATE else s["recorded_at"] for s in sources),
        *_place(leaf["evidence"]),
    ]


def _amount_line(line: AmountLine, told: dict[str, Any], *, reveal: bool) -> list[str]:
    steps = [step["text"] for step in told["steps"]]
    base = [_base_text(used, reveal=reveal) for used in line.base]
    wanting = [f"{m['text']}。{m['advice']}" for m in told["missing"]]
    worked = [MASKED, *base] if told["masked"] else steps
    verdict = "计入" if told["counts"] else "未计入" if told["applies_word"] != "待核" else "待核"
    origins = [used.provenance for used in line.base]
    return [
        "金额",
        told["rule"],
        verdict,
        "；".join(dict.fromkeys([*worked, *wanting])),
        _joined(source_name(o.source) for o in origins if o),
        _joined(o.record for o in origins if o),
        _joined(key_name(u.period) if u.period != STATE else u.provenance and u.provenance.recorded_at for u in line.base),
        *_place(told["evidence"]),
    ]


def _base_text(used: UsedValue, *, reveal: bool) -> str:
    period = f"({key_name(used.period)})" if used.period != STATE else ""
    value = "已遮蔽" if is_masked(used.fact, reveal=reveal) else value_name(used.fact, used.value)
    return f"计算基数:{fact_name(used.fact)}{period} {value}"


def _joined(words: Iterable[object]) -> str:
    return "、".join(dict.fromkeys(str(word) for word in words if word))


def _place(evidence: dict[str, Any] | None) -> Sequence[str]:
    return (evidence.get("quote") or "", f"{evidence['start']}-{evidence['end']}") if evidence else ("", "")


def _leaves(finding: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if finding["kind"] == "leaf":
        if "fact" in finding:
            yield finding
        return
    for part in finding["parts"]:
        yield from _leaves(part)


def _open(finding: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The leaves of what is not met: whatever holds already is left out, except under a negation, which turns it round."""
    if finding["verdict_word"] == "符合":
        return
    if finding["kind"] in ("leaf", "not"):
        yield from _leaves(finding)
        return
    for part in finding["parts"]:
        yield from _open(part)
