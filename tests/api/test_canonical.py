import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.canonical import BadJson, canonical, strict_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


@given(VALUES)
def test_what_we_write_we_read_back_and_write_alike(value: object) -> None:
    text = canonical(value)
    assert canonical(strict_json(text.encode("utf-8", "surrogatepass"))) == text


@given(st.dictionaries(st.text(), st.integers(), min_size=2))
def test_the_order_of_keys_makes_no_difference(value: dict[str, int]) -> None:
    assert canonical(value) == canonical(dict(reversed(value.items())))


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        strict_json(data)
    except BadJson as refused:
        assert str(refused)  # noqa: PT017  either outcome is right, silence is not


@pytest.mark.parametrize(
    "text", ['{"a":1,"a":2}', "NaN", "[Infinity]", "-Infinity", '"\\ud800"', "[" * 65 + "]" * 65, "1" * 401, "{", "", "\ufeff{}"]
)
def test_doubtful_json_is_refused(text: str) -> None:
    with pytest.raises(BadJson):
        strict_json(text.encode("utf-8", "surrogatepass"))


def test_brackets_within_strings_are_no_depth() -> None:
    text = json.dumps({"a": "[" * 500 + '"{' * 10})
    assert strict_json(text.encode()) == json.loads(text)


def test_not_a_number_cannot_be_written() -> None:
    with pytest.raises(ValueError):
        canonical(float("nan"))
