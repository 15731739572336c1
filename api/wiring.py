"""The one place where choices are made: which database, clock, sender, reader and scorer this process runs with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock

from sqlalchemy import Engine

from api.anchor import AnchorFile
from api.channels.guard import Guard, read_networks
from api.channels.sender import HttpSender, Sender
from api.clock import Clock, SystemClock
from api.db.engine import migrate, open_database
from api.db.unit_of_work import UnitOfWork
from api.jobs.sending import Pump
from api.live import Live
from api.ratelimit import RateLimiter
from api.settings import Settings, SettingsRefused
from api.signins import Callers
from api.usecases.accounts import SignInRules, ensure_admin
from api.usecases.policies import Parse
from api.usecases.retention import Retention
from matcher.ports import Scorer
from policies.parsing import ParsedPolicy
from policies.sandbox import Sandbox

_SIGN_INS_PER_MINUTE = 60  # from one address, right or wrong
_TRIALS_PER_MINUTE = 6  # test events of one integrator: each may hold a thread until the receiver's time is up


@dataclass(frozen=True, slots=True)
class Services:
    """What use cases are handed, chosen once."""

    settings: Settings
    engine: Engine
    clock: Clock
    master: bytes
    guard: Guard
    sender: Sender
    parse: Parse
    scorer: Scorer | None
    live: Live
    callers: Callers
    limiter: RateLimiter
    sign_ins: RateLimiter
    trials: RateLimiter
    anchor: AnchorFile
    close: Callable[[], None] = field(default=lambda: None)

    def uow(self) -> UnitOfWork:
        """A fresh unit of work."""
        return UnitOfWork(self.engine, noted=self.anchor)

    def reading(self) -> UnitOfWork:
        """A fresh unit of work that only reads."""
        return UnitOfWork(self.engine, reading=True)

    @property
    def sign_in_rules(self) -> SignInRules:
        """How sessions and lockouts are set."""
        s = self.settings
        return SignInRules(
            timedelta(minutes=s.session_idle_minutes),
            timedelta(hours=s.session_hours),
            s.lockout_failures,
            timedelta(minutes=s.lockout_minutes),
        )

    @property
    def retention(self) -> Retention:
        """How long things are kept."""
        s = self.settings
        return Retention(
            timedelta(days=s.idempotency_days), timedelta(days=s.push_body_days), timedelta(minutes=s.session_idle_minutes)
        )

    def pump(self) -> Pump:
        """What works the outbox off."""
        lease = timedelta(seconds=self.settings.push_lease_seconds)
        return Pump(self.guard, self.sender, self.master, self.clock, lease)


class SandboxedParse:
    """Reads policy files in a child process with limits, one at a time; the child starts with the first file."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sandbox: Sandbox | None = None

    def __call__(self, data: bytes, *, name: str, document_id: str) -> ParsedPolicy:
        """See `policies.parsing.parse_policy`."""
        with self._lock:
            if self._sandbox is None:
                self._sandbox = Sandbox()
                self._sandbox.__enter__()
            return self._sandbox.parse(data, name=name, document_id=document_id)

    def close(self) -> None:
        """End the child."""
        with self._lock:
            if self._sandbox is not None:
                self._sandbox.__exit__(None, None, None)
                self._sandbox = None


def _scorer_of(settings: Settings) -> Scorer | None:
    if not settings.scorer_uri:
        return None
    from api.scoring import scorer_of  # here, because the learned models' libraries take seconds to load and most starts need none

    return scorer_of(settings)


def build_services(
    settings: Settings,
    *,
    clock: Clock | None = None,
    engine: Engine | None = None,
    sender: Sender | None = None,
    parse: Parse | None = None,
    scorer: Scorer | None = None,
    guard: Guard | None = None,
) -> Services:
    """Everything a process needs, with the tables up to date; what is handed in replaces the real thing.

    Raises SettingsRefused where a setting turns out to be unusable.
    """
    try:
        networks = read_networks(settings.webhook_allow)
    except ValueError:
        raise SettingsRefused("MIANSHEN_WEBHOOK_ALLOW 应为逗号分隔的网段,如 10.0.0.0/8,192.168.1.0/24") from None
    database = engine or open_database(settings.database)
    migrate(database)
    time, reader, http = (
        clock or SystemClock(),
        parse or SandboxedParse(),
        sender or HttpSender(timeout=settings.webhook_timeout_seconds),
    )

    orderer = scorer or _scorer_of(settings)

    def reading() -> UnitOfWork:
        return UnitOfWork(database, reading=True)

    def close() -> None:
        for part in (reader, http):
            if isinstance(part, SandboxedParse | HttpSender):
                part.close()
        database.dispose()

    services = Services(
        settings=settings,
        engine=database,
        clock=time,
        master=settings.master_key(),
        guard=guard or Guard(networks),
        sender=http,
        parse=reader,
        scorer=orderer,
        live=Live(reading, clock=time, scorer=orderer),
        callers=Callers(),
        limiter=RateLimiter(settings.requests_per_minute),
        sign_ins=RateLimiter(_SIGN_INS_PER_MINUTE),
        trials=RateLimiter(_TRIALS_PER_MINUTE),
        anchor=AnchorFile(settings.data_dir, settings.database, settings.master_key()),
        close=close,
    )
    password = settings.admin_password.get_secret_value()
    if password:
        ensure_admin(password, uow=services.uow(), clock=time)
    return services
