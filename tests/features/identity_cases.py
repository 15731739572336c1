"""A register of seven invented enterprises and records about them, for the tests of linking."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa
from stdnum.cn import uscc as stdnum_uscc


def organisation_code(body: str) -> str:
    """Eight characters and their check (GB 11714)."""
    values = [int(char, 36) for char in body]
    check = 11 - sum(value * weight for value, weight in zip(values, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    return body + {10: "X", 11: "0"}.get(check, str(check))


def credit_code(region: str, body: str) -> str:
    """A well-formed credit code of that region and that organisation (eight characters)."""
    body = "91" + region + organisation_code(body)
    return body + str(stdnum_uscc.calc_check_digit(body + "0"))


HAICHUAN = credit_code("440112", "MA5AAAA0")
HAICHUAN_BRANCH = credit_code("440106", "MA5AAAA1")
TWIN_EAST = credit_code("440112", "MA5AAAA2")
TWIN_WEST = credit_code("440106", "MA5AAAA3")
RENAMED = credit_code("440115", "MA5AAAA4")
PARTNERSHIP = credit_code("440112", "MA5AAAA5")
UNKNOWN_HERE = credit_code("440300", "MA5AAAA6")

_ROWS: tuple[dict[str, Any], ...] = (
    {"uscc": HAICHUAN, "name": "广州市海川智能科技有限公司", "legal_person": "王海", "region": "440112", "phone": "13800138001",
     "established_on": date(2015, 3, 2), "registered_capital": 5e6, "reg_no": "120118000032322", "former_names": []},
    {"uscc": HAICHUAN_BRANCH, "name": "广州市海川智能科技有限公司天河分公司", "legal_person": "李川", "region": "440106", "phone": "13800138002",
     "established_on": date(2018, 3, 2), "registered_capital": None, "reg_no": None, "former_names": []},
    {"uscc": TWIN_EAST, "name": "双星贸易商行", "legal_person": "陈东", "region": "440112", "phone": "13800138003",
     "established_on": date(2011, 1, 1), "registered_capital": 1e5, "reg_no": None, "former_names": []},
    {"uscc": TWIN_WEST, "name": "双星贸易商行", "legal_person": "陈西", "region": "440106", "phone": "13800138004",
     "established_on": date(2012, 1, 1), "registered_capital": 1e5, "reg_no": None, "former_names": []},
    {"uscc": RENAMED, "name": "广州新程生物医药有限公司", "legal_person": "赵新", "region": "440115", "phone": "13800138005",
     "established_on": date(2009, 9, 9), "registered_capital": 2e6, "reg_no": None, "former_names": ["广州旧程药业有限责任公司"]},
    {"uscc": PARTNERSHIP, "name": "广州海川智能科技合伙企业（有限合伙）", "legal_person": "王海", "region": "440112", "phone": "13800138001",
     "established_on": date(2019, 5, 5), "registered_capital": 5e6, "reg_no": None, "former_names": []},
)  # fmt: skip

REGISTRY = pa.Table.from_pylist(
    list(_ROWS),
    schema=pa.schema(
        [
            ("uscc", pa.string()),
            ("name", pa.string()),
            ("legal_person", pa.string()),
            ("region", pa.string()),
            ("phone", pa.string()),
            ("established_on", pa.date32()),
            ("registered_capital", pa.float64()),
            ("reg_no", pa.string()),
            ("former_names", pa.list_(pa.string())),
        ]
    ),
)

RECORD = pa.schema(
    [
        ("source", pa.string()),
        ("record_id", pa.string()),
        ("uscc", pa.string()),
        ("reg_no", pa.string()),
        ("org_code", pa.string()),
        ("name", pa.string()),
        ("legal_person", pa.string()),
        ("region", pa.string()),
        ("established_on", pa.date32()),
        ("phone", pa.string()),
        ("registered_capital", pa.float64()),
    ]
)


def records(*rows: Mapping[str, Any]) -> pa.Table:
    """Records of one source, numbered from 0."""
    return pa.Table.from_pylist([{"source": "test", "record_id": str(at), **row} for at, row in enumerate(rows)], schema=RECORD)
