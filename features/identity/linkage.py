"""Probable links for records that no code and no exact name settles: splink's Fellegi-Sunter model on DuckDB, with fixed weights.

The weights (`reference/linkage.toml`) are data with a version, set by hand: m from the error rates of extracts as we assume them, u from how
often two random enterprises of a city share a value. A pair is weighed the same whatever batch it comes in, so an increment equals a full
run and a link can be recomputed years later; `make_linker` gives the model to splink's own training for a city that wants its own weights.

A pair becomes a link by itself only where its name differs in an explained way (form, brackets, region, truncation, one misread
character) and enough attributes agree (`Policy`); anything else with some probability is a proposal for the review queue.

Fellegi, Sunter: A theory for record linkage, JASA 64 (1969); Linacre et al.: Splink, IJPDS 7 (2022).
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb
import pyarrow as pa
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein
from splink import DuckDBAPI, Linker, SettingsCreator

from features.identity.names import place_core_form
from features.identity.steps import AGREEMENTS, CLASHES, REASONS, STRONG, WEAK


@dataclass(frozen=True, slots=True)
class Policy:
    """When a probable match may become a link by itself; `accept=False` sends every probable match to the review queue."""

    accept: bool = True
    at_least: float = 0.9
    review_at_least: float = 0.5


@cache
def weights() -> dict[str, Any]:
    """The model: for each comparison its levels with m (share among true pairs) and u (share among random pairs)."""
    data: dict[str, Any] = tomllib.loads(files("features.reference").joinpath("linkage.toml").read_text("utf-8"))
    return data


_CUT = re.compile(r"有限责任?公?$")  # 有限责任公 is a cut 有限责任公司, which reads 有限公司 here


_NOT_A_MARK = re.compile(r"[^一二三四五六七八九十零0-9A-Z甲乙丙丁东南西北]")  # 一号 and 二号 of one owner are two enterprises


_QUIET = 40  # splink says only what failed


# ---- columns that the model compares -----------------------------------------------------------------------------
def _compared(names: list[str]) -> pa.Table:
    """For each name its core (what tells it from others of the place), its place, its form, and core and form together."""
    taken = [place_core_form(name) for name in names]
    cores = [core.replace("(", "").replace(")", "") for _, core, _ in taken]
    return pa.table(
        {
            "name": pa.array(names, pa.string()),
            "core": pa.array(cores, pa.string()),
            "place": pa.array([place for place, _, _ in taken], pa.string()),
            "form": pa.array([form for _, _, form in taken], pa.string()),
            "marks": pa.array([_NOT_A_MARK.sub("", core) for core in cores], pa.string()),
            "plain": pa.array([_plain(core, form) for core, (_, _, form) in zip(cores, taken, strict=True)], pa.string()),
        }
    )


def _plain(core: str, form: str) -> str:
    return core + form.replace("(", "").replace(")", "") if form else _CUT.sub("有限", core)


def _distance(left: pa.ChunkedArray, right: pa.ChunkedArray) -> pa.Array:
    found = process.cpdist(left.to_pylist(), right.to_pylist(), scorer=Levenshtein.distance, score_cutoff=9)
    return pa.array(found, pa.int32())


_PLACES_AGREE = "(place_l = '' OR place_r = '' OR contains(place_l, place_r) OR contains(place_r, place_l))"
# A company is not the workshop or partnership that its owner also runs; 有限公司 may have become 股份有限公司.
_FORMS_AGREE = "(form_l = '' OR form_l = form_r OR (form_l LIKE '%公司' AND form_r LIKE '%公司'))"
_ALIKE = f"{_PLACES_AGREE} AND {_FORMS_AGREE} AND marks_l = marks_r AND least(length(core_l), length(core_r)) >= 4"
_CUT_CORE = f"(length(plain_l) >= 3 AND starts_with(plain_r, plain_l) AND {_PLACES_AGREE})"
# Of a pair, `l` is the record and `r` the register (splink orders by dataset name: a_records < b_register).
_NAME_LEVELS: tuple[tuple[str, str], ...] = (
    ("same", f"core_l = core_r AND {_PLACES_AGREE} AND {_FORMS_AGREE}"),
    (
        "same_bare",
        f"place_l = '' AND place_r <> '' AND length(core_r) >= 4 AND replace(core_l, place_r, '') = core_r AND {_FORMS_AGREE}",
    ),
    ("same_cut", f"form_l = '' AND length(plain_l) >= length(core_r) AND starts_with(plain_r, plain_l) AND {_PLACES_AGREE}"),
    ("cut", f"form_l = '' AND ({_CUT_CORE} OR (length(name_l) >= 6 AND starts_with(name_r, name_l)))"),
    ("one_character", f"abs(length(core_l) - length(core_r)) <= 1 AND {_ALIKE} AND char_distance(core_l, core_r) = 1"),
    ("elsewhere", "core_l = core_r"),
    ("close", "least(length(core_l), length(core_r)) >= 4 AND char_distance(core_l, core_r) <= 2"),
)
_EQUAL = ("legal_person", "phone", "established_on", "capital")
_BLOCKS = (
    "l.core = r.core",
    "l.head4 = r.head4",
    "l.half = r.half AND l.size = r.size AND l.char1 = r.char1",
    "l.half = r.half AND l.size = r.size AND l.char2 = r.char2",
    "l.phone = r.phone",
    "l.legal_person = r.legal_person AND l.region = r.region",
    "l.legal_person = r.legal_person AND l.first = r.first",
    "l.established_on = r.established_on AND l.first = r.first",
    "l.established_on = r.established_on AND l.legal_person = r.legal_person",
    "l.established_on = r.established_on AND l.half = r.half",
)


def settings() -> SettingsCreator:
    """The model as splink takes it."""
    model = weights()
    comparisons = [_name_comparison(model["name"]), _region_comparison(model["region"])]
    comparisons += [_equality(column, model[column]) for column in _EQUAL]
    return SettingsCreator(
        link_type="link_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[
            {"blocking_rule": f"{rule} AND l.branch = r.branch", "sql_dialect": "duckdb"} for rule in _BLOCKS
        ],
        probability_two_random_records_match=model["prior"],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
        unique_id_column_name="id",
        max_iterations=20,
    )


def _level(sql: str, label: str, chance: dict[str, float]) -> dict[str, Any]:
    return {"sql_condition": sql, "label_for_charts": label, "m_probability": chance["m"], "u_probability": chance["u"]}


def _null(sql: str) -> dict[str, Any]:
    return {"sql_condition": sql, "label_for_charts": "unknown", "is_null_level": True}


def _name_comparison(model: dict[str, dict[str, float]]) -> dict[str, Any]:
    levels = [_null("core_l IS NULL OR core_r IS NULL")]
    levels += [_level(sql, label, model[label]) for label, sql in _NAME_LEVELS]
    return {"output_column_name": "name", "comparison_levels": [*levels, _level("ELSE", "other", model["other"])]}


def _equality(column: str, model: dict[str, dict[str, float]]) -> dict[str, Any]:
    levels = [
        _null(f"{column}_l IS NULL OR {column}_r IS NULL"),
        _level(f"{column}_l = {column}_r", "same", model["same"]),
        _level("ELSE", "other", model["other"]),
    ]
    return {"output_column_name": column, "comparison_levels": levels}


def _region_comparison(model: dict[str, dict[str, float]]) -> dict[str, Any]:
    levels = [
        _null(
            "region_l IS NULL OR region_r IS NULL OR ((region_l LIKE '%00' OR region_r LIKE '%00') AND left(region_l, 4) = left(region_r, 4))"
        ),
        _level("region_l = region_r", "same", model["same"]),
        _level("ELSE", "other", model["other"]),
    ]
    return {"output_column_name": "region", "comparison_levels": levels}


# ---- the step ----------------------------------------------------------------------------------------------------
_REST = """
CREATE OR REPLACE TEMP TABLE rest AS
    SELECT r.* FROM rec r
    WHERE length(r.name) >= 5 AND r.uscc IS NULL
      AND NOT EXISTS (SELECT 1 FROM done d WHERE d.row = r.row) AND NOT EXISTS (SELECT 1 FROM doubt d WHERE d.row = r.row)
