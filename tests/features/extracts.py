"""Small extracts written on the spot: valid credit codes, and files in the layouts of the shipped mappings."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from stdnum.cn import uscc as stdnum_uscc

REGISTER = "registry/市场主体信息.csv"
RETURNS = "tax/企业所得税年度申报.csv"
MONTHS = "social_security/企业社保参保人数信息.csv"
HIGH_TECH = "qualifications/高新技术企业信息.csv"
ABNORMAL = "registry/经营异常名录信息.csv"
PENALTIES = "credit/行政处罚信息.csv"

HEADINGS: Mapping[str, tuple[str, ...]] = {
    REGISTER: ("UNISCID", "REGNO", "ENTNAME", "ENTTYPE", "ESTDATE", "REGCAP", "REGCAPCUR", "RECCAP", "DOMDISTRICT", "INDUSTRYCO", "REGSTATE", "PARENTID", "LEREP", "S_EXT_DATATIME"),
    RETURNS: ("NSRSBH", "NSRMC", "SSND", "YYSR", "ZYYWSR", "LRZE", "ZCZE", "YFFY", "CYRS", "LRRQ"),
    MONTHS: ("uni_social_crd_cd", "corp_nm", "rece_ym", "mon_insurd_prsons", "unemploy_num", "etl_dt"),
    HIGH_TECH: ("hold_cert_cd", "comp_nm", "high_tech_doc", "issue_dt", "valid_to", "cogn_matter", "etl_dt"),
    ABNORMAL: ("uni_social_crd_cd", "comp_nm", "inclu_dt", "remove_dt", "etl_dt"),
    PENALTIES: ("administrative_cp_cert_code", "administrative_cp_name", "admin_punish_doc", "punish_dt", "cd_time"),
}  # fmt: skip


def code(number: int) -> str:
    """The credit code of the invented enterprise with this number, check character included."""
    body = f"91440112{number:08d}X"
    return f"{body}{stdnum_uscc.calc_check_digit(body)}"


def name(number: int) -> str:
    """The invented enterprise's name."""
    return f"广州市试样{number}号机械有限公司"


def register_row(number: int, **cells: str) -> dict[str, str]:
    """A register row; cells given by heading replace the usual ones."""
    usual = {
        "UNISCID": code(number), "ENTNAME": name(number), "ENTTYPE": "1130", "ESTDATE": "2015-03-02", "REGCAP": "500.000000",
        "REGCAPCUR": "人民币", "DOMDISTRICT": "440112", "INDUSTRYCO": "3411", "REGSTATE": "K", "LEREP": f"甲{number}", "S_EXT_DATATIME": "2026-11-01",
    }  # fmt: skip
    return {**usual, **cells}


def return_row(number: int, year: int, **cells: str) -> dict[str, str]:
    """A yearly tax return of 1,000,000 yuan."""
    usual = {
        "NSRSBH": code(number),
        "NSRMC": name(number),
        "SSND": str(year),
        "YYSR": "1000000.00",
        "CYRS": "30",
        "LRRQ": "20260401",
    }
    return {**usual, **cells}


def write(
    records: Path, path: str, rows: Sequence[Mapping[str, str]], *, encoding: str = "utf-8", headings: Sequence[str] | None = None
) -> Path:
    """Write one extract file of dictionaries by heading; missing cells are empty."""
    chosen = tuple(headings or HEADINGS[path])
    return write_cells(records, path, [chosen, *([row.get(heading, "") for heading in chosen] for row in rows)], encoding=encoding)


def write_cells(records: Path, path: str, cells: Sequence[Sequence[str]], *, encoding: str = "utf-8") -> Path:
    """Write one extract file from its cells, headings included."""
    target = records / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(cells)
    return target
