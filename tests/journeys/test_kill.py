"""A worker killed at any moment loses nothing and does nothing twice."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from api.access import SYSTEM
from api.channels.guard import Guard, read_networks
from api.clock import SystemClock
from api.db.unit_of_work import UnitOfWork
from api.records import Decision, Delivery, InboxMessage, Match, MatchRun, OutboxMessage, RunChunk
from api.settings import load_settings
from api.usecases.audit import verify_audit_chain
from api.usecases.runs import run_to_end, start_run
from api.usecases.webhooks import register_webhook
from api.wiring import build_services
from tests.api.conftest import House
from tests.api.fakes import parse_fake, settle

ROOT = Path(__file__).resolve().parents[2]
ENTERPRISES, SEED = 120, 20261121
ROUNDS = int(os.environ.get("MIANSHEN_KILL_ROUNDS", "8"))


class _Receiver:
    """Notes every webhook-id it is sent."""

    def __init__(self) -> None:
        seen: Counter[str] = Counter()
        lock = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                with lock:
                    seen[self.headers["webhook-id"]] += 1
                time.sleep(0.02)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Silent."""

        self.seen = seen
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/in"


@pytest.fixture
def receiver() -> Iterator[_Receiver]:
    """A receiver on loopback."""
    receiver = _Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def _matches(uow: UnitOfWork) -> list[tuple[object, ...]]:
    return sorted(
        (m.uscc, m.document_id, m.item, m.group, m.verdict, m.low_fen, m.high_fen, m.rank, tuple(m.reasons))
        for m in uow.of(Match).all()
    )


def _results(uow: UnitOfWork) -> list[tuple[str, ...]]:
    return sorted(
        (d.uscc, d.document_id, str(d.item), d.result, d.explanation_sha256, d.profile_sha256) for d in uow.of(Decision).all()
    )


def test_a_killed_worker_goes_on_where_it_was(database_url: str, tmp_path: Path, receiver: _Receiver) -> None:
    environment = {
        **os.environ, "MIANSHEN_DATABASE_URL": database_url, "MIANSHEN_DATA_DIR": str(tmp_path), "MIANSHEN_RUN_CHUNK": "6", "MIANSHEN_PUSH_LEASE_SECONDS": "2",
        "MIANSHEN_WEBHOOK_ALLOW": "127.0.0.0/8", "JOURNEY_STOP_FILE": str(tmp_path / "stop"), "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    settings = load_settings({k: v for k, v in environment.items() if k.startswith("MIANSHEN_")})
    clock = SystemClock()
    services = build_services(settings, clock=clock, parse=parse_fake, guard=Guard(read_networks("127.0.0.0/8")))
    house = House(services, clock, None, {})  # type: ignore[arg-type]
    settle(house, tmp_path, count=ENTERPRISES, documents=("D1", "D2"))
    register_webhook(receiver.url, SYSTEM, guard=services.guard, master=services.master, uow=services.uow(), clock=clock)
    quiet = start_run(house.person("officer"), push=False, model_version="rules", uow=services.uow(), clock=clock)
    run_to_end(quiet.id, scorer=None, chunk_size=10, push_top=3, uow=services.uow(), clock=clock)
    with services.reading() as uow:
        undisturbed = (_matches(uow), _results(uow))
    with services.uow() as uow:
        uow.of(Match).remove()
        uow.of(Decision).remove()
    run = start_run(house.person("officer"), model_version="rules", uow=services.uow(), clock=clock)

    moments, kills, stood_at = random.Random(SEED), 0, list[int]()
    deadline = time.monotonic() + 240
    nursery = subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.running"],
        cwd=ROOT,
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    assert nursery.stdout.readline().strip() == "ready"
    while not _is_done(services.reading(), run.id):
        assert time.monotonic() < deadline, "the run did not end"
        nursery.stdin.write("start\n")
        nursery.stdin.flush()
        worker = int(nursery.stdout.readline())
        if kills < ROUNDS:
            before = _progress(services.reading())
            _wait_until(lambda before=before: _progress(services.reading()) > before, seconds=30)  # it is at work
            time.sleep(moments.uniform(0, 0.15))
            os.kill(worker, signal.SIGKILL)
            kills += 1
            stood_at.append(_progress(services.reading()))
        else:
            _wait_until(lambda: _is_done(services.reading(), run.id), seconds=60)
            (tmp_path / "stop").touch()
        assert nursery.stdout.readline().strip() == "ended"
    nursery.stdin.close()
    nursery.wait(timeout=30)

    with services.reading() as uow:
        assert (_matches(uow), _results(uow)) == undisturbed
        pushes, deliveries = uow.of(OutboxMessage).all(), uow.of(Delivery).all()
        inbox = uow.of(InboxMessage).all()
    for_webhook = {p.id for p in pushes if p.channel == "webhook"}
    assert {d.outbox_id for d in deliveries} == for_webhook == set(receiver.seen)
    assert all(d.state == "delivered" for d in deliveries)
    assert len(deliveries) == len(for_webhook)  # one recorded effect a push
    assert Counter(m.outbox_id for m in inbox) == Counter(p.id for p in pushes if p.channel == "inbox")
    assert verify_audit_chain(SYSTEM, uow=services.reading()).ok
    print(json.dumps({"kills": kills, "stood_at": stood_at, "pushes": len(for_webhook), "sent": receiver.seen.total()}))
    services.close()


def _progress(uow: UnitOfWork) -> int:
    with uow:
        outbox, deliveries = uow.of(OutboxMessage), uow.of(Delivery)
        dispatched = outbox.count(outbox.c.dispatched_at.is_not(None))
        return uow.of(RunChunk).count() + dispatched + deliveries.count(deliveries.c.state == "delivered")


def _is_done(uow: UnitOfWork, run_id: str) -> bool:
    with uow:
        runs, outbox, deliveries = uow.of(MatchRun), uow.of(OutboxMessage), uow.of(Delivery)
        run = runs.find(runs.c.id == run_id)
        assert run is not None
        assert run.state != "failed", run.error
        if run.state != "finished":
            return False
        return outbox.count(outbox.c.dispatched_at.is_(None)) == 0 and deliveries.count(deliveries.c.state == "pending") == 0


def _wait_until(done: object, *, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not done():  # type: ignore[operator]
        time.sleep(0.05)
