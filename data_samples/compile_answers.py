"""Compile the right answers of the sample policies from quotes to offsets: `python -m data_samples.compile_answers`.

A manuscript's YAML gives every criterion and amount with the words it rests on. The words are looked for in the text that
`policies.reading.read_policy` returns for the published file, first inside the item's own span, with any white space between them;
a quote that cannot be found is an error. The result is the contract's JSON, beside the file under `policies/answers/`.

Leaf: [fact, op, value, quote, {period, agg, first, after, at, outside}] or [declared, words, quote?]. `outside` looks in the whole
document, `after` behind other words, `at: 0` from the start of the document. Amounts carry their quote as `q`, with `after` likewise.
"""

import re
import sys
from dataclasses import dataclass
from typing import Any

from data_samples.manuscript import ANSWERS, PUBLISHED, Manuscript, manuscripts
from data_samples.writing import write_json
from policies.reading import read_policy

_EXTRAS = ("period", "agg", "first")


class QuoteNotFound(ValueError):
    """Words of an answer that do not stand in the published text; correct the manuscript's YAML."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look for quotes: the whole text and the part that is searched first."""

    stem: str
    text: str
    start: int
    end: int

    def find(self, quote: str, options: dict[str, Any]) -> dict[str, int]:
        """The span of `quote`; raises QuoteNotFound."""
        start, end = (0, len(self.text)) if options.get("outside") else (self.start, self.end)
        if "after" in options:
            start = self.find(options["after"], {"outside": options.get("outside", False)})["end"]
        match = _pattern(quote).search(self.text, start, end)
        if match is None:
            raise QuoteNotFound(f"{self.stem}: {quote!r} not found between {start} and {end}")
        return {"start": match.start(), "end": match.end()}


def _pattern(quote: str) -> re.Pattern[str]:
    return re.compile(r"\s*".join(re.escape(char) for char in quote if not char.isspace()))


def compile_answer(manuscript: Manuscript, text: str) -> dict[str, Any]:
    """The contract's JSON for one manuscript, with offsets into `text`."""
    source = manuscript.answer
    whole = Place(manuscript.stem, text, 0, len(text))
    answer: dict[str, Any] = {"version": 1, "document": {"id": manuscript.stem, **source["document"]}}
    if "common" in source:
        common = dict(source["common"])
        answer["common"] = {"criteria": _node({"all": common["all"]}, whole)}
        if common.get("exclusive"):
            answer["common"]["exclusive"] = True
    answer["items"] = [_item(item, whole) for item in source["items"]]
    return answer


def _item(source: dict[str, Any], whole: Place) -> dict[str, Any]:
    first, last = source["span"]
    begin = whole.find(first, {})["start"]
    begin = whole.text.rfind("\n", 0, begin) + 1 if whole.text[begin - 1] in "\n 条" else begin
    end = Place(whole.stem, whole.text, begin, len(whole.text)).find(last, {})["end"]
    place = Place(whole.stem, whole.text, begin, end)
    item: dict[str, Any] = {
        "title": source["title"],
        "span": {"start": begin, "end": end},
        "category": source["category"],
        "delivery": source["delivery"],
        "criteria": _criteria(source.get("criteria"), place),
        "amounts": [_amount(amount, place) for amount in source.get("amounts", ())],
    }
    return item | {key: source[key] for key in ("exclusive", "quota", "budget", "without_common") if key in source}


def _criteria(source: list[Any] | None, place: Place) -> dict[str, Any] | None:
    if not source:
        return None
    return _node(source[0], place) if len(source) == 1 else _node({"all": source}, place)


def _node(source: Any, place: Place) -> dict[str, Any]:
    if isinstance(source, list):
        return _leaf(source, place)
    for key in ("all", "any"):
        if key in source:
            return {key: [_node(child, place) for child in source[key]]}
    return {"at_least": source["at_least"], "of": [_node(child, place) for child in source["of"]]}


def _leaf(source: list[Any], place: Place) -> dict[str, Any]:
    options: dict[str, Any] = source[-1] if isinstance(source[-1], dict) else {}
    parts = source[:-1] if options else source
    if parts[0] == "declared":
        words, quote = parts[1], parts[2] if len(parts) > 2 else parts[1]
        return {"fact": "declared", "op": "declared", "value": words, "evidence": place.find(quote, options)}
    fact, op, value, quote = parts
    leaf = {"fact": fact, "op": op, "value": value, **{key: options[key] for key in _EXTRAS if key in options}}
    return leaf | {"evidence": place.find(quote, options)}


def _amount(source: dict[str, Any], place: Place) -> dict[str, Any]:
    amount = {key: value for key, value in source.items() if key not in ("q", "after", "when")}
    if "when" in source:
        amount["when"] = _node(source["when"], place)
    return amount | {"evidence": place.find(source["q"], source)}


def main() -> int:
    """Compile every answer; all quotes that cannot be found are listed before giving up."""
    trouble = []
    for manuscript in manuscripts():
        data = (PUBLISHED / manuscript.file_name).read_bytes()
        text = read_policy(data, name=manuscript.file_name).text
        try:
            write_json(compile_answer(manuscript, text), ANSWERS / f"{manuscript.stem}.json")
        except QuoteNotFound as error:
            trouble.append(str(error))
    print("\n".join(trouble), file=sys.stderr, end="\n" if trouble else "")
    return 1 if trouble else 0


if __name__ == "__main__":
    sys.exit(main())
