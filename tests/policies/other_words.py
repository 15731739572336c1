"""Say the annotated documents in other words of the same meaning, and see whether the reader still reads the same (metamorphic testing).

    python -m tests.policies.other_words [--second] [WORDS...]

Each line replaces some words throughout the tuning part of the gold (or the dev part of the second batch) and prints by how much the
scores move; a large fall means that a pattern knows one wording only. Chen, Cheung and Yiu 1998, "Metamorphic testing".
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from policies.parsing import parse_policy
from tests.policies.gold_split import SECOND, TUNING, second_ids
from tests.policies.score_gold import scorer
from tests.shared import SHARED

Move = Callable[[int, bool], int]

SAYINGS: tuple[tuple[str, str, str], ...] = (
    ("给予 as 予以", "给予", "予以"),
    ("予以 as 给予", "予以", "给予"),
    ("获得 as 取得", "获得", "取得"),
    ("奖励 as 奖补", "奖励", "奖补"),
    ("补助 as 补贴", "补助", "补贴"),
    ("补贴 as 资助", "补贴", "资助"),
    ("达到 as 不低于", r"达到(?=\d)", "不低于"),
    ("不低于 as 不少于", "不低于", "不少于"),
    ("不超过 as 不高于", "不超过", "不高于"),
    ("不超过 as 不得超过", "不超过", "不得超过"),
    ("最高 as 最多", r"最高(?=\d|不超过)", "最多"),
    ("以上 with 含", r"(?<=[元家人年])以上", "（含）以上"),
    ("我区 as 本区", "我(?=[市区县])", "本"),
    ("上年度 as 上一年度", "上年度", "上一年度"),
    ("首次 as 第一次", "首次", "第一次"),
    ("认定为 as 评为", "认定为", "评为"),
    ("的企业 as 的单位", "的企业", "的单位"),
    ("须 as 应", "须", "应"),
    ("具有 as 具备", "具有", "具备"),
    ("鼓励 as 支持", "鼓励", "支持"),
    ("按照 as 按", "按照", "按"),
    ("每家 as 单个", "每家企业", "单个企业"),
    ("万元 in 元", r"(?<![\d.])([1-9]\d{0,2})万元", r"\g<1>0000元"),
    ("亿元 in 万元", r"(?<![\d.])([1-9]\d?)亿元", r"\g<1>0000万元"),
    ("元 as 元人民币", r"(?<=\d万元)(?!人民币)", "人民币"),
    ("commas half wide", "，", ","),
    ("; as full stop", "；", "。"),
    ("注册 as 登记注册", r"(?<!登记)注册(?![登资商地会])", "登记注册"),
    ("实缴 as 实际缴纳", "实缴注册资本", "实际缴纳注册资本"),
    ("营业收入 as 营收", "营业收入", "营收"),
    ("或 as 或者", r"(?<!或)或(?![者许])", "或者"),
    ("without quotation marks", "[“”]", ""),
    ("1. as 1、", r"(?m)^(\s*)(\d{1,2})[.．](?!\d)", r"\1\2、"),
    ("第一条 as 一、", r"(?m)^(\s*)第([一二三四五六七八九十]+)条\s*", r"\1\2、"),
)


def said(text: str, pattern: str, other: str) -> tuple[str, Move, int]:
    """The text in other words, where each offset went, and how many words were replaced."""
    pieces: list[str] = []
    moves: list[tuple[int, int, int]] = []
    done = 0
    for m in re.finditer(pattern, text):
        words = m.expand(other)
        pieces += [text[done : m.start()], words]
        moves.append((m.start(), m.end(), len(words)))
        done = m.end()

    def move(offset: int, is_end: bool) -> int:
        shift = 0
        for start, end, length in moves:
            if end <= offset:
                shift += length - (end - start)
            elif start < offset:
                return (start + length if is_end else start) + shift
            else:
                break
        return offset + shift

    return "".join([*pieces, text[done:]]), move, len(moves)


def moved(value: Any, move: Move) -> Any:
    """An annotation with every span moved."""
    if isinstance(value, dict):
        if set(value) == {"start", "end"}:
            return {"start": move(value["start"], False), "end": move(value["end"], True)}
        return {key: moved(item, move) for key, item in value.items()}
    return [moved(item, move) for item in value] if isinstance(value, list) else value


def scores_of(names: tuple[str, ...], answers: Path, pattern: str, other: str) -> tuple[dict[str, Any], int]:
    """The scores over the documents in other words, and how many words were replaced."""
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        gold, parsed = Path(folder) / "gold", Path(folder) / "parsed"
        gold.mkdir()
        parsed.mkdir()
        for name in names:
            with (SHARED / "corpus" / "policies" / f"{name}.txt").open(encoding="utf-8", newline="") as file:
                text, move, replaced = said(file.read(), pattern, other)
            count += replaced
            answer = moved(json.loads((answers / f"{name}.json").read_text("utf-8")), move)
            rules = parse_policy(text.encode(), name=f"{name}.txt", document_id=name).rules
            for target, document in ((gold, answer), (parsed, rules)):
                (target / f"{name}.json").write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        return scorer().score(gold, parsed)[0], count


def main() -> None:
    """Print the fall for each saying."""
    cli = argparse.ArgumentParser(description=__doc__)
    cli.add_argument("--second", action="store_true")
    cli.add_argument("words", nargs="*")
    args = cli.parse_args()
    names, answers = (second_ids("dev"), SECOND) if args.second else (TUNING, SHARED / "gold")
    base, _ = scores_of(names, answers, r"(?!)", "")
    print("as they stand:", {k: base[k]["f1"] for k in ("items", "leaves", "amounts")})
    for title, pattern, other in SAYINGS:
        if args.words and not any(w in title for w in args.words):
            continue
        found, count = scores_of(names, answers, pattern, other)
        falls = "  ".join(f"{k} {found[k]['f1'] - base[k]['f1']:+.3f}" for k in ("items", "leaves", "amounts"))
        print(f"{title}: {count} replaced  {falls}", flush=True)


if __name__ == "__main__":
    main()
