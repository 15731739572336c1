"""The workbook of one match run: who gets what, why (criterion by criterion, down to the words and the record), and what was refused."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from api.matchreasons import REASONS, amount_text, reasons_of
from api.workbook import Cell, Column, Sheet, write_workbook
from features.profile import EnterpriseProfile
from matcher.determination import Determination
from matcher.evaluate import Reading
from matcher.explain import headline, sum_masked
from matcher.gaps import NearMiss
from matcher.ports import Band, Candidate
from matcher.screen import Screening
from policies.rules import RuleDocument

_CATEGORY = {
    "award": "奖励", "subsidy": "补助", "loan_interest": "贷款贴息", "tax_relief": "税收优惠", "fee_relief": "费用减免", "matching_fund": "配套资金",
    "rent": "租金支持", "talent": "人才支持", "land": "用地保障", "financing": "融资支持", "other": "其他",
}  # fmt: skip
_DELIVERY = {
    "no_application": "免申即享",
    "instant": "即申即享",
    "application": "申报",
    "review": "评审",
    "unspecified": "文中未写明",
}

_MATCHES = (
    Column("统一社会信用代码", 22, meaning="18 位,文本格式"),
    Column("企业名称", 34, meaning="登记名称"),
    Column("分组", 14, meaning="可直接享受、符合条件待申报、差一点"),
    Column("次序", 6, "count", "该企业全部匹配中的先后,由排序模型或规则次序给出,不影响判定"),
    Column("事项", 34, meaning="惠企事项名称"),
    Column("政策", 40, meaning="政策文件标题"),
    Column("文号", 20, meaning="政策文件的文号"),
    Column("类别", 10, meaning="奖励、补助等"),
    Column("兑现方式", 12, meaning="免申即享、即申即享、申报、评审"),
    Column("金额下限(元)", 16, "money", "按已知数据能够确定的金额"),
    Column("金额上限(元)", 16, "money", "可能达到的最高金额;空白为文中未设上限、无法确定,或按敏感数据计算而遮蔽"),
    Column("金额说明", 30, meaning="最高与预计金额的文字说明"),
    Column("有效期至", 12, "date", "政策有效期最后一天"),
    Column("主要理由", 60, meaning="一句话说明"),
)


@dataclass(frozen=True, slots=True)
class MatchRow:
    """One enterprise beside one item in its place; `near` is how a near one could become eligible."""

    reading: Reading
    determination: Determination
    candidate: Candidate
    band: str
    place: int
    score: float | None
    scorer_version: str | None
    near: NearMiss | None

    @property
    def profile(self) -> EnterpriseProfile:
        """The enterprise."""
        return self.reading.profile


def write_match_book(
    path: Path,
    rows: Iterator[MatchRow],
    documents: Sequence[RuleDocument],
    screening: Screening,
    refused: Sequence[tuple[str, str, str]],
    *,
    as_of: date,
    reveal: bool = False,
) -> None:
    """Write the workbook; `rows` is read once. What is merely open (无法判断) is counted in the funnel.

    Sensitive values (tax, social security) are masked unless `reveal`; where they come from is always said.
    """
    with TemporaryFile("w+", encoding="utf-8") as scratch:
        sheets = [
            Sheet("匹配结果", _MATCHES, _match_cells(rows, scratch, reveal=reveal)),
            Sheet("判定依据", REASONS, _reason_cells(scratch)),
            Sheet("各事项统计", _FUNNEL, _funnel_cells(documents, screening)),
            Sheet("未采用的政策文件", _REFUSED, refused),
        ]
        about = [
            ("用途", "政策与企业匹配结果,供核对;规则由解析器直接生成,尚未经政策专员审核"),
            ("基准日", as_of.isoformat()),
            ("政策文件", "、".join(f"{d.meta.title or d.meta.id}" for d in documents)),
            (
                "怎样回查",
                "“匹配结果”的一行 → “判定依据”中同一企业、同一政策、同一事项的各行(条件与金额) → 政策原文与位置、部门与记录",
            ),
            ("差一点", "“判定依据”只列尚未满足的条件和怎样符合;已满足的条件不列"),
            ("敏感数据", "已按授权显示" if reveal else "税务、社保等数值已遮蔽;可由其推算出数值的金额留空,并在“金额说明”中注明"),
            ("金额", "为按现有数据估算,不是承诺;以主管部门核定为准"),
        ]
        write_workbook(path, sheets, about=about)


_FUNNEL = (
    Column("政策", 40, meaning="政策文件标题"),
    Column("事项", 40, meaning="惠企事项名称"),
    Column("符合", 10, "count", "判定为符合的企业数"),
    Column("待核", 10, "count", "缺少数据、无法判断的企业数"),
    Column("不符合", 10, "count", "判定为不符合的企业数"),
)
_REFUSED = (
    Column("文件", 40, meaning="文件名"),
    Column("代码", 22, meaning="原因代码"),
    Column("原因与办法", 80, meaning="为什么没有采用,怎么办"),
)


def _match_cells(rows: Iterator[MatchRow], scratch: IO[str], *, reveal: bool) -> Iterator[Sequence[Cell]]:
    """The matches sheet, keeping the reasons aside for the next sheet, which can only be written afterwards."""
    for row in rows:
        determination, item = row.determination, row.determination.item
        meta = determination.document.meta
        hidden = sum_masked(determination, reveal=reveal)
        is_near = row.candidate.band is Band.NEAR
        for cells in reasons_of(determination, row.reading, row.near, is_near=is_near, reveal=reveal):
            scratch.write(json.dumps(cells, ensure_ascii=False) + "\n")
        yield (
            row.candidate.uscc,
            row.profile.name,
            row.band,
            row.place,
            item.title,
            meta.title,
            meta.doc_number,
            _CATEGORY.get(item.category, item.category),
            _DELIVERY.get(item.delivery, item.delivery),
            None if hidden else row.candidate.low,
            None if hidden else row.candidate.high,
            amount_text(determination, reveal=reveal),
            meta.effective_to,
            headline(determination, reveal=reveal),
        )


def _reason_cells(scratch: IO[str]) -> Iterator[Sequence[Cell]]:
    scratch.seek(0)
    for line in scratch:
        yield [cell or None for cell in json.loads(line)]  # an empty cell need not be written


def _funnel_cells(documents: Sequence[RuleDocument], screening: Screening) -> Iterator[Sequence[Cell]]:
    by_id = {d.meta.id: d for d in documents}
    for (document_id, item), (eligible, unknown) in zip(screening.items, screening.counts, strict=True):
        document = by_id[document_id]
        yield (
            document.meta.title,
            document.items[item].title,
            int(eligible),
            int(unknown),
            screening.rows - int(eligible) - int(unknown),
        )
