"""Running the service in this process: settings, scorer, app with its worker, and a graceful stop."""

import sys

import uvicorn

from api.app import create_app
from api.scoring import scorer_of
from api.settings import Settings, SettingsRefused, load_settings
from api.wiring import build_services

GRACE_SECONDS = 20


def serve_app(*, host: str, port: int, settings: Settings | None = None) -> None:
    """Serve until stopped; requests and steps in hand are finished first. Exits with 2 and a Chinese line on unusable settings."""
    try:
        chosen = settings or load_settings()
        services = build_services(chosen, scorer=scorer_of(chosen))
    except SettingsRefused as refused:
        print(f"不能启动:{refused}", file=sys.stderr)
        sys.exit(2)
    app = create_app(chosen, services, worker=True)
    config = uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=GRACE_SECONDS)
    try:
        uvicorn.Server(config).run()
    finally:
        services.close()
