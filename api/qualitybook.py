"""Data quality as a workbook: by department, by source, by fact, by reason, and every row that was not used as it came.

No sheet repeats a figure of an enterprise: a row is named by its file and number, and the department has the file.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from api.workbook import Cell, Column, Sheet, write_workbook
from features.assemble import assemble
from features.daylog import days_of
from features.quality import ErrorRow, FactTrend, QualityReport, SourceQuality, error_rows, quality_of
from features.sources.mapping import SourceMapping, load_mappings, mapping_of

_OUTCOMES: Mapping[str, str] = {"refused": "不予采用", "review": "待人工核对", "flagged": "已采用,该单元格按未知处理"}
_UNREGISTERED = "来源未登记"
_COUNTS = (
    Column("收到行数", 10, "count", "各次报送的数据行合计,不含表头和空行"),
    Column("已关联", 10, "count", "已确定属于哪家企业并采用的行"),
    Column("待核", 10, "count", "归属须人工核对的行"),
    Column("不予采用", 10, "count", "因错误或不属于登记库中的企业而未采用的行"),
    Column("单元格有误", 10, "count", "行已采用,但有单元格不可信而按未知处理的行"),
)


def write_quality_book(
    path: Path,
    report: QualityReport,
    lines: Iterable[ErrorRow] = (),
    *,
    mappings: Sequence[SourceMapping] | None = None,
    since: tuple[date, Sequence[FactTrend]] | None = None,
) -> None:
    """The quality of a snapshot as a workbook; `lines`: the rows in trouble, for the last sheet; `since`: the day of an earlier snapshot and
    what has changed since. Raises OSError where it cannot be written."""
    chosen = tuple(mappings) if mappings is not None else load_mappings()
    about = (
        ("内容", "企业数据质量报告:覆盖、时效、冲突、未采用的记录"),
        ("基准日", report.as_of.isoformat()),
        ("企业数", f"{report.enterprises:,}"),
        ("口径", "收到行数 = 已关联 + 待核 + 不予采用;覆盖率 = 已知 ÷ (已知 + 缺失 + 未授权 + 过期),不适用的企业不计入"),
        ("保密", "本表只写文件、行号、列名和原因,不写企业的任何数值"),
    )
    changes = (_changes(*since),) if since is not None else ()
    sheets = (_departments(report), _sources(report), _facts(report), *changes, _reasons(report, chosen), _rows(lines, chosen))
    write_workbook(path, sheets, about=about)


def quality_book_of(records_dir: Path, as_of: date, out: Path) -> QualityReport:
    """Read the extracts of a folder as of a day and write the workbook of their quality; raises SourceError."""
    with assemble(records_dir, as_of) as assembly:
        report = quality_of(assembly.snapshot, assembly.log)
        write_quality_book(out, report, lines_until(assembly.log, as_of))
        return report


def lines_until(log: Path, last: date) -> Iterator[ErrorRow]:
    """The rows in trouble of all days up to `last`."""
    for day in days_of(log):
        if day <= last:
            yield from error_rows(log, day)


def _counted(sources: Sequence[SourceQuality]) -> list[Cell]:
    return [sum(getattr(source, what) for source in sources) for what in ("rows", "linked", "review", "refused", "flagged")]


def _departments(report: QualityReport) -> Sheet:
    columns = (
        Column("部门", 28, meaning="数据的责任部门"),
        Column("数据表", 8, "count", "应报送的数据表数"),
        Column("未报送", 8, "count", "从未收到的数据表数"),
        Column("已过期", 8, "count", "收到过,但最近一次报送已超过时效的数据表数"),
        *_COUNTS,
        Column("不予采用率", 12, meaning="不予采用 ÷ 收到行数"),
    )

    def rows() -> Iterator[Sequence[Cell]]:
        for owner in dict.fromkeys(source.owner for source in report.sources):
            mine = [source for source in report.sources if source.owner == owner]
            never = sum(not source.delivered for source in mine)
            received, refused = (sum(getattr(source, what) for source in mine) for what in ("rows", "refused"))
            yield owner, len(mine), never, sum(source.late for source in mine) - never, *_counted(mine), _share(refused, received)

    return Sheet("部门", columns, rows())


def _sources(report: QualityReport) -> Sheet:
    columns = (
        Column("部门", 28, meaning="数据的责任部门"),
        Column("数据表", 36, meaning="数据来源映射的名称"),
        *_COUNTS,
        Column("最近报送", 12, "date", "最近一次收到数据的日期"),
        Column("最新记录", 12, "date", "数据中最新的记录日期"),
        Column("下次应报", 12, "date", "超过此日未报送,相关指标按过期处理"),
        Column("状态", 10, meaning="正常、已过期、未报送"),
    )
    rows = (
        (
            s.owner,
            s.title,
            *_counted([s]),
            _day(s.delivered),
            _day(s.newest),
            _day(s.due),
            "未报送" if not s.delivered else "已过期" if s.late else "正常",
        )
        for s in report.sources
    )
    return Sheet("数据来源", columns, rows)


def _facts(report: QualityReport) -> Sheet:
    columns = (
        Column("指标", 30, meaning="指标目录中的名称"),
        Column("编号", 26, meaning="指标目录中的编号"),
        Column("覆盖率", 10, meaning="已知 ÷ 应知,最近一个完整期间"),
        Column("已知", 10, "count", "有可信数值的企业数"),
        Column("缺失", 10, "count", "没有任何部门提供的企业数"),
        Column("不适用", 10, "count", "该指标与之无关的企业数"),
        Column("未授权", 10, "count", "部门未授权用于此目的的企业数"),
        Column("过期", 10, "count", "只有过期数据的企业数"),
        Column("冲突", 10, "count", "两个来源说法不同的企业和期间数"),
    )
    rows = (
        (
            f.zh,
            f.fact,
            _share(f.known, f.known + f.missing + f.withheld + f.stale),
            f.known,
            f.missing,
            f.not_applicable,
            f.withheld,
            f.stale,
            f.conflicts,
        )
        for f in sorted(report.facts, key=lambda fact: fact.coverage)
    )
    return Sheet("指标", columns, rows)


def _changes(before: date, facts: Sequence[FactTrend]) -> Sheet:
    then = before.isoformat()
    columns = (
        Column("指标", 30, meaning="指标目录中的名称"),
        Column("编号", 26, meaning="指标目录中的编号"),
        Column(f"{then} 覆盖率", 16, meaning="上一期的已知 ÷ 应知"),
        Column("本期覆盖率", 12, meaning="本期的已知 ÷ 应知"),
        Column("已知增减", 10, "count", "有可信数值的企业数,本期减上一期"),
        Column("过期增减", 10, "count", "只有过期数据的企业数,本期减上一期"),
        Column("冲突增减", 10, "count", "两个来源说法不同的企业和期间数,本期减上一期"),
        Column("数值有变化", 12, meaning="本期有企业的取值与上一期不同"),
    )
    rows = (
        (
            f.zh,
            f.fact,
            f"{f.coverage_before * 100:.1f}%",
            f"{f.coverage_after * 100:.1f}%",
            f.known_after - f.known_before,
            f.stale_after - f.stale_before,
            f.conflicts_after - f.conflicts_before,
            "是" if f.changed else "否",
        )
        for f in sorted(facts, key=lambda fact: fact.gain)
    )
    return Sheet("与上期相比", columns, rows)


def _reasons(report: QualityReport, mappings: Sequence[SourceMapping]) -> Sheet:
    columns = (
        Column("部门", 28, meaning="数据的责任部门"),
        Column("文件", 40, meaning="数据文件"),
        Column("列", 20, meaning="出问题的列;整行的问题为空"),
        Column("行数", 10, "count", "有此问题的行数"),
        Column("原因与建议", 70, meaning="问题是什么,应如何更正"),
    )
    ordered = sorted(report.reasons, key=lambda reason: (-reason.rows, reason.file, reason.heading, reason.code))
    return Sheet("问题原因", columns, ((_owner(r.file, mappings), r.file, r.heading, r.rows, r.reason) for r in ordered))


def _rows(lines: Iterable[ErrorRow], mappings: Sequence[SourceMapping]) -> Sheet:
    columns = (
        Column("部门", 28, meaning="数据的责任部门"),
        Column("文件", 40, meaning="数据文件"),
        Column("行号", 8, "count", "在文件中的行号,含表头;整份文件的问题为空"),
        Column("列", 20, meaning="出问题的列;整行的问题为空"),
        Column("处理结果", 26, meaning="不予采用、待人工核对、已采用但该单元格按未知处理"),
        Column("原因与建议", 70, meaning="问题是什么,应如何更正"),
    )
    rows = ((_owner(x.file, mappings), x.file, x.row or None, x.heading, _OUTCOMES[x.outcome], x.reason) for x in lines)
    return Sheet("问题记录", columns, rows)


def _owner(file: str, mappings: Sequence[SourceMapping]) -> str:
    mapping = mapping_of(file, mappings)
    return mapping.owner if mapping else _UNREGISTERED


def _share(part: int, whole: int) -> str:
    return f"{(Decimal(100) * part / whole).quantize(Decimal('0.1'))}%" if whole else "—"


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
