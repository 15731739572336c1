"""All enterprises against all rules, over coded columns; and one criterion over a whole population, for what-if questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from features.catalogue import Catalogue
from matcher.circuit import compile_circuit
from matcher.codes import CodedPopulation, encode_forest
from matcher.columns import Flags, Population, Profiles, Table, truths_of
from matcher.compile import Compiled, Item, compile_criterion, compile_documents
from matcher.errors import SnapshotMismatch
from matcher.forest import Forest
from matcher.kernels import THREADS, Answers, run
from matcher.truth import truth_of
from policies.rules import Criterion, RuleDocument


@dataclass(frozen=True, slots=True)
class Screening:
    """The verdicts of every enterprise on every item: `items[i]` is (document id, item index), rows are the population's.

    `counts[i]` = (eligible, unknown).
    """

    items: tuple[Item, ...]
    rows: int
    answers: Answers

    @property
    def counts(self) -> NDArray[np.int64]:
        """[items, 2]: how many are eligible, how many unknown."""
        return self.answers.counts

    def eligible(self, item: int) -> NDArray[np.int64]:
        """The rows that are eligible for an item, ascending."""
        return np.flatnonzero(self._flags(self.answers.surely, item))

    def unknown(self, item: int) -> NDArray[np.int64]:
        """The rows whose verdict on an item is open, ascending."""
        return np.flatnonzero(self._flags(self.answers.open, item))

    def verdicts(self, item: int) -> NDArray[np.uint8]:
        """Per row 0 not met, 1 unknown, 2 met."""
        met, unknown = self._flags(self.answers.surely, item), self._flags(self.answers.open, item)
        return (2 * met.astype(np.uint8) + unknown).astype(np.uint8)

    def _flags(self, bitmaps: NDArray[np.uint64] | None, item: int) -> Flags:
        if bitmaps is None:
            raise SnapshotMismatch("本次筛查只统计了数量,没有保留名单;请以 bitmaps=True 重新运行")
        return np.unpackbits(bitmaps[item].view(np.uint8), count=self.rows, bitorder="little").view(bool)


def screen(
    documents: Sequence[RuleDocument],
    population: CodedPopulation | Population,
    as_of: date,
    *,
    bitmaps: bool = True,
    threads: int = THREADS,
    catalogue: Catalogue | None = None,
) -> Screening:
    """Decide every enterprise on every item; a population that is not coded yet is coded for these documents first.

    Raises SnapshotMismatch where the codes were made for other rules.
    """
    compiled = compile_documents(documents, as_of, catalogue=catalogue)
    coded = population if isinstance(population, CodedPopulation) else encode_forest(population, compiled)
    return screen_compiled(compiled, coded, bitmaps=bitmaps, threads=threads)


def screen_compiled(compiled: Compiled, coded: CodedPopulation, *, bitmaps: bool = True, threads: int = THREADS) -> Screening:
    """`screen` for rules that are compiled already."""
    try:
        circuit = compile_circuit(compiled.forest, compiled.roots, coded.slices)
    except KeyError as missing:
        raise SnapshotMismatch("编码时没有包含规则所需的指标或阈值;请用当前规则重新编码") from missing
    return Screening(compiled.items, coded.rows, run(circuit, coded.planes, coded.rows, bitmaps=bitmaps, threads=threads))


def screen_criterion(
    population: Population, criterion: Criterion | None, as_of: date, *, catalogue: Catalogue | None = None
) -> tuple[Flags, Flags]:
    """(true, unknown) per row for one tree, straight from the population's values: thresholds need not have been coded before."""
    if isinstance(population, Table):
        forest = Forest()
        surely, possibly = truths_of(
            population, forest, compile_criterion(criterion, forest, as_of, catalogue=population.catalogue)
        )
        return surely, possibly & ~surely
    if isinstance(population, Profiles):
        truths = [
            True if criterion is None else truth_of(criterion, p.facts, as_of, population.catalogue) for p in population.profiles
        ]
        return np.array([t is True for t in truths], bool), np.array([t is None for t in truths], bool)
    forest = Forest()
    compiled = Compiled(forest, (("", 0),), (compile_criterion(criterion, forest, as_of, catalogue=catalogue),), as_of)
    screening = screen_compiled(compiled, encode_forest(population, compiled))
    verdicts = screening.verdicts(0)
    return verdicts == 2, verdicts == 1
