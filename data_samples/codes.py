"""Registration codes of invented enterprises, with valid check digits, drawn as whole arrays.

Unified social credit code: GB 32100-2015; its subject code: GB 11714; the 15-digit registration number before 2015: 6-digit
authority, 8-digit sequence, ISO 7064 MOD 11,10 check digit.
"""

import numpy as np

from data_samples.params import Bools, Ints, Objects

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {char: value for value, char in enumerate(ALPHABET)}
_WEIGHTS = np.array([1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28])
_SUBJECT_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CHARS = np.array(list(ALPHABET))


def _text(digits: Ints) -> Objects:
    """Rows of alphabet values as strings."""
    joined = np.ascontiguousarray(_CHARS[digits]).view(f"<U{digits.shape[1]}").ravel()
    return joined.astype(object)


def credit_codes(rng: np.random.Generator, *, kind: Ints, authority: Ints, modern: Bools) -> Objects:
    """Distinct 18-character codes. `kind` is 91 or 93, `authority` a six-digit code, `modern` says registered since October 2015."""
    count = len(kind)
    body = np.empty((count, 17), dtype=np.int64)
    body[:, 0], body[:, 1] = kind // 10, kind % 10
    for place in range(6):
        body[:, 2 + place] = authority // 10 ** (5 - place) % 10
    body[:, 8:16] = _subject_digits(rng, modern)
    face = np.array([_LETTERS.index(char) for char in ALPHABET])[body[:, 8:16]]  # GB 11714 counts A as 10, up to Z 35
    check = (11 - (face * _SUBJECT_WEIGHTS).sum(axis=1) % 11) % 11
    body[:, 16] = np.where(check == 10, _VALUE["X"], check)
    last = (31 - (body * _WEIGHTS).sum(axis=1) % 31) % 31
    return _text(np.column_stack([body, last]))


def _subject_digits(rng: np.random.Generator, modern: Bools) -> Ints:
    """Eight subject characters, distinct in all rows: digits in old codes, MA5 and five characters in those since 2015."""
    count = len(modern)
    old = rng.choice(90_000_000, size=count, replace=False) + 10_000_000
    new = rng.choice(30**5, size=count, replace=False)
    digits = np.empty((count, 8), dtype=np.int64)
    for place in range(8):
        digits[:, place] = old // 10 ** (7 - place) % 10
    digits[modern, 0], digits[modern, 1], digits[modern, 2] = _VALUE["M"], _VALUE["A"], 5
    for place in range(5):
        digits[modern, 3 + place] = (new // 30 ** (4 - place) % 30)[modern]
    return digits


def registration_numbers(rng: np.random.Generator, authority: Ints) -> Objects:
    """15-digit registration numbers, distinct within the array."""
    count = len(authority)
    sequence = rng.choice(90_000_000, size=count, replace=False) + 10_000
    number = authority * 10**8 + sequence
    product = np.full(count, 10, dtype=np.int64)
    for place in range(14):
        total = (product + number // 10 ** (13 - place) % 10) % 10
        product = np.where(total == 0, 10, total) * 2 % 11
    check = (11 - product) % 10
    return (number * 10 + check).astype(str).astype(object)


def wrong_check(code: str) -> str:
    """`code` with another last character, so that its check digit fails."""
    return code[:17] + ALPHABET[(_VALUE[code[17]] + 7) % 31]
