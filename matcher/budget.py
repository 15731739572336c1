"""The reservation ledger of an item's budget and quota, as pure values: never below zero, first come, pro rata, or by rank.

A state is what was set aside and paid; every step gives a new state or a refusal. The database keeps the states in order; this
module says which steps are lawful.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias, assert_never

from matcher.errors import BudgetExceeded, MatcherError
from policies.allocation import Way

_FEN = Decimal("0.01")
_MOST = Decimal("1e18")  # no single payment is larger


class Stage(StrEnum):
    """Where one reservation stands. Only the first two hold money; the last two are final."""

    RESERVED = "reserved"
    CONFIRMED = "confirmed"
    PAID = "paid"
    RELEASED = "released"


_NEXT: Mapping[Stage, frozenset[Stage]] = MappingProxyType(
    {
        Stage.RESERVED: frozenset({Stage.CONFIRMED, Stage.RELEASED}),
        Stage.CONFIRMED: frozenset({Stage.PAID, Stage.RELEASED}),
        Stage.PAID: frozenset(),
        Stage.RELEASED: frozenset(),
    }
)


def may_become(before: Stage, after: Stage) -> bool:
    """Whether a reservation may go from one stage to another: confirmed before it is paid, and nothing leaves the final ones."""
    return after in _NEXT[before]


class Refused(StrEnum):
    """Why a request cannot be carried."""

    BUDGET = "budget"  # the money left does not carry it
    QUOTA = "quota"  # all places are taken
    ALREADY = "already"  # this enterprise holds a reservation already
    AMOUNT = "amount"  # nothing, less than nothing, or a fraction of a fen
    UNKNOWN = "unknown"  # no such open reservation


@dataclass(frozen=True, slots=True)
class Request:
    """A wish to set `amount` CNY aside for one enterprise."""

    uscc: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Refusal:
    """A step that was not taken; the state is as it was."""

    request: Request
    reason: Refused


@dataclass(frozen=True, slots=True)
class BudgetState:
    """One item's budget: `limit` CNY and `quota` places (None: without limit), open reservations and what was paid, by credit code."""

    limit: Decimal | None
    quota: int | None = None
    reserved: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    paid: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if self.limit is not None and self.used > self.limit:
            raise BudgetExceeded("the reservations and payments exceed the budget; the ledger must not be loaded like this")
        if self.quota is not None and self.places > self.quota:
            raise BudgetExceeded("there are more reservations and payments than places; the ledger must not be loaded like this")

    @property
    def used(self) -> Decimal:
        """Money set aside or paid."""
        return sum(self.reserved.values(), Decimal(0)) + sum(self.paid.values(), Decimal(0))

    @property
    def places(self) -> int:
        """Places taken: enterprises with a reservation or a payment."""
        return len(self.reserved.keys() | self.paid.keys())

    @property
    def remaining(self) -> Decimal | None:
        """Money left; None without a limit."""
        return None if self.limit is None else self.limit - self.used


Step: TypeAlias = BudgetState | Refusal


def reserve(state: BudgetState, request: Request) -> Step:
    """Set money aside, first come first served: wholly or not at all."""
    if not _is_payable(request.amount):
        return Refusal(request, Refused.AMOUNT)
    if request.uscc in state.reserved or request.uscc in state.paid:
        return Refusal(request, Refused.ALREADY)
    if state.quota is not None and state.places >= state.quota:
        return Refusal(request, Refused.QUOTA)
    if state.remaining is not None and request.amount > state.remaining:
        return Refusal(request, Refused.BUDGET)
    return replace(state, reserved=MappingProxyType({**state.reserved, request.uscc: request.amount}))


def release(state: BudgetState, uscc: str) -> Step:
    """Give an open reservation back (withdrawn, refused, run out)."""
    held = state.reserved.get(uscc)
    if held is None:
        return Refusal(Request(uscc, Decimal(0)), Refused.UNKNOWN)
    return replace(state, reserved=MappingProxyType({k: v for k, v in state.reserved.items() if k != uscc}))


def pay(state: BudgetState, uscc: str, *, amount: Decimal | None = None) -> Step:
    """Turn an open reservation into a payment of `amount` (all of it by default); what is left over is free again."""
    held = state.reserved.get(uscc)
    if held is None:
        return Refusal(Request(uscc, amount or Decimal(0)), Refused.UNKNOWN)
    due = held if amount is None else amount
    if not _is_payable(due):
        return Refusal(Request(uscc, due), Refused.AMOUNT)
    if due > held:
        return Refusal(Request(uscc, due), Refused.BUDGET)
    rest = MappingProxyType({k: v for k, v in state.reserved.items() if k != uscc})
    return replace(state, reserved=rest, paid=MappingProxyType({**state.paid, uscc: due}))


