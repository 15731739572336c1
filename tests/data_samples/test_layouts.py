"""The layouts are the sample city's promise to the source mappings."""

from pathlib import Path

import data_samples
from data_samples.layouts import layout, layouts, qualification_names, render
from features.catalogue import load_catalogue


def test_the_printed_layouts_are_the_layouts() -> None:
    printed = Path(data_samples.__file__).parent / "LAYOUTS.md"
    assert printed.read_text("utf-8") == render(), "run: python -m data_samples.layouts > data_samples/LAYOUTS.md"


def test_every_fact_of_a_column_is_in_the_catalogue() -> None:
    catalogue = load_catalogue()
    facts = {fact for entry in layouts() for column in entry.columns for fact in column.facts}
    assert [fact for fact in sorted(facts) if fact not in catalogue] == []
    assert len(facts) >= 50


def test_every_source_of_a_city_has_a_folder() -> None:
    assert {entry.source for entry in layouts()} == {
        "registry", "tax", "social_security", "statistics", "qualifications", "ip", "credit", "customs", "finance", "declared",
    }  # fmt: skip


def test_the_files_come_in_the_formats_and_encodings_that_departments_use() -> None:
    assert {entry.format for entry in layouts()} == {"csv", "xlsx", "parquet", "jsonl"}
    assert {entry.encoding for entry in layouts() if entry.format == "csv"} == {"utf-8", "utf-8-sig", "gb18030"}
    assert {column.unit for entry in layouts() for column in entry.columns} >= {"元", "万元", "人", "%"}


def test_paths_and_headings_are_unique_and_keys_are_columns() -> None:
    paths = [entry.path for entry in layouts()]
    assert len(paths) == len(set(paths))
    for entry in layouts():
        assert len(set(entry.names)) == len(entry.names), entry.path
        assert set(entry.key) <= set(entry.names), entry.path
        assert layout(entry.path) is entry


def test_the_titles_that_the_list_carries_are_catalogue_codes_without_level() -> None:
    assert len(qualification_names()) >= 25
    assert all("." not in code for code in qualification_names().values())
