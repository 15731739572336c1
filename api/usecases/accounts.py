"""People: creating them, signing in with a lock after repeated failures, sessions that end by themselves."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from stdnum.cn import uscc as credit_code

from api.access import ROLE_SCOPES, SYSTEM, Actor, Role, require
from api.canonical import sha256
from api.clock import Clock
from api.db.unit_of_work import UnitOfWork
from api.errors import Conflict, Invalid, NotFound, NotSignedIn, Place
from api.ids import new_id
from api.records import Page, Session, User
from api.usecases.retention import ended

_USERNAME = re.compile(r"[A-Za-z0-9_.@-]{2,60}")
_HASHER = PasswordHasher()
# Verified against where there is no such user, so that the answer takes as long.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$ZSvHhDjdDTvZ3v8yvPWJQ9zI0jJYk8Y0xZbK7l9YwqY"


@dataclass(frozen=True, slots=True)
class SignInRules:
    """How long a session lasts and when an account is locked."""

    idle: timedelta = timedelta(minutes=15)
    longest: timedelta = timedelta(hours=12)
    failures: int = 5
    lockout: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session; `token` is shown to the browser once and kept nowhere."""

    token: str
    csrf: str
    actor: Actor
    expires_at: datetime


def create_user(
    username: str, password: str, actor: Actor, *, role: Role, name: str, uscc: str | None = None, uow: UnitOfWork, clock: Clock
) -> User:
    """Add a person with one role; an enterprise's person is bound to its credit code."""
    require(actor, "users:manage")
    _check_user(username, password, role, uscc)
    now = clock.now()
    user = User(
        id=new_id("usr", now),
        username=username,
        name=name or username,
        password_hash=_HASHER.hash(password),
        role=role,
        uscc=uscc if role == "enterprise" else None,
        failures=0,
        locked_until=None,
        disabled=False,
        created_at=now,
    )
    with uow:
        if not uow.of(User).add_new([user]):
            raise Conflict("USERNAME_TAKEN", "用户名已被使用;请换一个用户名")
        uow.audit(now, actor.id, "user.created", user.id, {"role": role})
    return user


def _check_user(username: str, password: str, role: str, uscc: str | None) -> None:
    problems = []
    if not _USERNAME.fullmatch(username):
        problems.append(Place("/username", "用户名须为 2–60 个字母、数字或 _ . @ -"))
    if not 8 <= len(password) <= 200 or password.lower() in (username.lower(), "12345678", "password"):
        problems.append(Place("/password", "口令须为 8–200 个字符,且不能与用户名相同或过于常见"))
    if role not in get_args(Role):
        problems.append(Place("/role", f"角色须为 {'、'.join(get_args(Role))} 之一"))
    if role == "enterprise" and not (uscc and credit_code.is_valid(uscc)):
        problems.append(Place("/uscc", "企业用户须填写有效的统一社会信用代码"))
    if problems:
        raise Invalid("USER_INVALID", "用户没有创建:填写内容有误,请按提示修改", problems)


def list_users(actor: Actor, *, cursor: str | None = None, limit: int = 50, uow: UnitOfWork) -> Page[User]:
    """Everybody, in order of creation."""
    require(actor, "users:manage")
    with uow:
        return uow.of(User).page(cursor=cursor, limit=limit)


def disable_user(user_id: str, actor: Actor, *, uow: UnitOfWork, clock: Clock) -> None:
    """Shut a person out at once; the sessions end with it."""
    require(actor, "users:manage")
    with uow:
        users, sessions = uow.of(User), uow.of(Session)
        if not users.change(users.c.id == user_id, disabled=True):
            raise NotFound("USER_NOT_FOUND", "没有找到该用户")
        sessions.remove(sessions.c.user_id == user_id)
        uow.audit(clock.now(), actor.id, "user.disabled", user_id)


def sign_in(username: str, password: str, *, uow: UnitOfWork, clock: Clock, rules: SignInRules = SignInRules()) -> SignedIn:
    """Open a session. Raises NotSignedIn, in the same words for an unknown name, a wrong password and a locked account; locks after repeated failures."""
    now = clock.now()
    refused: NotSignedIn | None = None
    opened: SignedIn | None = None
    with uow:
        users = uow.of(User)
        before = users.find(users.c.username == username)
    right = _verify(None if before is None or before.disabled else before, password)  # slow on purpose: no transaction waits for it
    with uow:  # a failure is committed too: it counts
        users = uow.of(User)
        user = users.find(users.c.username == username)
        right = (
            right and user is not None and before is not None and user.password_hash == before.password_hash and not user.disabled
        )
        locked = user is not None and user.locked_until is not None and user.locked_until > now
        if locked or not right:  # in the same words: who guesses on while an account is locked learns nothing
            refused = _refused(rules)
            if user is not None and not locked:
                _count_failure(user, uow, now, rules)
        elif user is not None:
            users.change(users.c.id == user.id, failures=0, locked_until=None)
            opened = _open_session(user, uow, now, rules)
            uow.audit(now, user.id, "session.opened", user.id)
    if opened is None:
        raise refused or _refused(rules)
    return opened


