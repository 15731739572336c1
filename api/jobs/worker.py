"""The worker beside the service: takes up noted runs and works the outbox off, until it is told to stop."""

from collections.abc import Callable
from threading import Event, Thread

import structlog

from api.anchor import AnchorForged
from api.jobs.durable import start_engine, stop_engine
from api.jobs.outbox import dispatch
from api.jobs.sending import Courier
from api.usecases.retention import sweep
from api.usecases.runs import unfinished_runs
from api.wiring import Services

log = structlog.get_logger(__name__)

_IDLE_S = 0.5


class Worker:
    """One thread for runs to be taken up, one for the outbox, one for what is past its time. `stop` returns when all are at rest."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stop = Event()
        self._threads: list[Thread] = []

    def start(self) -> None:
        """Begin; runs that were under way go on."""
        take_up = start_engine(self._services, self._stop)
        taken: set[str] = set()

        def runs() -> bool:
            new = [run.id for run in unfinished_runs(self._services.reading()) if run.id not in taken]
            for run_id in new:
                take_up(run_id)
                taken.add(run_id)
            return bool(new)

        pump = self._services.pump()
        courier = Courier(pump)

        def outbox() -> bool:
            new = dispatch(pump, uow=self._services.uow())
            return bool(courier.step(self._services.uow(), seconds=_IDLE_S)) or bool(new) or courier.busy

        def forget() -> bool:
            sweep(self._services.retention, uow=self._services.uow(), clock=self._services.clock)
            try:
                held = self._services.anchor.read()
            except AnchorForged:
                log.error("audit.note_forged")
                return False
            if held is not None:  # whoever collects the log holds a copy of the chain's end outside this machine
                groups = "-".join(held.hash[n : n + 8] for n in range(0, 64, 8))  # in one piece it could look like a phone number
                log.info("audit.head_noted", seq=held.seq, hash=groups)
            return False

        self._begin("runs", runs, _IDLE_S)
        self._begin("outbox", outbox, _IDLE_S, after=lambda: courier.finish(self._services.uow()))
        self._begin("retention", forget, self._services.settings.sweep_minutes * 60.0)

    def _begin(self, name: str, work: Callable[[], bool], idle: float, after: Callable[[], object] = lambda: None) -> None:
        thread = Thread(target=self._loop, args=(name, work, idle, after), name=f"worker-{name}", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _loop(self, name: str, work: Callable[[], bool], idle: float, after: Callable[[], object]) -> None:
        while not self._stop.is_set():
            if not self._tried(name, work):
                self._stop.wait(idle)
        self._tried(name, after)

    def _tried(self, name: str, work: Callable[[], object]) -> bool:
        try:
            return bool(work())
        except Exception:  # the job loop: one failure must not end pushing for good
            log.exception("worker.failed", part=name)
            return False

    def stop(self) -> None:
        """End after the work in hand."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=30)
        stop_engine()
