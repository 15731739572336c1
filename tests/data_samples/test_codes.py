"""Invented registration codes pass the checks that real ones pass."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from data_samples.codes import credit_codes, registration_numbers, wrong_check

SEEDS = st.integers(0, 2**32 - 1)


@given(seed=SEEDS, authority=st.sampled_from([440101, 440112, 440116]), modern=st.booleans(), kind=st.sampled_from([91, 93]))
def test_every_drawn_credit_code_is_valid_and_carries_its_parts(seed: int, authority: int, modern: bool, kind: int) -> None:
    full = np.ones(12, dtype=np.int64)
    codes = credit_codes(np.random.default_rng(seed), kind=full * kind, authority=full * authority, modern=np.full(12, modern))
    assert len(set(codes.tolist())) == 12
    for code in codes:
        assert uscc.is_valid(code)
        assert code.startswith(f"{kind}{authority}")
        assert code[8:11].startswith("MA5") == modern


@given(seed=SEEDS)
def test_a_code_with_another_check_digit_is_refused(seed: int) -> None:
    one = np.ones(1, dtype=np.int64)
    code = credit_codes(np.random.default_rng(seed), kind=one * 91, authority=one * 440106, modern=one == 1)[0]
    assert wrong_check(code)[:17] == code[:17]
    assert not uscc.is_valid(wrong_check(code))


@given(seed=SEEDS)
def test_old_registration_numbers_pass_mod_11_10(seed: int) -> None:
    for number in registration_numbers(np.random.default_rng(seed), np.full(5, 440112)):
        assert len(number) == 15
        product = 10
        for digit in map(int, number[:14]):
            product = ((product + digit) % 10 or 10) * 2 % 11
        assert (product + int(number[14])) % 10 == 1
