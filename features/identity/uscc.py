"""Codes that identify an enterprise: the unified social credit code (GB 32100-2015) and the numbers that came before it.

Read, never repaired: a code that a spreadsheet has damaged (1.2E+07, digits lost to rounding) or that fails its check character is refused
with the reason, because a guessed code is somebody else's. Faults are values, one per column cell, for the error sheet that goes back.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from stdnum.cn import uscc as _stdnum

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I, O, S, V, Z
_WEIGHTS = np.array([pow(3, place, 31) for place in range(17)], dtype=np.int64)
_LETTERS_FIRST = "ANY"
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

EntityKind: TypeAlias = Literal["enterprise", "individual_business", "cooperative", "institution", "social_organisation"]


class CodeKind(StrEnum):
    """Which register gave the code out."""

    USCC = "uscc"  # 统一社会信用代码, 18
    REG_NO = "reg_no"  # 工商注册号, 15 (13 before 2007)
    ORG_CODE = "org_code"  # 组织机构代码, 9


class CodeFault(StrEnum):
    """Why what stands in the cell is no code."""

    SPREADSHEET = "spreadsheet"  # 1.2E+07: the digits are lost
    ROUNDED = "rounded"  # a number of 15 significant digits with zeros behind: the last digits are lost
    CHARACTERS = "characters"
    LENGTH = "length"
    CHECK = "check"
    PLACEHOLDER = "placeholder"


FAULT_WORDS: dict[CodeFault, str] = {
    CodeFault.SPREADSHEET: "代码被表格软件转成了科学计数法,原数字已丢失;请以文本格式重新导出",
    CodeFault.ROUNDED: "代码被表格软件按数值存储,末尾数字已被舍成 0;请以文本格式重新导出",
    CodeFault.CHARACTERS: "代码含有不允许的字符(不使用 I、O、S、V、Z);请核对原件",
    CodeFault.LENGTH: "代码长度不对;统一社会信用代码应为 18 位,注册号 15 位,组织机构代码 9 位",
    CodeFault.CHECK: "代码的校验位不符,至少有一位写错;请核对原件",
    CodeFault.PLACEHOLDER: "填写的是占位内容而不是代码",
}


@dataclass(frozen=True, slots=True)
class Code:
    """A well-formed code; that it is well formed does not say that it was given out."""

    kind: CodeKind
    text: str

    @property
    def organisation_code(self) -> str | None:
        """The nine characters of the organisation: positions 9 to 17 of a credit code, or the code itself."""
        match self.kind:
            case CodeKind.USCC:
                return self.text[8:17]
            case CodeKind.ORG_CODE:
                return self.text
            case CodeKind.REG_NO:
                return None


@dataclass(frozen=True, slots=True)
class BadCode:
    """A cell that holds something, but no code. The content is not repeated: it may be a person's number."""

    fault: CodeFault

    @property
    def message(self) -> str:
        """What is wrong and what to do, for the error sheet."""
        return FAULT_WORDS[self.fault]


Ints: TypeAlias = "np.ndarray[Any, np.dtype[np.intp]]"
CodeReading: TypeAlias = Code | BadCode | None  # None: the cell is empty

_EMPTY = frozenset({"", "-", "--", "/", "\\", "无", "空", "暂无", "NULL", "NONE", "NAN", "N/A", "NA", "#N/A"})
_DROPPED = re.compile(r"[\s\-‐-―_.·'\"`\u200b-\u200f\ufeff]+")
_SCIENTIFIC = re.compile(r"\d(?:\.\d*)?E\+?\d{1,3}")
_FLOAT_TAIL = re.compile(r"\.0+$")


def _cell(raw: object) -> str:
    if raw is None:
        return ""
    if isinstance(raw, float):  # a spreadsheet's number: its own digits, in full where they are whole
        return f"{raw:.0f}" if raw == raw and abs(raw) < 1e15 and raw == int(raw) else f"{raw:E}" if raw == raw else ""
    text = unicodedata.normalize("NFKC", str(raw)[:200]).strip().upper()
    return "" if text in _EMPTY else text


def _compact(text: str) -> str:
    return _DROPPED.sub("", _FLOAT_TAIL.sub("", text))


