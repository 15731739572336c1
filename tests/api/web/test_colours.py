"""The colours of the pages can be told apart by people who see little contrast (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[3] / "api/web/static/site.css").read_text("utf-8")
TOKENS = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,6})\b", CSS))
TEXT_ON = [
    ("ink", "paper"), ("ink", "wash"), ("soft", "paper"), ("soft", "wash"), ("brand-dark", "paper"), ("brand-dark", "wash"), ("paper", "brand"),
    ("paper", "brand-dark"), ("ok", "paper"), ("ok", "ok-wash"), ("no", "paper"), ("no", "no-wash"), ("ask", "paper"), ("ask", "ask-wash"), ("ink", "lit"),
]  # fmt: skip


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_has_the_contrast_that_the_guideline_names() -> None:
    assert contrast("#000000", "#fff") == pytest.approx(21)


@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_can_be_read_on_its_ground(text: str, ground: str) -> None:
    assert contrast(TOKENS[text], TOKENS[ground]) >= 4.5


def test_the_focus_ring_and_the_borders_of_fields_stand_out() -> None:
    ring = re.search(r":focus-visible \{ outline: 3px solid (#[0-9a-f]{6})", CSS)
    field = re.search(r"input, select, textarea \{[^}]*border: 1px solid (#[0-9a-f]{6})", CSS)
    assert ring is not None
    assert field is not None
    assert contrast(ring[1], TOKENS["paper"]) >= 3
    assert contrast(field[1], TOKENS["paper"]) >= 3


def test_nothing_is_said_by_inline_style_or_script() -> None:
    for template in (Path(__file__).resolve().parents[3] / "api/web/templates").rglob("*.html"):
        text = template.read_text("utf-8")
        assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|<style", text), template.name
