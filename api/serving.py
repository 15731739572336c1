"""Running the service in this process: settings, scorer, app with its worker, and a graceful stop."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import uvicorn
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from api.app import create_app
from api.scoring import scorer_of
from api.settings import Settings, SettingsRefused, load_settings
from api.wiring import build_services

GRACE_SECONDS = 20


class Server(uvicorn.Server):
    """uvicorn's server; a SIGTERM or SIGINT ends it as asked, with exit code 0, instead of being raised again once all is done."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop gracefully on the first signal."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def serve_app(*, host: str, port: int, settings: Settings | None = None) -> None:
    """Serve until stopped; requests and steps in hand are finished first. Exits with 2 and a Chinese line on unusable settings."""
    try:
        chosen = settings or load_settings()
        services = build_services(chosen, scorer=scorer_of(chosen))
    except SettingsRefused as refused:
        _refuse(str(refused))
    except ArgumentError:
        _refuse(
            "MIANSHEN_DATABASE_URL 不是数据库地址;SQLite 写 sqlite:///路径,PostgreSQL 写 postgresql+psycopg://用户:口令@主机/库"
        )
    except SQLAlchemyError as error:  # its words may hold the address, and the address a password
        _refuse(f"数据库无法打开({type(error).__name__});请核对 MIANSHEN_DATABASE_URL、数据库是否已启动,以及账号权限")
    except OSError as error:
        _refuse(f"数据目录 MIANSHEN_DATA_DIR 不能使用({type(error).__name__});请核对路径及读写权限")
    app = create_app(chosen, services, worker=True)
    config = uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=GRACE_SECONDS)
    try:
        Server(config).run()
    finally:
        services.close()


def _refuse(why: str) -> NoReturn:
    print(f"不能启动:{why}", file=sys.stderr)
    sys.exit(2)
