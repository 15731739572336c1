"""How fast POST /v1/match answers: one uvicorn worker, 16 connections, 1,000 rules, explanation of the top 10, on loopback.

    python -m tests.benchmarks.service_latency [--seconds 10] [--rules 1000] [--enterprises 2000] [--connections 16]

The service runs in a process of its own over a generated city and generated rules; the load stops by itself. Prints one line of JSON,
with the processor time the service spent on a request and the machine's load when it ended. With 2,000 enterprises many questions are
asked again and answered from memory; with --enterprises 20000 nearly none is.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from api.access import SYSTEM
from api.canonical import canonical, sha256
from api.clock import SystemClock
from api.records import PolicyDocument, RuleDraft, RuleVersion
from api.settings import load_settings
from api.usecases.keys import create_api_key
from api.usecases.snapshots import import_snapshot
from api.wiring import Services, build_services
from policies.loading import load_rules
from policies.rules import rules_to_json
from tests.api.fakes import parse_fake, uscc

SEED = 20261121
REGIONS = ("440106", "440112", "440104", "440115", "440111", "440113")
INDUSTRIES = ("3912", "6513", "2710", "7320", "5211", "4754", "8311", "3670")
TITLES = ("high_tech_enterprise", "tech_sme", "innovative_sme", "specialized_sme")


def _leaf(r: random.Random) -> dict[str, Any]:
    match r.randrange(7):
        case 0:
            return {"fact": "registered_region", "op": "within", "value": r.sample(REGIONS, 2)}
        case 1:
            return {"fact": "industry", "op": "within", "value": r.sample(INDUSTRIES, 3)}
        case 2:
            return {"fact": "revenue", "op": "ge", "value": r.randrange(1, 60) * 1_000_000, "period": "Y-1"}
        case 3:
            return {"fact": "rd_expense", "op": "ge", "value": r.randrange(1, 40) * 100_000, "period": "Y-1"}
        case 4:
            return {"fact": "qualifications", "op": "has_any", "value": r.sample(TITLES, 2)}
        case 5:
            return {"fact": "insured_headcount", "op": "ge", "value": r.randrange(5, 200), "period": "M-12..M-1"}
        case _:
            return {"fact": "established_on", "op": "age_ge", "value": f"P{r.randrange(1, 8)}Y"}


def _item(r: random.Random, number: int) -> dict[str, Any]:
    amount = r.choice(
        [
            {"kind": "fixed", "value": r.randrange(1, 50) * 10_000},
            {"kind": "ratio", "base": "rd_expense", "rate": 0.1, "cap": 1_000_000},
        ]
    )
    return {
        "title": f"第 {number} 项扶持", "span": {"start": 0, "end": 4}, "category": "award", "delivery": r.choice(["application", "no_application"]),
        "criteria": {"all": [_leaf(r) for _ in range(r.randrange(3, 8))]}, "amounts": [amount],
    }  # fmt: skip


def _profile(r: random.Random, number: int) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "registered_region": r.choice(REGIONS), "industry": r.choice(INDUSTRIES), "established_on": f"20{r.randrange(0, 25):02d}-0{r.randrange(1, 10)}-15",
        "qualifications": [t for t in TITLES if r.random() < 0.3],
        "insured_headcount": {f"{2025 + (m > 12)}-{(m - 1) % 12 + 1:02d}": r.randrange(1, 300) for m in range(11, 24)},
    }  # fmt: skip
    if r.random() < 0.85:
        facts["revenue"] = {str(y): r.randrange(0, 90_000_000) for y in (2023, 2024, 2025)}
    if r.random() < 0.7:
        facts["rd_expense"] = {str(y): r.randrange(0, 6_000_000) for y in (2023, 2024, 2025)}
    return {"uscc": uscc(number), "name": f"企业{number}", "as_of": "2026-11-20", "facts": facts}


def _seed(services: Services, folder: Path, rules: int, enterprises: int) -> str:
    r, clock = random.Random(SEED), services.clock
    path = folder / "profiles.jsonl"
    path.write_text("".join(json.dumps(_profile(r, n)) + "\n" for n in range(enterprises)), "utf-8")
    import_snapshot(path, SYSTEM, uow=services.uow(), clock=clock)
    now, per_document = clock.now(), 20
    with services.uow() as uow:
        for n in range(rules // per_document):
            document = {"id": f"B{n}", "title": f"办法 {n}", "kind": "measure", "region": "440100"}
            whole = {"version": 1, "document": document, "items": [_item(r, n * per_document + i) for i in range(per_document)]}
            frozen = canonical(rules_to_json(load_rules(whole)))
            ids = [f"{prefix}_{n:026d}" for prefix in ("pol", "drf", "rul")]
            uow.of(PolicyDocument).add(
                PolicyDocument(ids[0], f"B{n}", "b", "0" * 64, "parsed", "txt", "b", {}, "", [], [], [], None, None, "b", now)
            )
            uow.of(RuleDraft).add(RuleDraft(ids[1], ids[0], f"B{n}", "b", 1, "published", {}, [], None, None, now, now))
            uow.of(RuleVersion).add(
                RuleVersion(ids[2], f"B{n}", 1, ids[0], ids[1], "b", frozen, sha256(frozen), None, "b", "c", now, None)
            )
        uow.bump("rules")
    return create_api_key(
        SYSTEM, name="load", scopes=["matches:read", "values:read"], owner="load", uow=services.uow(), clock=clock
    )[1]


async def _one_connection(port: int, secret: str, until: float, enterprises: int, seed: int, times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    r = random.Random(seed)
    try:
        while time.perf_counter() < until:
            body = json.dumps({"uscc": uscc(r.randrange(enterprises)), "top": 10}).encode()
            head = f"POST /v1/match HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {secret}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
            started = time.perf_counter()
            writer.write(head.encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            if not answer.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(answer[:200].decode("latin-1"))
            length = next(int(line.split(b":")[1]) for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length"))
            await reader.readexactly(length)
            times.append(time.perf_counter() - started)
    finally:
        writer.close()


async def _load(port: int, secret: str, *, seconds: float, connections: int, enterprises: int) -> list[float]:
    times: list[float] = []
    until = time.perf_counter() + seconds
    await asyncio.gather(*(_one_connection(port, secret, until, enterprises, n, times) for n in range(connections)))
    return times


def measure(*, seconds: float, rules: int, enterprises: int, connections: int) -> dict[str, Any]:
    """Seed, serve, load, stop; milliseconds at the quantiles and requests a second."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {"MIANSHEN_DATA_DIR": name, "MIANSHEN_REQUESTS_PER_MINUTE": "100000000", "MIANSHEN_LOG_LEVEL": "warning"}
        services = build_services(load_settings(environment), clock=SystemClock(), parse=parse_fake)
        secret = _seed(services, folder, rules, enterprises)
        services.close()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = [sys.executable, "-c", f"from api.serving import serve_app; serve_app(host='127.0.0.1', port={port})"]
        server = subprocess.Popen(command, env={**os.environ, **environment})
        try:
            asyncio.run(_ready(port))
            asyncio.run(_load(port, secret, seconds=2, connections=connections, enterprises=enterprises))  # warm
            before = _processor_s(server.pid)
            times = sorted(asyncio.run(_load(port, secret, seconds=seconds, connections=connections, enterprises=enterprises)))
            spent = _processor_s(server.pid) - before
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=60)

    def at(quantile: float) -> float:
        return round(times[min(len(times) - 1, int(quantile * len(times)))] * 1000, 2)

    return {
        "rules": rules, "enterprises": enterprises, "connections": connections, "requests": len(times), "per_second": round(len(times) / seconds),
        "p50_ms": at(0.5), "p95_ms": at(0.95), "p99_ms": at(0.99), "max_ms": at(1.0),
        "processor_ms": round(spent / len(times) * 1000, 3), "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def _processor_s(pid: int) -> float:
    spent = psutil.Process(pid).cpu_times()
    return float(spent.user + spent.system)


async def _ready(port: int) -> None:
    for _ in range(1800):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise TimeoutError("the service did not start")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, kind, default in (
        ("seconds", float, 10.0),
        ("rules", int, 1000),
        ("enterprises", int, 2000),
        ("connections", int, 16),
    ):
        parser.add_argument(f"--{name}", type=kind, default=default)
    print(json.dumps(measure(**vars(parser.parse_args()))))


if __name__ == "__main__":
    main()
