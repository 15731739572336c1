"""The matching benchmark's hook: its rule form on this project's engine. See README.md beside this file.

The benchmark's rules are translated into the engine's tests and bands; everything after that (codes, circuit, kernels, index) is the
engine that decides real rules.
"""

import json
import sys
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from matcher.bit_index import build_index
from matcher.circuit import compile_circuit
from matcher.codes import CodedPopulation, load_codes, save_codes
from matcher.coding import Coding, Column, build_planes, layout, place_of
from matcher.forest import Cut, Forest, Test, united
from matcher.kernels import run as run_circuit
from matcher.quiet import no_collections

WORDS = ("category", "region", "industry", "string")


def _age_cut(years):
    return (date(2025 - years, 1, 1) - date(1970, 1, 1)).days


def _bands(leaf):
    op, x = leaf["op"], leaf["value"]
    match op:
        case ">=":
            return ((Cut(x, False), None),)
        case ">":
            return ((Cut(x, True), None),)
        case "<":
            return ((None, Cut(x, False)),)
        case "<=":
            return ((None, Cut(x, True)),)
        case "between":
            return ((Cut(x[0], False), Cut(x[1], True)),)
        case "age>=":
            return ((None, Cut(_age_cut(x), True)),)
        case "age<":
            return ((Cut(_age_cut(x), True), None),)
        case "is":
            return ((Cut(1, False), None),) if x else ((None, Cut(1, False)),)
        case "in":
            return united((Cut(v, False), Cut(v, True)) for v in x)
        case "==":
            return ((Cut(x, False), Cut(x, True)),)
        case "prefix":
            return united((Cut(p, False), Cut(p[:-1] + chr(ord(p[-1]) + 1), False)) for p in x)
        case _:
            raise ValueError(f"no such operator: {op}")


def _node(forest, tree, negated=False):
    """A benchmark tree as a node; negation goes down to the tests."""
    if "fact" in tree:
        test = Test(tree["fact"], _bands(tree))
        return forest.test(test.negated() if negated else test)
    if "not" in tree:
        return _node(forest, tree["not"], not negated)
    key = "all" if "all" in tree else "any" if "any" in tree else "of"
    parts = [_node(forest, part, negated) for part in tree[key]]
    if key == "of":
        return forest.at_least(len(parts) - tree["at_least"] + 1 if negated else tree["at_least"], parts)
    return forest.all_of(parts) if (key == "all") != negated else forest.any_of(parts)


def forest_of(document):
    """The benchmark's policies as one forest, and the root of each."""
    forest = Forest()
    with no_collections():
        return forest, [_node(forest, policy["rule"]) for policy in document["policies"]]


def _column(kind, key, coding, array):
    """One Parquet column as codes."""
    if kind in WORDS:
        chunk = pa.concat_arrays(array.chunks) if array.num_chunks != 1 else array.chunk(0)
        chunk = chunk if isinstance(chunk, pa.DictionaryArray) else chunk.dictionary_encode()
        read = coding.reader()
        table = np.array([read(word) for word in chunk.dictionary.to_pylist()] + [0], np.uint16)
        return Column(key, coding, table[chunk.indices.fill_null(len(table) - 1).to_numpy()])
    known = np.asarray(array.is_valid())
    if kind == "bool":
        values = array.fill_null(False).cast(pa.int8()).to_numpy().astype(np.int64)
    elif kind == "date":
        values = array.cast(pa.int32()).fill_null(0).to_numpy().astype(np.int64)
    else:
        values = array.fill_null(0.0).to_numpy()
    places = np.array([cut.at for cut in coding.cuts], values.dtype)
    after = np.array([cut.after for cut in coding.cuts], bool)
    if values.dtype == np.int64:
        places[after] += 1
    else:
        places[after] = np.nextafter(places[after], np.inf)
    return Column(key, coding, place_of(values, known, places))


class State(tuple):
    """(circuit, planes, rows), and where each column's planes lie."""

    def __new__(cls, parts, slices):
        state = super().__new__(cls, parts)
        state.slices = slices
        return state


def load(enterprises, rules):
    document = json.loads(Path(rules).read_text())
    forest, roots = forest_of(document)
    codings = {key: Coding(tuple(cuts)) for key, cuts in forest.cuts().items()}
    slices, height = layout(codings, frozenset())
    circuit = compile_circuit(forest, roots, slices)
    source = pq.ParquetFile(enterprises)
    rows = source.metadata.num_rows
    table = pq.read_table(enterprises, columns=list(codings), memory_map=True)
    kinds = {key: fact["type"] for key, fact in document["facts"].items()}
    tasks = [(slices[key], partial(_column, kinds[key], key, coding, table[key])) for key, coding in codings.items()]
    planes = build_planes(rows, height, tasks)
    return State((circuit, planes, rows), slices)


def save(path, state):
    """Keep the codes in an Arrow file, so that the next start maps them instead of reading values."""
    _, planes, rows = state
    save_codes(path, CodedPopulation(rows, planes, state.slices), source=str(rows))


def mapped(path, rules, rows):
    """A state from kept codes: compile the rules, map the file."""
    document = json.loads(Path(rules).read_text())
    forest, roots = forest_of(document)
    coded = load_codes(path, forest, source=str(rows))
    return compile_circuit(forest, roots, coded.slices), coded.planes, coded.rows


def run(state, matrix=False):
    circuit, planes, rows = state
    answers = run_circuit(circuit, planes, rows, bitmaps=matrix)
    if not matrix:
        return answers.counts
    bits = [np.unpackbits(m.view(np.uint8), axis=1, count=rows, bitorder="little") for m in (answers.surely, answers.open)]
    return 2 * bits[0] + bits[1]


class Handle:
    """The bit index and how to read a row."""

    def __init__(self, rules):
        document = json.loads(Path(rules).read_text())
        forest, roots = forest_of(document)
        codings = {key: Coding(tuple(cuts)) for key, cuts in forest.cuts().items()}
        self.index = build_index(forest, roots, codings)
        self.readers = []
        for i, (key, coding) in enumerate(codings.items()):
            words = document["facts"][key].get("values")
            self.readers.append((key, coding.reader(first=int(self.index.first_row[i]), known=words or ())))
        self.column = {key: i for i, key in enumerate(codings)}

    def rows(self, row):
        return [read(row[key]) for key, read in self.readers]


def online(rules):
    return Handle(rules)


def match(handle, row):
    return handle.index.decide(handle.rows(row))


def flips(handle, row, fact, value):
    column = handle.column.get(fact)
    if column is None:
        return np.zeros(0, np.int32)
    return handle.index.flips(handle.rows(row), {column: handle.readers[column][1](value)})
