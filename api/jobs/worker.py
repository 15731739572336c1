"""The worker beside the service: takes up noted runs and works the outbox off, until it is told to stop."""

from threading import Event, Thread

import structlog

from api.jobs.durable import start_engine, stop_engine
from api.jobs.outbox import dispatch, send_due
from api.usecases.runs import unfinished_runs
from api.wiring import Services

log = structlog.get_logger(__name__)

_IDLE_S = 0.5


class Worker:
    """One thread for runs to be taken up and one for the outbox. `stop` returns when both are at rest."""

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

        def outbox() -> bool:
            return bool(dispatch(pump, uow=self._services.uow())) | bool(send_due(pump, uow=self._services.uow()))

        for name, work in (("runs", runs), ("outbox", outbox)):
            thread = Thread(target=self._loop, args=(name, work), name=f"worker-{name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def _loop(self, name: str, work) -> None:  # type: ignore[no-untyped-def]
        while not self._stop.is_set():
            try:
                busy = work()
            except Exception:  # the job loop: one failure must not end pushing for good
                log.exception("worker.failed", part=name)
                busy = False
            if not busy:
                self._stop.wait(_IDLE_S)

    def stop(self) -> None:
        """End after the work in hand."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=30)
        stop_engine()
