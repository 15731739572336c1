"""Match runs as durable workflows (DBOS): a killed process goes on at the step it had reached. Steps run at least once; their effect is
written once, because each writes its chunk's row in the transaction of its effect.

The application version is ours and changes only with the steps: a workflow begun under another version is never taken up again.
"""

from collections.abc import Callable
from itertools import count
from threading import Event

import structlog
from dbos import DBOS, DBOSConfig, SetWorkflowID
from sqlalchemy.engine import make_url

from api.settings import Settings
from api.usecases.runs import RunPlan, begin_run, fail_run, finish_run, load_plan, match_chunk
from api.wiring import Services

log = structlog.get_logger(__name__)

APP_NAME = "mianshen"
STEPS_VERSION = "match-run-1"


def jobs_database(settings: Settings) -> str:
    """Where DBOS keeps its own tables: beside our SQLite file, or in a database of its own on the same server."""
    if settings.jobs_database_url:
        return settings.jobs_database_url
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{url.database}.jobs"
    return url.set(drivername="postgresql", database=f"{url.database}_jobs").render_as_string(hide_password=False)


def start_engine(services: Services, stopping: Event) -> Callable[[str], None]:
    """Start DBOS in this process, recover what was under way, and return the call that takes up a run.

    Once `stopping` is set a run pauses after the step in hand; the next start goes on with it.
    """
    plans: dict[str, RunPlan] = {}

    def plan_of(run_id: str) -> RunPlan:
        if run_id not in plans:
            plans.clear()  # one run at a time stays loaded
            plans[run_id] = load_plan(
                run_id, scorer=services.scorer, chunk_size=services.settings.run_chunk, uow=services.reading()
            )
        return plans[run_id]

    def begin(run_id: str) -> int:
        plan = plan_of(run_id)
        begin_run(plan, uow=services.uow(), clock=services.clock)
        return plan.chunks

    def chunk(run_id: str, number: int) -> int:
        done = match_chunk(plan_of(run_id), number, push_top=services.settings.push_top, uow=services.uow())
        log.info("run.chunk_done", run=run_id, chunk=number, enterprises=done.enterprises)
        return done.enterprises

    def finish(run_id: str) -> str:
        state = finish_run(plan_of(run_id), uow=services.uow(), clock=services.clock).state
        plans.pop(run_id, None)
        return state

    def match_run(run_id: str) -> str:
        try:
            chunks: int = DBOS.run_step({"name": "begin"}, begin, run_id)
            for number in range(chunks):
                if stopping.is_set():
                    return "interrupted"
                DBOS.run_step({"name": "chunk"}, chunk, run_id, number)
            return str(DBOS.run_step({"name": "finish"}, finish, run_id))
        except Exception as error:  # the job loop: whatever went wrong, the run says so
            log.exception("run.failed", run=run_id)
            fail_run(run_id, f"匹配任务出错({type(error).__name__});请查看日志后重新启动", uow=services.uow(), clock=services.clock)
            return "failed"

    config: DBOSConfig = {
        "name": APP_NAME,
        "system_database_url": jobs_database(services.settings),
        "application_version": STEPS_VERSION,
        "executor_id": "local",
        "log_level": "WARNING",
        "console_log_level": "WARNING",
        "max_executor_threads": 4,
        "notification_listener_polling_interval_sec": 0.2,
    }
    DBOS(config=config)
    workflow = DBOS.workflow(name="match_run")(match_run)
    DBOS.launch()

    def take_up(run_id: str) -> None:
        for attempt in count(1):  # an interrupted workflow has ended; its run goes on under the next name
            name = run_id if attempt == 1 else f"{run_id}.{attempt}"
            status = DBOS.get_workflow_status(name)
            if status is None:
                with SetWorkflowID(name):
                    DBOS.start_workflow(workflow, run_id)
                return
            if status.status in ("PENDING", "ENQUEUED"):
                return  # being worked on, or recovered at the start

    return take_up


def stop_engine(*, wait_seconds: int = 60) -> None:
    """Stop DBOS once the steps in hand are done."""
    DBOS.destroy(workflow_completion_timeout_sec=wait_seconds)
