"""Score the parser on the annotated documents: the tuning part with its errors, of the held-out part the totals only.

python -m tests.policies.score_gold [--errors N] [--held-out] [--second dev|check|summaries] [--dump DIR]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from policies.extract.leaf import leaves_of
from tests.policies.gold_split import SECOND, is_held_out, second_ids
from tests.shared import SHARED


def parsed_json(stem: str) -> dict[str, Any]:
    """The contract JSON that the parser makes of a corpus text."""
    from policies.parsing import parse_policy

    path = SHARED / "corpus" / "policies" / f"{stem}.txt"
    return parse_policy(path.read_bytes(), name=path.name, document_id=stem).rules


def scorer() -> Any:
    spec = importlib.util.spec_from_file_location("score_rules", SHARED / "contract" / "score_rules.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stems(*, held_out: bool) -> list[str]:
    names = sorted(p.stem for p in (SHARED / "gold").glob("*.json"))
    return [n for n in names if is_held_out(n) == held_out]


SAMPLES = Path(__file__).parents[2] / "data_samples" / "policies"


def sample_figures(names: list[str], out: Path | None = None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Scores and errors over our own sample policies, each read from the file the demo shows."""
    from policies.parsing import parse_policy

    with tempfile.TemporaryDirectory() as folder:
        gold, parsed = Path(folder) / "gold", Path(folder) / "parsed"
        gold.mkdir()
        parsed.mkdir()
        for answer in sorted((SAMPLES / "answers").glob("*.json")):
            if names and answer.stem not in names:
                continue
            path = next(p for p in SAMPLES.glob(f"{answer.stem}.*") if p.is_file())
            shutil.copy(answer, gold / answer.name)
            rules = json.dumps(parse_policy(path.read_bytes(), name=path.name, document_id=answer.stem).rules, ensure_ascii=False)
            (parsed / answer.name).write_text(rules, "utf-8")
            if out is not None:
                (out / answer.name).write_text(rules, "utf-8")
        scores: tuple[dict[str, Any], list[dict[str, Any]]] = scorer().score(gold, parsed)
        return scores


def second_figures(names: list[str], out: Path | None = None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Scores and errors over the named documents of our own second batch of annotations."""
    return figures(names, out, answers=SECOND)


def figures(
    names: list[str], out: Path | None = None, *, answers: Path = SHARED / "gold"
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Scores and errors over the named documents."""
    with tempfile.TemporaryDirectory() as folder:
        gold, parsed = Path(folder) / "gold", Path(folder) / "parsed"
        gold.mkdir()
        parsed.mkdir()
        for name in names:
            shutil.copy(answers / f"{name}.json", gold / f"{name}.json")
            rules = json.dumps(parsed_json(name), ensure_ascii=False)
            (parsed / f"{name}.json").write_text(rules, "utf-8")
            if out is not None:
                (out / f"{name}.json").write_text(rules, "utf-8")
        scores: tuple[dict[str, Any], list[dict[str, Any]]] = scorer().score(gold, parsed)
        return scores


def folded_leaves(rules: Any, block: dict[str, Any]) -> list[tuple[Any, str]]:
    """The leaves of a block as the scorer compares them, with their pattern ids."""
    trees = [block.get("criteria"), *(a.get("when") for a in block.get("amounts") or [])]
    return [(rules.fold(node)[1], node.get("origin", "")) for tree in trees for node in leaves_of(tree)]


def inverted(names: list[str]) -> int:
    """How many leaves say the opposite of a gold leaf: same fact, value and period with the complementary operator."""
    rules, total = scorer(), 0
    for name in names:
        gold = json.loads((SHARED / "gold" / f"{name}.json").read_text("utf-8"))
        parsed = parsed_json(name)
        pairs = rules.pair_items(gold["items"], parsed["items"])
        blocks = [(gold.get("common") or {}, parsed.get("common") or {})]
        blocks += [(item, parsed["items"][pairs[i]]) for i, item in enumerate(gold["items"]) if i in pairs]
        for wanted, had in blocks:
            right = [leaf for leaf, _ in folded_leaves(rules, wanted)]
            for leaf in (leaf for leaf, _ in folded_leaves(rules, had) if leaf not in right):
                same = [g for g in right if g[0] == leaf[0] and g[3] == leaf[3]]
                total += any(g[2] == leaf[2] and g[1] == rules.FLIP.get(leaf[1]) for g in same)
                total += any(g[1] == leaf[1] == "is" and g[2] != leaf[2] for g in same)
    return total


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__)
    cli.add_argument("--errors", type=int, default=0)
    cli.add_argument("--held-out", action="store_true")
    cli.add_argument("--second", choices=("dev", "check", "summaries"))
    cli.add_argument("--samples", action="store_true")
    cli.add_argument("--each", action="store_true")
    cli.add_argument("--dump", type=Path)
    cli.add_argument("names", nargs="*")
    args = cli.parse_args()
    if args.dump:
        args.dump.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    names = args.names or stems(held_out=args.held_out)
    if args.samples:
        names = args.names or sorted(p.stem for p in (SAMPLES / "answers").glob("*.json"))
    if args.second:
        names = args.names or list(second_ids(args.second))
    measure = sample_figures if args.samples else second_figures if args.second else figures
    if (args.held_out or args.second == "check") and (args.each or args.errors or args.names):
        sys.exit("the held-out part is scored in total only")
    if args.each:
        for name in names:
            one, _ = measure([name])
            print(
                name,
                "items",
                one["items"]["f1"],
                "facts",
                one["facts"]["f1"],
                "leaves",
                one["leaves"]["f1"],
                "amounts",
                one["amounts"]["f1"],
                "exact",
                one["exact"],
                f"leaves gold {one['leaves']['gold']} parsed {one['leaves']['parsed']} items gold {one['items']['gold']} parsed {one['items']['parsed']}",
            )
    total, errors = measure(names, args.dump)
    for key, row in total.items():
        print(f"{key:10}", row if not isinstance(row, dict) else "  ".join(f"{k}={v}" for k, v in row.items()))
    print(f"{time.perf_counter() - started:.1f} s")
    for error in errors[: args.errors]:
        print(json.dumps(error, ensure_ascii=False, default=str))


if __name__ == "__main__":
    main()
