"""Generate the sample city: `python -m data_samples.generate --enterprises N --seed S --out DIR [--as-of DATE]`.

Writes the departmental extracts of `LAYOUTS.md` under DIR and DIR/TRUTH.json, which says what mess was planted where. The same
arguments give the same bytes. Every enterprise is invented.
"""

import argparse
import sys
import time
from datetime import date
from pathlib import Path

from data_samples.conduct import draw_conduct
from data_samples.economy import draw_economy
from data_samples.extracts import City, extracts
from data_samples.identity import draw_identity
from data_samples.innovation import draw_declarations, draw_innovation
from data_samples.mess import Truth, plant
from data_samples.params import Scope
from data_samples.sheet import Sheet
from data_samples.writing import write, write_json

__all__ = ["DEFAULT_AS_OF", "City", "Scope", "draw_city", "generate", "messy_extracts"]

DEFAULT_AS_OF = date(2026, 11, 20)


def draw_city(scope: Scope) -> City:
    """The truth about every enterprise, before any department writes it down."""
    identity = draw_identity(scope)
    economy = draw_economy(scope, identity)
    innovation = draw_innovation(scope, identity, economy)
    conduct = draw_conduct(scope, identity, economy, innovation)
    return City(scope, identity, economy, innovation, conduct, draw_declarations(scope, identity, economy, innovation))


def messy_extracts(city: City) -> tuple[list[Sheet], Truth]:
    """The extracts as the departments hand them over, and what is wrong with them."""
    sheets = extracts(city)
    return sheets, plant(city, sheets)


def generate(scope: Scope, directory: Path) -> list[Path]:
    """Write the city under `directory`; returns the files written, TRUTH.json last."""
    city = draw_city(scope)
    sheets, truth = messy_extracts(city)
    paths = [write(sheet, directory) for sheet in sheets]
    write_json(truth.to_json(city, sheets), directory / "TRUTH.json")
    return [*paths, directory / "TRUTH.json"]


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m data_samples.generate", description="Generate the invented sample city's extracts."
    )
    parser.add_argument("--enterprises", type=int, default=10_000, metavar="N")
    parser.add_argument("--seed", type=int, default=20261120, metavar="S")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--as-of", type=date.fromisoformat, default=DEFAULT_AS_OF, metavar="DATE")
    parser.add_argument(
        "--mess", type=float, default=1.0, metavar="FACTOR", help="0 for clean codes, 10 for ten times the usual mess"
    )
    options = parser.parse_args(arguments)
    if options.enterprises < 20:
        parser.error("--enterprises must be at least 20")
    started = time.perf_counter()
    paths = generate(Scope(options.enterprises, options.seed, options.as_of, options.mess), options.out)
    print(
        f"{options.enterprises} enterprises, {len(paths)} files in {time.perf_counter() - started:.1f} s: {options.out}",
        file=sys.stderr,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
