"""Where the interchange contract and the measuring data lie, and the mark for tests that need them."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("MIANSHEN_SHARED") or Path(__file__).resolve().parents[2] / "shared")

needs_shared = pytest.mark.skipif(
    not (SHARED / "contract" / "oracle.py").exists(),
    reason="the contract and corpus folder is not beside the checkout (set MIANSHEN_SHARED)",
)
