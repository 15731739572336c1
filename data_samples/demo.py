"""`make demo`: the main job on the invented city, from files to delivered pushes, and then the pages.

Policies are imported, corrected by an officer to the answers written beside them, approved by a second person and published; extracts
become profiles; a scorer is trained on openly synthetic responses; a durable run matches everybody; pushes go to inboxes and to a
webhook receiver on this machine. Nothing is sent anywhere else. Everything lies under var/demo and is used again by the next run.
"""

import argparse
import json
import logging
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from api.access import SYSTEM, Actor
from api.jobs.outbox import work_off
from api.logging import configure_logging
from api.records import Match, MatchRun, User
from api.scoring import scorer_of
from api.serving import serve_app
from api.settings import Settings, load_settings
from api.usecases.accounts import actor_of, create_user
from api.usecases.keys import actor_of_key, create_api_key
from api.usecases.policies import import_policy
from api.usecases.rules import approve_rule, edit_draft, get_draft, publish_rule, submit_draft
from api.usecases.runs import run_to_end, start_run
from api.usecases.snapshots import import_snapshot
from api.usecases.webhooks import list_webhooks, register_webhook, remove_webhook
from api.wiring import Services, build_services
from data_samples.demo_report import Outcome, print_report
from data_samples.generate import Scope, generate
from data_samples.receiver import Receiver
from data_samples.teaching import taught, teach
from features.assemble import assemble
from models.errors import ModelError

HERE = Path(__file__).resolve().parent
POLICIES = HERE / "policies"
AS_OF = date(2026, 11, 20)
PUSHED_TO_INTEGRATOR = 200  # the demo's integrator serves one business park; the inboxes serve everybody


@dataclass(slots=True)
class Stages:
    """How long each stage took."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage and say that it runs."""
        print(f"· {name} ……", end="", flush=True)
        started = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - started
        print(f" {self.seconds[name]:.1f} 秒", flush=True)


def main() -> None:
    """Run the demo."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--enterprises", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--dir", type=Path, default=Path("var/demo"))
    parser.add_argument("--port", type=int, default=8321)
    parser.add_argument("--no-serve", action="store_true")
    given = parser.parse_args()
    configure_logging("error")  # the demo says itself what it leaves out
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "ERROR")  # it configures its own handlers when it is first imported
    logging.disable(logging.INFO)  # nor do the others' start-up notes belong between the lines of a report
    home = given.dir.resolve()
    home.mkdir(parents=True, exist_ok=True)
    print(
        f"免申演示:虚构城市 {given.enterprises:,} 家企业,基准日 {AS_OF.isoformat()};数据、政策与响应均为虚构,文件在 {given.dir}\n"
    )
    settings, stages = settings_of(home), Stages()
    services = build_services(settings)
    try:
        accounts = open_accounts(services)
        with Receiver() as receiver:
            outcome = run(services, settings, home, Scope(given.enterprises, given.seed, AS_OF), receiver, stages)
            accounts |= open_enterprise_account(services, outcome)
            print_report(services, outcome, accounts, receiver, stages.seconds)
    finally:
        services.close()
    if given.no_serve:
        print(f"\n打开页面:make demo PORT={given.port},然后用上面的账号登录 http://127.0.0.1:{given.port}/ (已有的结果会直接取用)")
        return
    print(f"\n页面已打开:http://127.0.0.1:{given.port}/ 请用上面的账号登录(按 Ctrl+C 停止)\n", flush=True)
    serve_app(host="127.0.0.1", port=given.port, settings=settings)


def settings_of(home: Path) -> Settings:
    """The demo's settings: embedded defaults in one folder, and pushes allowed to this machine only."""
    given = {
        "DATA_DIR": str(home),
        "WEBHOOK_ALLOW": "127.0.0.0/8",
        "SCORER_URI": f"mlflow:{home / 'models'}",
        "LOG_LEVEL": "error",
    }
    return load_settings({f"MIANSHEN_{name}": value for name, value in given.items()})


def open_accounts(services: Services) -> dict[str, str]:
    """The demo's people with passwords made for this machine, kept in a file that only its owner can read."""
    path = services.settings.data_dir / "accounts.json"
    if path.exists():
        return dict(json.loads(path.read_text("utf-8")))
    people = {name: secrets.token_urlsafe(9) for name in ("zhang-officer", "li-reviewer", "wang-auditor", "admin")}
    for (username, password), (role, words) in zip(
        people.items(), (("officer", "张专员"), ("reviewer", "李审核"), ("auditor", "王审计"), ("admin", "管理员")), strict=True
    ):
        create_user(username, password, SYSTEM, role=role, name=words, uow=services.uow(), clock=services.clock)  # type: ignore[arg-type]
    path.touch(mode=0o600)
    path.write_text(json.dumps(people), "utf-8")
    return people


def open_enterprise_account(services: Services, outcome: Outcome) -> dict[str, str]:
    """An account for one enterprise that has matches in more than one group; made once, kept with the others."""
    with services.uow() as uow:
        matches, users = uow.of(Match), uow.of(User)
        run_id = outcome.run.id if outcome.run else ""
        direct = matches.all(matches.c.run_id == run_id, matches.c.group == "direct", limit=2000)
        applied = {m.uscc for m in matches.all(matches.c.run_id == run_id, matches.c.group == "apply", limit=20_000)}
        uscc = next((m.uscc for m in direct if m.uscc in applied), direct[0].uscc if direct else "")
        known = users.find(users.c.username == f"qiye-{uscc[-6:].lower()}")
    if not uscc:
        return {}
    username, password = f"qiye-{uscc[-6:].lower()}", secrets.token_urlsafe(9)
    path = services.settings.data_dir / "accounts.json"
    people = dict(json.loads(path.read_text("utf-8")))
    if known is None:
        create_user(
            username, password, SYSTEM, role="enterprise", name="企业经办人", uscc=uscc, uow=services.uow(), clock=services.clock
        )
        people[username] = password
        path.write_text(json.dumps(people), "utf-8")
    return {username: people.get(username, "(口令见上次运行)")}


