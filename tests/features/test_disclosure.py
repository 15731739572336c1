"""Nothing sensitive is shown by accident."""

import json
import logging
import pickle
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue import load_catalogue
from features.disclosure import MASK, Sensitive, in_words, masked, masked_code, masked_profile, pseudonym
from features.facts import Event, Interval
from features.profile import EnterpriseProfile


@given(st.integers(min_value=100_000, max_value=10**12))
def test_printing_a_sensitive_value_never_shows_it(figure: int) -> None:
    secret = Sensitive(Decimal(figure), "L3")
    shown = [
        str(secret),
        repr(secret),
        f"{secret}",
        f"{secret:>20}",
        "%s" % secret,  # noqa: UP031  every way of printing is the point
        f"{secret!r}",
        str([secret]),
        str({"x": secret}),
    ]
    assert not any(str(figure) in text for text in shown)
    assert secret.reveal() == figure


def test_a_sensitive_value_cannot_be_serialised_or_logged_in_the_clear(caplog: pytest.LogCaptureFixture) -> None:
    secret = Sensitive(987654, "L3")
    with pytest.raises(TypeError):
        json.dumps(secret)
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("paid %s", secret)
    assert "987654" not in caplog.text


def test_a_profile_is_masked_above_the_readers_level() -> None:
    facts = {"registered_region": "440112", "revenue": {"2025": Decimal(123)}, "employees": {"2025": Decimal(7)}}
    profile = EnterpriseProfile("91440101MA59A1B2C3", facts)
    shown = {line.fact: line.text for line in masked_profile(profile, level="L2")}
    assert shown == {"registered_region": "440112", "revenue": MASK, "employees": "2025:7"}
    assert masked(load_catalogue()["revenue"], facts["revenue"], level="L3") == "2025:123"


def test_values_are_put_in_plain_words() -> None:
    assert in_words(True) == "是"
    assert in_words(Decimal("1234567.50")) == "1,234,567.5"
    assert in_words(date(2024, 2, 9)) == "2024-02-09"
    assert in_words(Interval(Decimal(10), Decimal(19))) == "10~19"
    assert in_words(frozenset()) == "无"
    assert in_words((Event("self", date(2024, 1, 1)),)) == "2024-01-01(self)"


def test_a_code_in_a_list_is_shortened_and_a_pseudonym_depends_on_the_key() -> None:
    assert masked_code("91440101MA59A1B2C3") == "914401******B2C3"
    assert masked_code("12345") == MASK
    assert pseudonym("甲", b"k1") == pseudonym("甲", b"k1") != pseudonym("甲", b"k2")
