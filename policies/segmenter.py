"""Words of a Chinese text, for searching and for cutting titles: the only place that knows jieba. Never used to read operators.

jieba's module-level state is global and mutable, so one tokenizer of our own is made on first use (about a second), with the names of
qualifications, industries and the lexicon as words: 高新技术企业 stays whole.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import jieba

from features.industries import industries
from features.qualifications import qualifications

_WORD = re.compile(r"[0-9A-Za-z]{1,60}|[\u4e00-\u9fff]{1,60}")
_OWN_WORDS = (
    "免申即享",
    "即申即享",
    "惠企政策",
    "专精特新",
    "小巨人",
    "不低于",
    "不超过",
    "不高于",
    "不少于",
    "规模以上",
    "首台套",
    "技改",
    "小升规",
)
_FREQUENCY = 100_000  # high enough that a listed name is never cut


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its place: code-point offsets, end exclusive."""

    text: str
    start: int
    end: int


def _names() -> Iterator[str]:
    """What people call the titles and trades of the reference tables, as far as it is plain words."""
    for title in qualifications().values():
        yield from (name for name in (title.zh, *title.names) if _WORD.fullmatch(name))
    yield from (trade.name for trade in industries().values() if 2 <= len(trade.name) <= 8 and _WORD.fullmatch(trade.name))


@cache
def _tokenizer() -> jieba.Tokenizer:
    jieba.setLogLevel(30)  # warnings only: its remarks on loading are no events of ours
    tokenizer = jieba.Tokenizer()
    for word in {*_OWN_WORDS, *_names()}:
        tokenizer.add_word(word, freq=_FREQUENCY)
    return tokenizer


def words(text: str) -> Iterator[Word]:
    """The words of `text` in order; punctuation and blanks are between them. Linear in the length of the text."""
    for run in _WORD.finditer(text):
        for token, start, end in _tokenizer().tokenize(run[0], HMM=False):
            yield Word(token, run.start() + start, run.start() + end)


def search_words(text: str) -> list[str]:
    """The words under which a text is found: whole words and, inside long ones, the shorter words they hold; lower case."""
    found = []
    for run in _WORD.finditer(text):
        found += [token.lower() for token in _tokenizer().cut_for_search(run[0], HMM=False)]
    return found


def cut_at_word(text: str, most: int) -> str:
    """`text` shortened to at most `most` characters without cutting a word in two.

    >>> cut_at_word("高新技术企业认定奖励", 8)
    '高新技术企业认定'
    """
    if len(text) <= most:
        return text
    fitting = [word.end for word in words(text) if word.end <= most]
    return text[: fitting[-1]] if fitting else text[:most]