def run(services: Services, settings: Settings, home: Path, scope: Scope, receiver: Receiver, stages: Stages) -> Outcome:
    """The main job; each stage leaves what the next one needs."""
    officer, reviewer = (person(services, name) for name in ("zhang-officer", "li-reviewer"))
    outcome = Outcome(AS_OF)
    with stages.stage("生成样例城市"):
        city = home / f"city-{scope.enterprises}-{scope.seed}"
        if not (city / "TRUTH.json").exists():
            generate(scope, city)
    with stages.stage("解析政策、专员修订、审核发布"):
        publish_samples(services, officer, reviewer, outcome)
    with stages.stage("建立企业档案"):
        outcome.records = build_profiles(services, officer, city, home)
    outcome.model = taught(home / "models")
    if outcome.model is not None:
        print("· 排序模型上次已训练,直接取用")
    else:
        with stages.stage("训练排序模型(合成响应)"):
            try:
                outcome.model = teach(services, home / "models", as_of=AS_OF, seed=scope.seed)
            except ModelError as refused:
                outcome.model_note = str(refused)
    with stages.stage("全量匹配"):
        outcome.run = match_everybody(services, settings, officer)
    with stages.stage("推送到信箱与接收端"):
        outcome.pushes = push(services, receiver)
    return outcome


def person(services: Services, username: str) -> Actor:
    """One of the demo's people."""
    with services.uow() as uow:
        users = uow.of(User)
        found = users.find(users.c.username == username)
    if found is None:
        sys.exit(f"演示账号 {username} 不在数据库中;请删除演示目录后重新运行")
    return actor_of(found)


def publish_samples(services: Services, officer: Actor, reviewer: Actor, outcome: Outcome) -> None:
    """Import every sample policy; where it offers items, the officer corrects the draft to the answer, the reviewer approves."""
    for path in sorted(p for p in POLICIES.iterdir() if p.suffix in (".txt", ".html", ".docx", ".pdf")):
        imported = import_policy(
            path.read_bytes(), officer, name=path.name, uow=services.uow(), clock=services.clock, parse=services.parse
        )
        outcome.policies[imported.policy.state] += 1
        if imported.draft is None:
            outcome.without_items.append(imported.policy.title)
            continue
        draft = get_draft(imported.draft.id, officer, uow=services.uow())
        if draft.state == "published":
            continue
        answer = json.loads((POLICIES / "answers" / f"{path.stem}.json").read_text("utf-8"))
        if not answer["items"]:
            outcome.withdrawn.append(draft.title)  # the officer sees that nothing is offered, and leaves the draft alone
            continue
        draft = edit_draft(draft.id, answer, officer, revision=draft.revision, uow=services.uow(), clock=services.clock)
        submit_draft(draft.id, officer, uow=services.uow(), clock=services.clock)
        approve_rule(draft.id, reviewer, note="与原文逐条核对一致", uow=services.uow(), clock=services.clock)
        publish_rule(draft.id, reviewer, uow=services.uow(), clock=services.clock)


def build_profiles(services: Services, officer: Actor, city: Path, home: Path) -> dict[str, int]:
    """From extracts to the snapshot that counts; a store of the same extracts is used again."""
    store, report = home / "profiles" / city.name, home / "profiles" / f"{city.name}.json"
    if not report.exists():
        with assemble(city, AS_OF, store=store) as assembly:
            report.write_text(json.dumps(assembly.report.to_json(), ensure_ascii=False), "utf-8")
    import_snapshot(store, officer, uow=services.uow(), clock=services.clock)
    return dict(json.loads(report.read_text("utf-8")))


def match_everybody(services: Services, settings: Settings, officer: Actor) -> MatchRun:
    """One run of everybody against everything in force, step by step as the durable job does it."""
    scorer = scorer_of(settings)
    version = scorer.version if scorer else "rules"
    noted = start_run(officer, as_of=AS_OF, model_version=version, uow=services.uow(), clock=services.clock)
    return run_to_end(
        noted.id, scorer=scorer, chunk_size=settings.run_chunk, push_top=settings.push_top, uow=services.uow(), clock=services.clock
    )


def push(services: Services, receiver: Receiver) -> dict[str, int]:
    """Hand the outbox to the inboxes and to the demo integrator's receiver."""
    with services.uow() as uow:
        matches = uow.of(Match)
        found = matches.all(matches.c.group == "direct", limit=5000) or matches.all(limit=5000)
    served = sorted({m.uscc for m in found})[:PUSHED_TO_INTEGRATOR]
    _, secret = create_api_key(
        SYSTEM,
        name="演示园区",
        scopes=["matches:read", "webhooks:manage"],
        owner="demo-park",
        enterprises=served,
        uow=services.uow(),
        clock=services.clock,
    )
    integrator = actor_of_key(secret, uow=services.uow())
    for endpoint in list_webhooks(integrator, uow=services.uow()).items:
        remove_webhook(endpoint.id, integrator, uow=services.uow(), clock=services.clock)
    registered = register_webhook(
        receiver.url, integrator, guard=services.guard, master=services.master, uow=services.uow(), clock=services.clock
    )
    receiver.trust(registered.secret)
    return dict(work_off(services.pump(), uow=services.uow()))


if __name__ == "__main__":
    main()
