"""What officers look into before they decide: what another threshold would do, and how good the data are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response

from api.errors import Invalid, UseCaseError
from api.usecases.quality import ErrorSheet, Trend, delivery_days, error_sheet, quality_book, quality_report, quality_trend
from api.usecases.quality_links import links_in_doubt, settle_link
from api.usecases.rules import document_of, list_rules
from api.usecases.simulation import LISTED, Answer, Question, simulate_threshold
from api.web.charts import curve_of
from api.web.pages import FromForm, HtmlRoute, SignedIn, Visitor, page, see_other, services
from api.web.words import DIMENSION_WORDS, FIT_WORDS
from features.quality import FactQuality, FactTrend, QualityReport, Reason, SourceQuality
from features.sources.mapping import load_mappings
from matcher.crowd import DIMENSIONS
from matcher.notices import simulation_sentence
from matcher.simulate import Simulation
from matcher.words import group_name

router = APIRouter(prefix="/officer", route_class=HtmlRoute, include_in_schema=False)

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_REASONS_SHOWN = 60
_LOW = 0.5


# ---- simulation ---------------------------------------------------------------------------------------------------


@router.get("/simulate")
def simulate_page(
    request: Request, visitor: SignedIn, rule: str = "", item: int = 0, slider: str = "", value: str = ""
) -> Response:
    """Choose an item in force, move one of its thresholds, and see who gains, who loses and what it costs."""
    own = services(request)
    if not rule:
        return _choice(request, visitor)
    question = Question(rule, item, slider, value[:40])
    problem, status = "", 200
    try:
        answer = simulate_threshold(question, visitor.actor, uow=own.reading(), live=own.live)
    except Invalid as error:
        problem, status = error.detail, 422
        answer = simulate_threshold(Question(rule, item, slider), visitor.actor, uow=own.reading(), live=own.live)
    curve = curve_of(answer.points, now=answer.chosen.now, chosen=answer.value) if answer.chosen and answer.points else None
    return page(
        request, "officer/simulate.html", status=status, visitor=visitor, answer=answer, problem=problem, curve=curve, listed=LISTED,
        finding=simulation_sentence(answer.simulation) if answer.simulation else "", groups=_groups(answer), fit_words=FIT_WORDS,
    )  # fmt: skip


def _choice(request: Request, visitor: Visitor) -> Response:
    own = services(request)
    versions = list_rules(visitor.actor, limit=200, uow=own.reading()).items
    chosen = [(version, document_of(version.sha256, version.rules)) for version in versions]
    return page(request, "officer/simulate_choice.html", visitor=visitor, versions=chosen)


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One line of a table by groups."""

    name: str
    size: int
    before: int
    after: int
    gained: int
    lost: int


def _groups(answer: Answer) -> list[tuple[str, list[GroupRow]]]:
    """The groups that hold anybody eligible before or after, the most concerned first, by dimension."""
    if answer.simulation is None:
        return []
    return [(DIMENSION_WORDS[dimension], _rows(answer.simulation, dimension)) for dimension in DIMENSIONS]


def _rows(found: Simulation, dimension: str) -> list[GroupRow]:
    concerned = [g for g in found.groups if g.dimension == dimension and (g.before or g.after)]
    concerned.sort(key=lambda g: (-(g.gained + g.lost), -g.after, g.label))
    return [GroupRow(group_name(dimension, g.label), g.size, g.before, g.after, g.gained, g.lost) for g in concerned]


# ---- data quality -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Department:
    """What one department sent and what became of it."""

    owner: str
    sources: tuple[SourceQuality, ...]

    @property
    def rows(self) -> int:
        """Records sent."""
        return sum(s.rows for s in self.sources)

    @property
    def troubled(self) -> int:
        """Records refused, in review, or used without one of their cells."""
        return sum(s.refused + s.review + s.flagged for s in self.sources)

    @property
    def late(self) -> int:
        """Sources whose new delivery is due."""
        return sum(s.late for s in self.sources)