def _common_fault(text: str) -> CodeFault | None:
    if _SCIENTIFIC.fullmatch(text.replace(" ", "")):
        return CodeFault.SPREADSHEET
    compact = _compact(text)
    if not compact or len(set(compact)) == 1:
        return CodeFault.PLACEHOLDER
    if not compact.isascii() or not compact.isalnum():
        return CodeFault.CHARACTERS
    return None


def read_uscc(raw: object) -> CodeReading:
    """Read a unified social credit code: case, blanks, dashes and full width do not matter.

    >>> read_uscc("9142 0116300227565d")
    Code(kind=<CodeKind.USCC: 'uscc'>, text='91420116300227565D')
    >>> read_uscc("9.144E+17")
    BadCode(fault=<CodeFault.SPREADSHEET: 'spreadsheet'>)
    """
    text = _cell(raw)
    if not text:
        return None
    fault = _common_fault(text)
    if fault is not None:
        return BadCode(fault)
    code = _compact(text)
    if len(code) != 18:
        return BadCode(CodeFault.LENGTH)
    if _is_credit_code(code):
        return Code(CodeKind.USCC, code)
    if code.isdigit() and code.endswith("000"):
        return BadCode(CodeFault.ROUNDED)
    return BadCode(CodeFault.CHECK if all(char in ALPHABET for char in code) else CodeFault.CHARACTERS)


def _is_credit_code(code: str) -> bool:
    """python-stdnum wants a digit first; 农村集体经济组织 (N1), 其他组织 (Y1) and 军队 (A1) begin with a letter and have the same check."""
    if code[0] in _LETTERS_FIRST:
        body = code[1:8].isdigit() and all(char in ALPHABET for char in code)
        return body and code[17] == _stdnum.calc_check_digit(code)
    return bool(_stdnum.is_valid(code))


def read_org_code(raw: object) -> CodeReading:
    """Read a nine-character organisation code (XXXXXXXX-X), its check character included (GB 11714)."""
    text = _cell(raw)
    if not text:
        return None
    fault = _common_fault(text)
    if fault is not None:
        return BadCode(fault)
    code = _compact(text)
    if len(code) != 9:
        return BadCode(CodeFault.LENGTH)
    return Code(CodeKind.ORG_CODE, code) if _org_check_holds(code) else BadCode(CodeFault.CHECK)


def _org_check_holds(code: str) -> bool:
    values = [int(char) if char.isdigit() else ord(char) - 55 for char in code[:8]]
    check = 11 - sum(value * weight for value, weight in zip(values, _ORG_WEIGHTS, strict=True)) % 11
    return code[8] == {10: "X", 11: "0"}.get(check, str(check))


def read_reg_no(raw: object) -> CodeReading:
    """Read a registration number: 15 digits with a check digit (ISO 7064 MOD 11,10), or 13 digits of before 2007 without one."""
    text = _cell(raw)
    if not text:
        return None
    fault = _common_fault(text)
    if fault is not None:
        return BadCode(fault)
    code = _compact(text)
    if not code.isdigit():
        return BadCode(CodeFault.CHARACTERS)
    if len(code) == 13 or (len(code) == 15 and _reg_check_holds(code)):
        return Code(CodeKind.REG_NO, code)
    return BadCode(CodeFault.CHECK if len(code) == 15 else CodeFault.LENGTH)


def _reg_check_holds(code: str) -> bool:
    p = 10
    for digit in code[:14]:
        p = ((p + int(digit)) % 10 or 10) * 2 % 11
    return int(code[14]) == (11 - p) % 10


def read_tax_no(raw: object) -> CodeReading:
    """Read a taxpayer number: since 2015 the credit code; before, six digits of the region and the organisation code."""
    text = _cell(raw)
    compact = _compact(text)
    if len(compact) == 15 and compact[:6].isdigit() and _common_fault(text) is None:
        return Code(CodeKind.ORG_CODE, compact[6:]) if _org_check_holds(compact[6:]) else BadCode(CodeFault.CHECK)
    return read_uscc(raw)


def entity_kind(uscc: str) -> EntityKind | None:
    """What the first two characters say; None where they do not settle it.

    91 says enterprise for branches too: a branch shows in its type code or name, not in its credit code.
    """
    match uscc[:2]:
        case "91":
            return "enterprise"
        case "92":
            return "individual_business"
        case "93":
            return "cooperative"
        case "11" | "12" | "13" | "19":
            return "institution"
        case "51" | "52" | "53" | "59":
            return "social_organisation"
        case _:
            return None