def _refused(rules: SignInRules) -> NotSignedIn:
    minutes = int(rules.lockout.total_seconds()) // 60
    return NotSignedIn(
        "SIGN_IN_FAILED",
        f"用户名或口令不正确,或账号因连续输错 {rules.failures} 次口令已暂时锁定;请核对后重试,若已锁定请 {minutes} 分钟后再试或联系管理员",
    )


def _verify(user: User | None, password: str) -> bool:
    try:
        _HASHER.verify(_NOBODY if user is None else user.password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
    return user is not None


def _count_failure(user: User, uow: UnitOfWork, now: datetime, rules: SignInRules) -> None:
    users, failures = uow.of(User), user.failures + 1
    locked = failures >= rules.failures
    users.change(users.c.id == user.id, failures=0 if locked else failures, locked_until=now + rules.lockout if locked else None)
    uow.audit(now, user.id, "user.locked" if locked else "session.refused", user.id)


def _open_session(user: User, uow: UnitOfWork, now: datetime, rules: SignInRules) -> SignedIn:
    token = f"mss_{secrets.token_urlsafe(32)}"
    session = Session(sha256(token), user.id, secrets.token_urlsafe(24), now, now, now + rules.longest)
    sessions = uow.of(Session)
    sessions.remove(ended(sessions.c, now, rules.idle))
    sessions.add(session)
    return SignedIn(token, session.csrf, actor_of(user), session.expires_at)


def actor_of_session(
    token: str, *, uow: UnitOfWork, clock: Clock, rules: SignInRules = SignInRules(), reading: UnitOfWork | None = None
) -> tuple[Actor, str]:
    """Whose session this is, and its CSRF word; using it keeps it alive. Raises NotSignedIn where it has ended."""
    now, looking = clock.now(), reading or uow
    with looking:
        sessions, users = looking.of(Session), looking.of(User)
        session = sessions.find(sessions.c.id == sha256(token))
        user = None if session is None else users.find(users.c.id == session.user_id)
        if session is None or user is None or user.disabled or now >= session.expires_at or now - session.seen_at > rules.idle:
            raise NotSignedIn("SESSION_ENDED", "登录已失效;请重新登录")
    if now - session.seen_at > rules.idle / 15:  # not a write for each request
        with uow:
            sessions = uow.of(Session)
            sessions.change(sessions.c.id == session.id, seen_at=now)
    return actor_of(user), session.csrf


def sign_out(token: str, *, uow: UnitOfWork) -> None:
    """End the session; an unknown one is ended already."""
    with uow:
        sessions = uow.of(Session)
        sessions.remove(sessions.c.id == sha256(token))


def change_password(old: str, new: str, actor: Actor, *, uow: UnitOfWork, clock: Clock) -> None:
    """Set a new password; every session of the person ends."""
    with uow:
        users, sessions = uow.of(User), uow.of(Session)
        user = users.find(users.c.id == actor.id)
        if user is None or not _verify(user, old):
            raise Invalid("PASSWORD_WRONG", "原口令不正确;请重新输入", [Place("/old", "原口令不正确")])
        _check_user(user.username, new, user.role, user.uscc)
        users.change(users.c.id == user.id, password_hash=_HASHER.hash(new))
        sessions.remove(sessions.c.user_id == user.id)
        uow.audit(clock.now(), actor.id, "user.password_changed", user.id)


def actor_of(user: User) -> Actor:
    """The person as an actor. The city's people share one owner; an enterprise's person sees only the enterprise."""
    role: Role = user.role  # type: ignore[assignment]
    bound = frozenset({user.uscc}) if user.uscc else frozenset[str]()
    enterprises = bound if role == "enterprise" else None
    return Actor("user", user.id, user.name, role, ROLE_SCOPES[role], user.uscc or "city", enterprises)


def ensure_admin(password: str, *, uow: UnitOfWork, clock: Clock) -> bool:
    """Create `admin` with this password where there is no admin yet; whether it was created."""
    with uow:
        users = uow.of(User)
        if users.find(users.c.role == "admin") is not None:
            return False
        create_user("admin", password, SYSTEM, role="admin", name="管理员", uow=uow, clock=clock)
    return True