def _is_payable(amount: Decimal) -> bool:
    return amount.is_finite() and 0 < amount < _MOST and amount == amount.quantize(_FEN)


def resized(state: BudgetState, *, limit: Decimal | None, quota: int | None) -> BudgetState:
    """The same ledger under another budget; raises BudgetExceeded where it does not carry what is promised already."""
    return replace(state, limit=limit, quota=quota)


# ---- many at once ------------------------------------------------------------------------------------------------


def reserve_in_order(state: BudgetState, requests: Iterable[Request]) -> tuple[BudgetState, tuple[Refusal, ...]]:
    """First come, first served (额满为止): in the order given; one that does not fit does not stop the smaller ones behind it."""
    refused = []
    for request in requests:
        step = reserve(state, request)
        if isinstance(step, Refusal):
            refused.append(step)
        else:
            state = step
    return state, tuple(refused)


def reserve_by_rank(
    state: BudgetState, requests: Sequence[Request], ranks: Mapping[str, int]
) -> tuple[BudgetState, tuple[Refusal, ...]]:
    """The best ranked first (择优), equal ranks by credit code; from the first that money or places do not carry, nobody further.

    Raises MatcherError where a request has no rank.
    """
    unranked = [r.uscc for r in requests if r.uscc not in ranks]
    if unranked:
        raise MatcherError(f"{len(unranked)} requests have no rank; rank every applicant before the money is given out")
    refused: list[Refusal] = []
    closed: Refused | None = None
    for request in sorted(requests, key=lambda r: (ranks[r.uscc], r.uscc)):
        step = Refusal(request, closed) if closed else reserve(state, request)
        if isinstance(step, Refusal):
            refused.append(step)
            closed = step.reason if step.reason in (Refused.BUDGET, Refused.QUOTA) else closed
        else:
            state = step
    return state, tuple(refused)


def reserve_pro_rata(state: BudgetState, requests: Sequence[Request]) -> tuple[BudgetState, tuple[Refusal, ...]]:
    """Everybody the same share (按比例折算) where the money does not carry all; shares are rounded down to the fen and the fen that
    are left go one each to those who lost most by rounding, equal losses by credit code. Places are no matter of shares: where there
    are more requests than places, nobody can be chosen, and all are refused.
    """
    refused = []
    sound: dict[str, Request] = {}
    for request in requests:
        taken = request.uscc in state.reserved or request.uscc in state.paid or request.uscc in sound
        if taken or not _is_payable(request.amount):
            refused.append(Refusal(request, Refused.ALREADY if taken else Refused.AMOUNT))
        else:
            sound[request.uscc] = request
    if state.quota is not None and state.places + len(sound) > state.quota:
        return state, (*refused, *(Refusal(r, Refused.QUOTA) for r in sound.values()))
    shares = pro_rata({u: r.amount for u, r in sound.items()}, state.remaining)
    refused += [Refusal(sound[u], Refused.BUDGET) for u, share in shares.items() if not share]
    granted = {u: share for u, share in shares.items() if share}
    return replace(state, reserved=MappingProxyType({**state.reserved, **granted})), tuple(refused)


def allocate(
    way: Way, state: BudgetState, requests: Sequence[Request], ranks: Mapping[str, int] | None = None
) -> tuple[BudgetState, tuple[Refusal, ...]]:
    """Give out what is left, the way the item says. First come follows the order given; the other two do not depend on it.

    Raises MatcherError where the way is by rank and a request has none.
    """
    match way:
        case Way.FIRST_COME:
            return reserve_in_order(state, requests)
        case Way.PRO_RATA:
            return reserve_pro_rata(state, requests)
        case Way.BY_RANK:
            return reserve_by_rank(state, requests, ranks or {})
        case _:
            assert_never(way)


def pro_rata(wanted: Mapping[str, Decimal], available: Decimal | None) -> dict[str, Decimal]:
    """`available` CNY shared out in proportion to what is wanted, to the fen; nobody gets more than they want.

    >>> pro_rata({"a": Decimal(2), "b": Decimal(1)}, Decimal(1))
    {'a': Decimal('0.67'), 'b': Decimal('0.33')}
    """
    total = sum(wanted.values(), Decimal(0))
    if available is None or total <= available:
        return dict(wanted)
    whole, money = int(total * 100), int(available * 100)  # in fen, so that nothing is rounded by accident
    parts = {u: divmod(int(w * 100) * money, whole) for u, w in wanted.items()}
    left = money - sum(share for share, _ in parts.values())
    lucky = set(sorted(wanted, key=lambda u: (-parts[u][1], u))[:left])
    return {u: Decimal(share + (u in lucky)) / 100 for u, (share, _) in parts.items()}
