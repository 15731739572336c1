"""What the service keeps resident to answer at once: the rules in force, their index for a day, the profiles; renewed when they change."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock
from time import monotonic

import structlog

from api.answers import Answers
from api.clock import Clock, civil_day
from api.db.unit_of_work import UnitOfWork
from api.errors import NotFound, Unavailable
from api.profiles import ProfileSource, ProfilesRefused, open_profiles
from api.records import PolicyDocument, RuleVersion, Snapshot
from api.usecases.candidates import Blank, blank_of, by_promise
from api.usecases.rules import document_of, rules_in_force
from api.usecases.snapshots import current_snapshot
from features.profile import EnterpriseProfile
from matcher.combine import CombinationRule
from matcher.combine_texts import rules_in_texts
from matcher.index import RuleIndex
from matcher.ports import Scorer
from policies.rules import PolicyItem, RuleDocument

log = structlog.get_logger(__name__)

_LOOK_AGAIN_S = 0.5
_DAYS_KEPT = 4


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The versions in force at one moment, each with its rules as values, in the same order."""

    stamp: int
    versions: tuple[RuleVersion, ...]
    documents: tuple[RuleDocument, ...]
    _of_version: Mapping[str, RuleDocument] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_of_version", {v.id: d for v, d in zip(self.versions, self.documents, strict=True)})

    def item_in_force(self, rule_version_id: str, item: int) -> PolicyItem | None:
        """An item of a version; None where the version is not in force any more."""
        document = self._of_version.get(rule_version_id)
        return None if document is None or item >= len(document.items) else document.items[item]

    def version_of(self, document_id: str) -> RuleVersion:
        """The version in force of a document; raises NotFound."""
        for version in self.versions:
            if version.document_id == document_id:
                return version
        raise NotFound("RULE_NOT_FOUND", "该文件没有现行规则")


@dataclass(frozen=True, slots=True)
class Positions:
    """Where each position of an index points: document and item, and the version they come from."""

    index: RuleIndex
    documents: tuple[RuleDocument, ...]
    versions: tuple[RuleVersion, ...]
    items: tuple[tuple[int, int], ...]  # position -> (number of the document, item)
    blanks: tuple[Blank, ...] = ()  # in the order of the positions; empty where nobody asks online
    promise: tuple[int, ...] = ()  # position -> its place in `by_promise`


def positions_of(rules: RuleSet, as_of: date, *, online: bool = False) -> Positions:
    """The index over a set of rules for one day; `online` prepares for single enterprises."""
    items = tuple((number, item) for number, document in enumerate(rules.documents) for item in range(len(document.items)))
    blanks = tuple(blank_of(rules.documents[number], item, as_of) for number, item in items) if online else ()
    promise = [0] * len(blanks)
    for place, position in enumerate(by_promise(blanks)):
        promise[position] = place
    return Positions(RuleIndex(rules.documents, as_of), rules.documents, rules.versions, items, blanks, tuple(promise))


def rule_set(stamp: int, versions: tuple[RuleVersion, ...]) -> RuleSet:
    """The versions with their rules loaded; one whose content was altered is left out and reported."""
    whole: list[tuple[RuleVersion, RuleDocument]] = []
    for version in versions:
        try:
            whole.append((version, document_of(version.sha256, version.rules)))
        except Unavailable as altered:  # one rule that was tampered with must not stop the others
            log.error("rule.altered", rule=version.id, code=altered.code)
    return RuleSet(stamp, tuple(v for v, _ in whole), tuple(d for _, d in whole))


