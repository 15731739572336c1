"""Serving until told to stop: one process with the app, its worker beside it, and a graceful end."""

import uvicorn

from api.app import create_app
from api.settings import load_settings


def serve_app(*, host: str, port: int) -> None:
    """Serve the API and the pages. A first signal stops taking requests, finishes those in hand and the step of a run in hand."""
    app = create_app(load_settings(), worker=True)
    uvicorn.run(app, host=host, port=port, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=20)
