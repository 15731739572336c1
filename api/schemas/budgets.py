"""Budgets, rounds and reservations as they come in and go out: money as decimal text in yuan."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from api.records import BudgetApplication, BudgetEntry, BudgetRound, Reservation
from api.schemas.fields import TEXT_PATTERN, WHOLE, Day, Money, MoneyOut, Uscc
from api.schemas.requests import Body
from api.schemas.responses import ReservationView, View
from api.usecases.budgets import Budget
from matcher.budget import Stage
from policies.allocation import Way

WayName: TypeAlias = Literal["first_come", "pro_rata", "by_rank"]
Rank = Annotated[int, Field(ge=1, le=1_000_000, description="名次,第 1 名最优先"), WHOLE]


class AllocationRequest(Body):
    """How an item is given out."""

    way: WayName = Field(description="first_come 先到先得;pro_rata 按比例分配;by_rank 按排名分配")
    budget: Money | None = Field(description="预算总额;null 为不限")
    quota: Annotated[int, Field(ge=1, le=2**31 - 1), WHOLE] | None = Field(description="名额;null 为不限")


class RoundRequest(Body):
    """Until when applications are gathered."""

    closes_on: Day


class ApplicationRequest(Body):
    """One enterprise's wish."""

    uscc: Uscc
    amount: Money
    rank: Rank | None = None


class RankRequest(Body):
    """The place of an application."""

    rank: Rank


class ReleaseRequest(Body):
    """Why money is given back."""

    note: Annotated[str, StringConstraints(pattern=TEXT_PATTERN, max_length=500)] = ""


class PaymentRequest(Body):
    """How much was paid; all that is held where it is not said."""

    amount: Money | None = None


class WordedView(View):
    """Words of the policy on how money is given out; `start` and `end` count characters of its text."""

    way: WayName
    quote: str
    start: int
    end: int


class BudgetView(View):
    """An item's money and places. `way` null: the text says several things and an officer must choose."""

    rule_version_id: str
    document_id: str
    item: int
    title: str
    way: WayName | None
    set_by_officer: bool
    worded: list[WordedView]
    budget: MoneyOut | None
    quota: int | None
    reserved: MoneyOut
    reserved_count: int
    paid: MoneyOut
    paid_count: int
    remaining: MoneyOut | None
    places_left: int | None
    open_round_id: str | None


class StagedReservationView(ReservationView):
    """Money put aside, and where it stands."""

    state: Literal["reserved", "confirmed", "paid", "released"]
    paid: MoneyOut | None
    round_id: str | None
    changed_at: datetime


class RoundView(View):
    """A round; its sums are known once it is shared out."""

    id: str
    rule_version_id: str
    document_id: str
    item: int
    way: WayName
    closes_on: date
    state: Literal["open", "shared"]
    applications: int
    available: MoneyOut | None
    granted: MoneyOut
    granted_count: int
    opened_at: datetime
    shared_at: datetime | None


class ApplicationView(View):
    """An application and what became of it."""

    id: str
    round_id: str
    uscc: str
    amount: MoneyOut
    rank: int | None
    state: Literal["open", "withdrawn", "granted", "refused"]
    granted: MoneyOut
    reason: str | None
    reservation_id: str | None
    applied_at: datetime


class EntryView(View):
    """One line of the ledger: by how much what is held and what was paid changed."""

    id: str
    reservation_id: str | None
    kind: Literal["set", "reserved", "confirmed", "released", "paid"]
    held: MoneyOut
    held_count: int
    paid: MoneyOut
    paid_count: int
    note: str
    at: datetime


def yuan(fen: int) -> Decimal:
    """Fen as yuan.

    >>> yuan(1234)
    Decimal('12.34')
    """
    return Decimal(fen) / 100


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else yuan(fen)


def budget_view(found: Budget) -> BudgetView:
    """An item's budget as it is shown."""
    pot = found.pot
    held, places = pot.reserved_fen + pot.paid_fen, pot.reserved_count + pot.paid_count
    return BudgetView(
        rule_version_id=found.version.id, document_id=pot.document_id, item=pot.item, title=found.item.title,
        way=_name(found.way), set_by_officer=pot.way is not None,
        worded=[WordedView(way=w.way.value, quote=w.span.quote or "", start=w.span.start, end=w.span.end) for w in found.worded],
        budget=_yuan(pot.budget_fen), quota=pot.quota, reserved=yuan(pot.reserved_fen), reserved_count=pot.reserved_count,
        paid=yuan(pot.paid_fen), paid_count=pot.paid_count,
        remaining=None if pot.budget_fen is None else yuan(pot.budget_fen - held),
        places_left=None if pot.quota is None else pot.quota - places,
        open_round_id=None if found.open_round is None else found.open_round.id,
    )  # fmt: skip


def _name(way: Way | None) -> WayName | None:
    return None if way is None else way.value


def reservation_view(found: Reservation) -> StagedReservationView:
    """A reservation as it is shown."""
    return StagedReservationView(
        id=found.id, document_id=found.document_id, item=found.item, uscc=found.uscc, rule_version_id=found.rule_version_id,
        amount=yuan(found.amount_fen), reserved_at=found.reserved_at, state=Stage(found.state).value, paid=_yuan(found.paid_fen),
        round_id=found.round_id, changed_at=found.changed_at,
    )  # fmt: skip


def round_view(found: BudgetRound) -> RoundView:
    """A round as it is shown."""
    return RoundView.model_validate(
        {
            **{name: getattr(found, name) for name in RoundView.model_fields if hasattr(found, name)},
            "available": _yuan(found.available_fen), "granted": yuan(found.granted_fen),
        }
    )  # fmt: skip


def application_view(found: BudgetApplication) -> ApplicationView:
    """An application as it is shown."""
    return ApplicationView.model_validate(
        {
            **{name: getattr(found, name) for name in ApplicationView.model_fields if hasattr(found, name)},
            "amount": yuan(found.amount_fen), "granted": yuan(found.granted_fen),
        }
    )  # fmt: skip


def entry_view(found: BudgetEntry) -> EntryView:
    """A line of the ledger as it is shown."""
    return EntryView.model_validate(
        {
            **{name: getattr(found, name) for name in EntryView.model_fields if hasattr(found, name)},
            "held": yuan(found.held_fen), "paid": yuan(found.paid_fen),
        }
    )  # fmt: skip
