"""A service process of its own, which a test may kill: seeds a city, then works runs and pushes off until it is stopped."""

import os
import sys
import time
from pathlib import Path

from api.settings import load_settings
from api.jobs.worker import Worker
from api.logging import configure_logging
from api.wiring import build_services
from tests.api.fakes import parse_fake


def main(until: float) -> None:
    """Work until `until` seconds have passed or every run and push is done."""
    settings = load_settings()
    configure_logging("warning")
    services = build_services(settings, parse=parse_fake)
    worker = Worker(services)
    worker.start()
    deadline = time.monotonic() + until
    while time.monotonic() < deadline and not Path(os.environ["JOURNEY_STOP_FILE"]).exists():
        time.sleep(0.05)
    worker.stop()
    services.close()


if __name__ == "__main__":
    main(float(sys.argv[1]))
