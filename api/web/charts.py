"""Charts as numbers: where the points, ticks and marks of a curve lie in its drawing, so that a template only writes them down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from matcher.simulate import Point

WIDTH, HEIGHT = 640, 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 20, 16, 44


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the drawing, in its own units, and what is written there."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Curve:
    """How many are eligible over a threshold: the line, its points, ticks of both axes, and where today's and the chosen value stand."""

    width: int
    height: int
    line: str
    points: tuple[Mark, ...]
    xs: tuple[Mark, ...]
    ys: tuple[Mark, ...]
    now: float | None
    chosen: float | None
    top: float
    bottom: float
    left: float
    right: float


def curve_of(points: Sequence[tuple[str, Point]], *, now: str, chosen: str) -> Curve:
    """The drawing of a curve with at least one point; values outside it have no mark."""
    numbers = [_number(value) for value, _ in points]
    low, high = min(numbers), max(numbers)
    most = max(1, *(point.tally.eligible for _, point in points))
    peak = _round_up(most)
    left, right, top, bottom = float(_LEFT), float(WIDTH - _RIGHT), float(_TOP), float(HEIGHT - _BOTTOM)

    def x_of(number: float) -> float:
        return round(left + (right - left) * ((number - low) / (high - low) if high > low else 0.5), 1)

    def y_of(count: float) -> float:
        return round(bottom - (bottom - top) * count / peak, 1)

    marks = tuple(
        Mark(x_of(n), y_of(p.tally.eligible), f"{value}:{p.tally.eligible} 家")
        for n, (value, p) in zip(numbers, points, strict=True)
    )
    every = max(1, -(-len(points) // 6))
    xs = tuple(
        Mark(x_of(n), bottom, value) for i, (n, (value, _)) in enumerate(zip(numbers, points, strict=True)) if i % every == 0
    )
    ys = tuple(Mark(left, y_of(peak * k / 4), f"{peak * k / 4:,.0f}") for k in range(5) if peak * k % 4 == 0)
    inside = [x_of(n) if low <= n <= high else None for n in (_number(now), _number(chosen))]
    return Curve(
        WIDTH, HEIGHT, " ".join(f"{m.x},{m.y}" for m in marks), marks, xs, ys, inside[0], inside[1], top, bottom, left, right
    )


def _number(value: str) -> float:
    if value.count("-") == 2 and not value.startswith("-"):
        return float(date.fromisoformat(value).toordinal())
    return float(Decimal(value.replace(",", "")))


def _round_up(count: int) -> int:
    """The next round number that four ticks can share."""
    step = int(10 ** max(0, len(str(count)) - 2))
    for nice in (4, 8, 12, 16, 20, 24, 32, 40, 48, 60, 80, 100):
        if nice * step >= count:
            return nice * step
    return count