"""
_SIDE = """
SELECT {id} AS id, '{dataset}' AS source_dataset, n.name, n.core, n.place, n.form, n.plain, n.marks, left(n.plain, 4) AS head4,
       left(n.core, 2) AS first, left(n.core, 1) AS char1, substr(n.core, 2, 1) AS char2, length(n.core) AS size,
       right(n.core, CAST(length(n.core) // 2 AS INTEGER)) AS half, x.branch, x.legal_person, x.phone, x.region, x.established_on, x.capital
FROM {table} x JOIN {names} n ON n.name = {name}
"""
# How the names of each predicted pair differ: the same levels as in the model, by their labels.
_LIKENESS = "CASE " + " ".join(f"WHEN {sql} THEN '{label}'" for label, sql in _NAME_LEVELS) + " ELSE 'other' END"
_SEEN = f"""
CREATE OR REPLACE TEMP TABLE seen AS
WITH sides AS (
    SELECT CAST(p.id_l AS BIGINT) AS row, split_part(p.id_r, '#', 1) AS uscc, p.match_probability AS probability,
           l.core AS core_l, r.core AS core_r, l.place AS place_l, r.place AS place_r, l.form AS form_l, r.form AS form_r, l.marks AS marks_l, r.marks AS marks_r, l.plain AS plain_l, r.plain AS plain_r, l.name AS name_l, r.name AS name_r
    FROM predicted p JOIN record_side l ON l.id = p.id_l JOIN register_side r ON r.id = p.id_r
)
SELECT row, uscc, probability, {_LIKENESS} AS likeness FROM sides
"""  # noqa: S608 - made of fixed parts
# The best alias of an enterprise speaks for it; a proposal with a rival whose name fits as well stays a proposal.
_WEIGH = f"""
CREATE OR REPLACE TEMP TABLE weighed AS
WITH pair AS (
    SELECT row, uscc, max(probability) AS probability, arg_max(likeness, probability) AS likeness FROM seen GROUP BY row, uscc
), compared AS (
    SELECT p.*, {AGREEMENTS} FROM pair p JOIN rec r ON r.row = p.row JOIN reg e ON e.uscc = p.uscc
    WHERE NOT EXISTS (SELECT 1 FROM denied d WHERE d.row = p.row AND d.uscc = p.uscc)
)
SELECT *, row_number() OVER (PARTITION BY row ORDER BY probability DESC, uscc) AS place,
       count(*) FILTER (WHERE likeness LIKE 'same%' OR (probability >= 0.5 AND likeness IN ('cut', 'one_character'))) OVER (PARTITION BY row) AS rivals,
       [CASE likeness WHEN 'same' THEN '名称主体部分一致' WHEN 'same_bare' THEN '名称主体部分一致' WHEN 'same_cut' THEN '名称主体部分一致' WHEN 'cut' THEN '名称是登记名称的前段' WHEN 'one_character' THEN '名称仅一字不同'
             WHEN 'elsewhere' THEN '名称主体部分一致,地名或组织形式不同' WHEN 'close' THEN '名称相近' ELSE '名称不同' END] || {REASONS} AS reasons,
       {STRONG} AS strong, {WEAK} AS weak, {CLASHES} AS clashes
FROM compared
"""  # noqa: S608 - made of fixed parts
# Which differences of names count as explained, and by how much agreement. A core that one enterprise alone bears is as good as the whole
# name. A sister firm of the same person has the same person and often the same phone, hence more than those for a cut or misread name.
_EXPLAINED = """
    CASE WHEN likeness LIKE 'same%' THEN
        (coalesce(same_day, true) AND (strong >= 1 OR (same_region AND (clashes = 0 OR weak >= 2))))
        OR (strong >= 2 AND strong + weak >= 3)
    WHEN probability < $at_least THEN false
    WHEN likeness = 'cut' THEN
        coalesce(same_day, true) AND ((strong >= 1 AND strong + weak >= 2) OR same_day
            OR (same_phone AND coalesce(same_legal_person, true) AND coalesce(same_region, true)))
    WHEN likeness = 'one_character' THEN
        coalesce(same_day, true) AND ((same_day AND coalesce(same_legal_person OR same_phone, true))
            OR (same_region AND strong >= 1 AND clashes = 0) OR (same_region AND strong >= 2))
    ELSE false END
"""


def install(con: duckdb.DuckDBPyConnection) -> None:
    """Give a database the one function that DuckDB lacks: an edit distance in characters, not bytes."""
    con.create_function("char_distance", _distance, ["VARCHAR", "VARCHAR"], "INTEGER", type="arrow")


def propose(con: duckdb.DuckDBPyConnection, policy: Policy) -> None:
    """Weigh what is left in `rec` against `reg`; links go to `done`, proposals to `doubt`."""
    con.execute(_REST)
    ((count,),) = con.execute("SELECT count(*) FROM rest").fetchall()
    if not count:
        return
    predict(con)
    con.execute(_SEEN)
    con.execute(_WEIGH)
    con.execute(
        f"""
INSERT INTO done SELECT row, uscc, 'probable', least(probability, 0.99), reasons FROM weighed
    WHERE place = 1 AND $accept AND rivals = 1 AND ({_EXPLAINED})
""",  # noqa: S608 - made of fixed parts
        {"accept": policy.accept, "at_least": policy.at_least},
    )
    con.execute(
        """
INSERT INTO doubt SELECT row, uscc, least(probability, 0.98), reasons FROM weighed w
    WHERE (probability >= $review OR likeness LIKE 'same%') AND NOT EXISTS (SELECT 1 FROM done d WHERE d.row = w.row)
""",
        {"review": policy.review_at_least},
    )


def predict(con: duckdb.DuckDBPyConnection) -> None:
    """Leave the table `predicted` (id_l record row, id_r uscc#alias, match_probability) for `rest` against the register."""
    linker = make_linker(con)
    found = linker.inference.predict(threshold_match_probability=0.01)
    con.execute(f"CREATE OR REPLACE TEMP TABLE predicted AS SELECT * FROM {found.physical_name}")  # noqa: S608 - a name that splink made


def make_linker(con: duckdb.DuckDBPyConnection) -> Linker:
    """A splink linker over `rest` and `reg`, for predicting here and for learning the weights anew."""
    for table, names in (("rest", "rest_names"), ("alias", "alias_names")):
        distinct = [name for (name,) in con.execute(f"SELECT DISTINCT name FROM {table}").fetchall()]  # noqa: S608 - fixed names
        con.register(f"{names}_arrow", _compared(distinct))
        con.execute(f"CREATE OR REPLACE TEMP TABLE {names} AS SELECT * FROM {names}_arrow")  # noqa: S608 - fixed names
    con.execute(
        "CREATE OR REPLACE TEMP TABLE record_side AS "
        + _SIDE.format(id="CAST(x.row AS VARCHAR)", dataset="a_records", table="rest", names="rest_names", name="x.name")
    )
    aliases = "(SELECT a.name AS alias_name, e.* FROM alias a JOIN reg e USING (uscc))"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE register_side AS "
        + _SIDE.format(id="x.uscc || '#' || n.name", dataset="b_register", table=aliases, names="alias_names", name="x.alias_name")
    )
    api = DuckDBAPI(connection=con)
    sides = [api.register("record_side", table_name="a_records"), api.register("register_side", table_name="b_register")]
    return Linker(sides, settings(), log_level=_QUIET)
