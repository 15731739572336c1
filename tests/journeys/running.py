"""Service processes that a test may kill: this one loads the code once, and for each line `start` forks a worker and prints its number."""

import os
import sys
import time
from pathlib import Path

from api.jobs.worker import Worker
from api.logging import configure_logging
from api.settings import load_settings
from api.wiring import build_services
from tests.api.fakes import parse_fake

LONGEST_S = 120


def work() -> None:
    """Work runs and pushes off until the stop file appears or too much time has passed."""
    configure_logging("warning")
    services = build_services(load_settings(), parse=parse_fake)
    worker = Worker(services)
    worker.start()
    deadline = time.monotonic() + LONGEST_S
    while time.monotonic() < deadline and not Path(os.environ["JOURNEY_STOP_FILE"]).exists():
        time.sleep(0.05)
    worker.stop()
    services.close()


def main() -> None:
    """Fork a worker a line; when the input ends, wait for them and end."""
    print("ready", flush=True)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            sys.stdin.close()
            work()
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)


if __name__ == "__main__":
    main()
