"""Who is calling: the bearer's key or session, remembered for a moment so that a busy integrator costs no look-ups."""

from threading import Lock
from time import monotonic

from api.access import Actor
from api.clock import Clock
from api.db.unit_of_work import UnitOfWork
from api.errors import NotSignedIn
from api.usecases.accounts import SignInRules, actor_of_session
from api.usecases.keys import KEY_PREFIX, actor_of_key

_REMEMBER_S = 1.0
_KEPT = 4_096


class Callers:
    """Keys that were good a moment ago. A key revoked in this process is forgotten at once, elsewhere within a second."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[str, tuple[Actor, float]] = {}

    def remembered(self, secret: str) -> Actor | None:
        """The caller, where the key was good within the last second."""
        found = self._known.get(secret)
        return found[0] if found is not None and monotonic() < found[1] else None

    def recognise(
        self, secret: str, *, uow: UnitOfWork, clock: Clock, rules: SignInRules, reading: UnitOfWork | None = None
    ) -> Actor:
        """The caller with this key or session token; raises NotSignedIn. `reading` looks up without waiting for writers."""
        if not secret.startswith(KEY_PREFIX):
            return actor_of_session(secret, uow=uow, reading=reading, clock=clock, rules=rules)[0]
        if len(secret) > 200:
            raise NotSignedIn("KEY_UNKNOWN", "密钥无效或已吊销;请核对 Authorization 头")
        actor = actor_of_key(secret, uow=reading or uow)
        with self._lock:
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[secret] = (actor, monotonic() + _REMEMBER_S)
        return actor

    def forget(self) -> None:
        """Look everybody up again."""
        with self._lock:
            self._known.clear()
