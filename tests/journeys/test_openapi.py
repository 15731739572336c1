"""The description is honest: requests made from it, lawful and unlawful, meet what it says. Bounded; longer by MIANSHEN_SCHEMATHESIS_SECONDS."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.access import KEY_SCOPES
from api.app import create_app
from api.jobs.outbox import work_off
from api.usecases.runs import run_to_end, start_run
from api.usecases.webhooks import register_webhook
from tests.api.conftest import House
from tests.api.fakes import settle
from tests.journeys.serving import serving

SECONDS = int(os.environ.get("MIANSHEN_SCHEMATHESIS_SECONDS", "20"))


@pytest.mark.timeout(SECONDS + 240)
def test_schemathesis_finds_nothing(lite_house: House, tmp_path: Path) -> None:
    settle(lite_house, tmp_path, count=20)
    s = lite_house.services
    actor, secret = lite_house.key(*KEY_SCOPES)
    register_webhook("https://hooks.example.com/in", actor, guard=s.guard, master=s.master, uow=s.uow(), clock=s.clock)
    run = start_run(actor, model_version="rules", uow=s.uow(), clock=s.clock)
    run_to_end(run.id, scorer=None, chunk_size=10, push_top=3, uow=s.uow(), clock=s.clock)
    work_off(s.pump(), uow=s.uow())
    root = str(Path(__file__).resolve().parents[2])
    hooked = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.journeys.fresh_keys", "PYTHONPATH": root}
    with serving(create_app(s.settings, s)) as base:
        command = [
            str(Path(sys.executable).parent / "schemathesis"), "run", f"{base}/openapi.json", "--checks", "all", "--max-time", str(SECONDS),
            "--header", f"Authorization: Bearer {secret}", "--no-color", "--generation-database", "none", "--seed", "20261121", "--warnings", "off",
        ]  # fmt: skip
        outcome = subprocess.run(
            command, capture_output=True, text=True, cwd=tmp_path, env=hooked, timeout=SECONDS + 180, check=False
        )
    assert outcome.returncode == 0, outcome.stdout[-6000:] + outcome.stderr[-2000:]