@router.get("/quality")
def quality_page(request: Request, visitor: SignedIn, show: str = "", against: str = "") -> Response:
    """Coverage, freshness, conflicts and refused rows of the snapshot in use, what changed since an earlier one, and the workbooks."""
    own = services(request)
    try:
        report = quality_report(visitor.actor, live=own.live)
        days = delivery_days(visitor.actor, live=own.live)
        since = quality_trend(visitor.actor, against=against, live=own.live)
        links = links_in_doubt(visitor.actor, live=own.live)
    except UseCaseError as error:
        if error.code not in ("QUALITY_NO_EXTRACTS", "SNAPSHOT_NONE"):
            raise
        return page(request, "officer/quality_none.html", visitor=visitor, detail=error.detail, code=error.code)
    reasons = sorted(_merged(report.reasons), key=lambda r: -r.rows)
    return page(
        request, "officer/quality.html", visitor=visitor, report=report, departments=_departments(report), days=days, show=show,
        facts=[f for f in report.facts if _is_shown(f, show)], low=sum(f.coverage < _LOW for f in report.facts),
        conflicting=sum(f.conflicts > 0 for f in report.facts), since=since, moved=_moved(since), links=links, titles={m.id: m.title for m in load_mappings()}, reasons=reasons[:_REASONS_SHOWN], more_reasons=max(0, len(reasons) - _REASONS_SHOWN),
    )  # fmt: skip


@router.post("/quality/links")
def link_form(
    request: Request,
    visitor: FromForm,
    source: Annotated[str, Form(max_length=100)],
    record: Annotated[str, Form(max_length=64)],
    uscc: Annotated[str, Form(max_length=40)],
    decision: Annotated[Literal["confirm", "deny"], Form()],
    why: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Say that a record is or is not an enterprise's."""
    own = services(request)
    settle_link(source, record, uscc, decision, visitor.actor, why=why, live=own.live, uow=own.uow(), clock=own.clock)
    return see_other("/officer/quality#links")


@router.get("/quality/book")
def book_download(request: Request, visitor: SignedIn) -> Response:
    """The whole report as a workbook."""
    return _workbook(quality_book(visitor.actor, live=services(request).live))


@router.get("/quality/sheet")
def sheet_download(request: Request, visitor: SignedIn, owner: str, day: date) -> Response:
    """A department's workbook of what it should correct."""
    return _workbook(error_sheet(owner, day, visitor.actor, live=services(request).live))


def _workbook(sheet: ErrorSheet) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(sheet.name)}", "Cache-Control": "no-store"}
    return Response(sheet.data, media_type=_XLSX, headers=headers)


def _moved(since: Trend | None) -> list[FactTrend]:
    """The facts of which more or less is known than before, or of which more or fewer sources disagree: the losses first."""
    facts = [f for f in since.facts if f.known_after != f.known_before or f.conflicts_after != f.conflicts_before] if since else []
    return sorted(facts, key=lambda f: (f.gain, -(f.conflicts_after - f.conflicts_before), f.fact))


def _is_shown(fact: FactQuality, show: str) -> bool:
    return fact.coverage < _LOW if show == "low" else fact.conflicts > 0 if show == "conflicts" else True


def _departments(report: QualityReport) -> list[Department]:
    owners = dict.fromkeys(s.owner for s in report.sources)
    return [Department(owner, tuple(s for s in report.sources if s.owner == owner)) for owner in owners]


def _merged(reasons: Sequence[Reason]) -> list[Reason]:
    """Reasons alike but for a row's number, counted together with one of them as the example."""
    found: dict[tuple[str, str, str], Reason] = {}
    for reason in reasons:
        key = (reason.file, reason.heading, reason.code)
        before = found.get(key)
        found[key] = reason if before is None else Reason(*key, before.reason, before.rows + reason.rows)
    return list(found.values())