def is_legal_person(uscc: str) -> bool | None:
    """Whether the credit code alone settles legal personality: 个体工商户 never, cooperatives and 事业单位 always; 91 leaves it open."""
    match uscc[:2]:
        case "92":
            return False
        case "93" | "11" | "12" | "51" | "53":
            return True
        case _:
            return None


def first_region(uscc: str) -> str:
    """The division code of the authority that first registered the bearer; it may be an abolished one."""
    return uscc[2:8]


# ---- whole columns -----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class CodeColumn:
    """A column read: `codes` holds valid codes or null, `faults` the fault of each refused cell or null; both null: empty."""

    codes: pa.StringArray
    faults: pa.StringArray


def read_usccs(column: pa.Array | pa.ChunkedArray) -> CodeColumn:
    """Read a column of credit codes at once; the same answers as `read_uscc`, cell by cell."""
    cells = _strings(column)
    good = _well_formed(cells)
    codes = pc.if_else(pa.array(good), cells, pa.scalar(None, pa.string()))
    rest = np.flatnonzero(~good & cells.is_valid().to_numpy(zero_copy_only=False))
    if not len(rest):
        return CodeColumn(codes, pa.nulls(len(cells), pa.string()))
    return _fill(codes, cells, rest, read_uscc)


def read_codes(column: pa.Array | pa.ChunkedArray, reader: Callable[[object], CodeReading]) -> CodeColumn:
    """Read a column cell by cell with `read_org_code`, `read_reg_no` or `read_tax_no`."""
    cells = _strings(column)
    rest = np.flatnonzero(cells.is_valid().to_numpy(zero_copy_only=False))
    return _fill(pa.nulls(len(cells), pa.string()), cells, rest, reader)


def _strings(column: pa.Array | pa.ChunkedArray) -> pa.StringArray:
    cells = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(cells, pa.ChunkedArray):  # combine_chunks of a column that fits no single chunk
        raise ValueError("a code column of more than 2 GB has to be read in parts")
    return cells if pa.types.is_string(cells.type) else cells.cast(pa.string())


def _fill(codes: pa.StringArray, cells: pa.StringArray, rest: Ints, reader: Callable[[object], CodeReading]) -> CodeColumn:
    read: dict[str, CodeReading] = {}
    filled = codes.to_numpy(zero_copy_only=False).astype(object)
    faults = np.full(len(cells), None, dtype=object)
    for at, raw in zip(rest, cells.take(pa.array(rest)).to_pylist(), strict=True):
        if raw not in read:
            read[raw] = reader(raw)
        reading = read[raw]
        if isinstance(reading, Code):
            filled[at] = reading.text
        elif isinstance(reading, BadCode):
            faults[at] = reading.fault.value
    return CodeColumn(pa.array(filled, pa.string()), pa.array(faults, pa.string()))


def _well_formed(cells: pa.StringArray) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Which cells hold a credit code as it is: 18 characters of the alphabet, digits in places 3 to 8, the right check character."""
    good = np.zeros(len(cells), dtype=bool)
    fits = pc.fill_null(pc.equal(pc.binary_length(cells), 18), False).to_numpy(zero_copy_only=False)
    if not fits.any():
        return good
    joined = "".join(cells.filter(pa.array(fits)).to_pylist()).encode("utf-8", "replace")
    values = _VALUE_OF[np.frombuffer(joined, dtype=np.uint8)].reshape(-1, 18)
    check = (31 - (values[:, :17] * _WEIGHTS).sum(axis=1) % 31) % 31
    digits = (values[:, 1:8] <= 9).all(axis=1) & np.isin(values[:, 0], _FIRST_VALUES)
    body = (values >= 0).all(axis=1) & digits & (values != values[:, :1]).any(axis=1)
    good[fits] = body & (check == values[:, 17])
    return good


def _value_table() -> "np.ndarray[Any, np.dtype[np.int64]]":
    table = np.full(256, -1, dtype=np.int64)
    for value, char in enumerate(ALPHABET):
        table[ord(char)] = value
    return table


_VALUE_OF = _value_table()
_FIRST_VALUES = [*range(10), *(ALPHABET.index(letter) for letter in _LETTERS_FIRST)]
