from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import policies

MODULES = [found.name for found in pkgutil.walk_packages(policies.__path__, "policies.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_are_true(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