class Live:
    """The resident copies. Thread-safe; a change is seen within half a second."""

    def __init__(self, reading: Callable[[], UnitOfWork], *, clock: Clock, scorer: Scorer | None) -> None:
        self._reading, self.clock, self.scorer = reading, clock, scorer
        self._lock, self._building = Lock(), Lock()
        self._looked = -1.0
        self._stopping = False
        self._stamps = (-1, -1)
        self._rules = RuleSet(-1, (), ())
        self._days: OrderedDict[date, Positions] = OrderedDict()
        self.answers = Answers()
        self._snapshot: Snapshot | None = None
        self._source: ProfileSource | None = None
        self._drawing: tuple[int, tuple[CombinationRule, ...]] | None = None

    @property
    def model_version(self) -> str:
        """What orders the matches."""
        return "rules" if self.scorer is None else self.scorer.version

    @property
    def stamps(self) -> tuple[int, int]:
        """Which rules and which profiles are resident; every answer rests on them."""
        self.refresh()
        return self._stamps

    def today(self) -> date:
        """The civil day in the city."""
        return civil_day(self.clock.now())

    @property
    def is_stale(self) -> bool:
        """Whether it is time to look again."""
        return monotonic() - self._looked >= _LOOK_AGAIN_S

    @property
    def is_stopping(self) -> bool:
        """Whether this process is on its way out and should get no new work."""
        return self._stopping

    def stop(self) -> None:
        """No longer ready."""
        self._stopping = True

    def refresh(self, *, force: bool = False) -> None:
        """Look whether rules or profiles changed, at most twice a second."""
        if not force and not self.is_stale:
            return
        with self._lock:
            if not force and not self.is_stale:
                return
            with self._reading() as uow:
                stamps = (uow.counter("rules"), uow.counter("profiles"))
                if stamps[0] != self._stamps[0]:
                    self._rules = rule_set(stamps[0], rules_in_force(uow))
                    self._days.clear()
                if stamps[1] != self._stamps[1]:
                    self._open(uow)
            self._stamps, self._looked = stamps, monotonic()

    def _open(self, uow: UnitOfWork) -> None:
        try:
            self._snapshot = current_snapshot(uow)
            self._source = open_profiles(Path(self._snapshot.path))
        except NotFound:
            self._snapshot, self._source = None, None
        except ProfilesRefused as refused:
            raise Unavailable("SNAPSHOT_GONE", f"企业档案快照不可用:{refused}") from None

    def rules(self) -> RuleSet:
        """The rules in force."""
        self.refresh()
        return self._rules

    def positions(self, as_of: date) -> Positions:
        """The index for a day; the days asked for last are kept."""
        self.refresh()
        found = self._days.get(as_of)
        if found is None:
            with self._building:  # not under the lock: everybody's answers would wait for the index
                found = self._days.get(as_of) or self._build(as_of)
        return found

    def _build(self, as_of: date) -> Positions:
        rules = self._rules
        built = positions_of(rules, as_of, online=True)
        with self._lock:
            if self._rules is rules:  # else they changed meanwhile, and the next who asks begins anew
                self._days[as_of] = built
                while len(self._days) > _DAYS_KEPT:
                    self._days.popitem(last=False)
        return built

    def has_positions(self, as_of: date) -> bool:
        """Whether the index for a day is at hand."""
        return as_of in self._days

    def drawing(self) -> tuple[CombinationRule, ...]:
        """What the texts of the rules in force say of drawing several benefits; read once for each set of rules."""
        rules = self.rules()
        kept = self._drawing
        if kept is not None and kept[0] == rules.stamp:
            return kept[1]
        with self._reading() as uow:  # not under the lock: everybody's answers would wait for the reading of the texts
            policies = uow.of(PolicyDocument)
            found = policies.all(policies.c.id.in_([v.policy_id for v in rules.versions]))
        read = rules_in_texts(rules.documents, {policy.document_id: policy.text for policy in found})
        self._drawing = (rules.stamp, read)
        return read

    def profile(self, uscc: str) -> EnterpriseProfile:
        """One enterprise; raises NotFound."""
        self.refresh()
        profile = None if self._source is None else self._source.profile(uscc)
        if profile is None:
            raise NotFound("ENTERPRISE_NOT_FOUND", "没有找到这家企业;请核对统一社会信用代码")
        return profile

    @property
    def snapshot(self) -> Snapshot | None:
        """The snapshot in use."""
        return self._snapshot

    def source(self) -> ProfileSource:
        """The profiles in use; raises NotFound where none were imported."""
        self.refresh()
        if self._source is None:
            raise NotFound("SNAPSHOT_NONE", "尚未导入企业档案;请先导入档案快照")
        return self._source
