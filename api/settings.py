"""Settings by environment (`MIANSHEN_*`): read once, frozen, passed down. A misspelt or unsafe one stops the start with a clear message."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self
from urllib.parse import parse_qs, urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "MIANSHEN_"
# Read by the tests and the build, not by the service.
_OTHERS = frozenset(
    {"MIANSHEN_SHARED", "MIANSHEN_TEST_POSTGRES", "MIANSHEN_SCHEMATHESIS_SECONDS", "MIANSHEN_KILL_ROUNDS", "MIANSHEN_LONG"}
)
_DATABASES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")
_UNSAFE_WORDS = frozenset(
    {"secret", "changeme", "change-me", "password", "mianshen", "demo", "test", "admin", "123456", "12345678"}
)


def _repeats(secret: str) -> bool:
    """Whether a secret is one short pattern again and again."""
    return any((secret[:n] * len(secret))[: len(secret)] == secret for n in range(1, len(secret) // 2 + 1))


class SettingsRefused(Exception):
    """Settings that cannot be used; the message is Chinese and names each variable, never a secret's value."""


class Settings(BaseSettings):
    """Every setting with its meaning and default; `settings_table` prints them."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    env: Literal["development", "production"] = Field(
        "development", description="运行方式:development 或 production(拒绝默认口令与密钥)"
    )
    data_dir: Path = Field(Path("var"), description="数据目录:数据库文件、快照、密钥文件")
    database_url: str = Field(
        "", description="数据库地址;空则用数据目录下的 SQLite 文件,PostgreSQL 写 postgresql+psycopg://用户:口令@主机/库"
    )
    jobs_database_url: str = Field("", description="任务库(DBOS)地址;空则随主库:SQLite 另存一个文件,PostgreSQL 另建一个库")
    secret_key: SecretStr = Field(
        SecretStr(""), description="签名与派生密钥用的主密钥,生产环境至少 32 字符;开发环境为空时自动生成并存于数据目录"
    )
    admin_password: SecretStr = Field(SecretStr(""), description="首次启动时创建管理员 admin 的口令;空则不创建")
    session_idle_minutes: int = Field(15, ge=1, le=1440, description="登录后无操作多少分钟自动退出")
    session_hours: int = Field(12, ge=1, le=72, description="登录后最长有效小时数")
    lockout_failures: int = Field(5, ge=3, le=20, description="连续输错口令多少次后锁定")
    lockout_minutes: int = Field(15, ge=1, le=1440, description="锁定多少分钟")
    max_body_bytes: int = Field(32 * 1024 * 1024, ge=1024, description="请求内容的最大字节数")
    requests_per_minute: int = Field(60_000, ge=10, description="每个密钥或用户每分钟的最大请求数")
    webhook_allow: str = Field("", description="允许推送的内网地址段(CIDR,逗号分隔);默认一律拒绝内网、本机与链路本地地址")
    webhook_timeout_seconds: float = Field(15.0, gt=0, le=60, description="等待接收方应答的秒数")
    push_top: int = Field(3, ge=1, le=50, description="每次匹配每家企业最多推送几份政策")
    push_lease_seconds: float = Field(
        120.0, ge=1, le=3600, description="推送进程占用一批推送的最长秒数;进程被杀后过此时间由他人接手"
    )
    run_chunk: int = Field(500, ge=1, le=20_000, description="匹配任务每一步处理的企业数")
    idempotency_days: int = Field(7, ge=1, le=90, description="Idempotency-Key 及其应答至少留存的天数,过后清除")
    push_body_days: int = Field(
        30, ge=7, le=3650, description="推送正文留存的天数,过后清除(推送记录仍在,不能再重新推送);须长于推送的重试期"
    )
    sweep_minutes: int = Field(60, ge=1, le=1440, description="每隔多少分钟清除一次到期的 Idempotency-Key、推送正文和已失效的登录")
    scorer_uri: str = Field("", description="排序模型的位置;空则按规则次序排序")
    allowed_hosts: str = Field("*", description="接受的主机名(逗号分隔)")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="日志级别")

    @model_validator(mode="after")
    def _refuse_strange_databases(self) -> Self:
        for name, address in (("MIANSHEN_DATABASE_URL", self.database_url), ("MIANSHEN_JOBS_DATABASE_URL", self.jobs_database_url)):
            if address and not address.startswith(_DATABASES):
                raise ValueError(
                    f"{name} 不是可用的数据库地址;SQLite 写 sqlite:///路径,PostgreSQL 写 postgresql+psycopg://用户:口令@主机/库"
                )
        return self

    @model_validator(mode="after")
    def _refuse_unsafe(self) -> Self:
        if self.env != "production":
            return self
        secret, admin = self.secret_key.get_secret_value(), self.admin_password.get_secret_value()
        if len(secret) < 32 or len(set(secret)) < 10 or _repeats(secret):
            raise ValueError(
                "MIANSHEN_SECRET_KEY 在生产环境须为至少 32 个随机字符;可用 python -c 'import secrets;print(secrets.token_urlsafe(48))' 生成"
            )
        if admin and (len(admin) < 12 or admin.lower() in _UNSAFE_WORDS):
            raise ValueError("MIANSHEN_ADMIN_PASSWORD 在生产环境须至少 12 个字符且不是常见口令")
        for name, address in (("MIANSHEN_DATABASE_URL", self.database_url), ("MIANSHEN_JOBS_DATABASE_URL", self.jobs_database_url)):
            parts = urlsplit(address)
            passwords = [parts.password or "", *parse_qs(parts.query).get("password", [])]
            if any(p.lower() in _UNSAFE_WORDS | {"postgres", "trust"} for p in passwords):
                raise ValueError(f"{name} 使用了默认口令;请为数据库设置独立口令")
        if any(part.strip().endswith("/0") for part in self.webhook_allow.split(",")):
            raise ValueError("MIANSHEN_WEBHOOK_ALLOW 在生产环境不能放行全部地址;请只写所需的网段")
        return self

    @property
    def database(self) -> str:
        """The database address in SQLAlchemy's form."""
        return self.database_url or f"sqlite:///{self.data_dir / 'mianshen.sqlite'}"

    @property
    def is_production(self) -> bool:
        """Whether defaults fit for trying out are refused."""
        return self.env == "production"

    def master_key(self) -> bytes:
        """The key that signs and derives; in development one is made once and kept in the data folder, readable by the owner only."""
        given = self.secret_key.get_secret_value()
        if given:
            return given.encode()
        path = self.data_dir / "secret.key"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            try:
                with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                    file.write(secrets.token_urlsafe(48))
            except FileExistsError:
                pass  # another process made it first
        return path.read_bytes()


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment; raises SettingsRefused on strays, wrong values and unsafe production settings."""
    given = os.environ if environ is None else environ
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    strays = sorted(k for k in given if k.upper().startswith(PREFIX) and k not in known | _OTHERS)
    if strays:
        raise SettingsRefused(f"不认识的设置:{'、'.join(strays)};请用 mianshen settings 查看全部设置,改正拼写或删去")
    values = {k[len(PREFIX) :].lower(): v for k, v in given.items() if k in known}
    try:
        return _Given(**values)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsRefused(";".join(_sentence(e) for e in error.errors())) from None


class _Given(Settings):
    """Settings from the mapping handed in alone, so that tests and the process environment never mix."""

    @classmethod
    def settings_customise_sources(cls, settings_cls, init_settings, env_settings, dotenv_settings, file_secret_settings):  # type: ignore[no-untyped-def]
        return (init_settings,)


def _sentence(error: Mapping[str, object]) -> str:
    where = error.get("loc") or ()
    name = PREFIX + str(where[0]).upper() if isinstance(where, tuple) and where else ""
    message = str(error.get("msg", "")).removeprefix("Value error, ")
    if not name:
        return message
    limits = error.get("ctx")
    bounds = limits if isinstance(limits, Mapping) else {}
    words = _WORDS.get(str(error.get("type")), "不符合要求").format_map(_Bounds(bounds))
    words = words.replace(" or ", "、").replace("'", "")
    return f"{name} 的值不能使用:{words};请用 mianshen settings 查看说明"


class _Bounds(dict[str, object]):
    """The bounds of a setting by name; one that was not given reads as an ellipsis."""

    def __missing__(self, key: str) -> str:
        return "…"


_WORDS: Mapping[str, str] = {
    "int_parsing": "应为整数", "int_type": "应为整数", "float_parsing": "应为数字", "greater_than_equal": "不能小于 {ge}", "less_than_equal": "不能大于 {le}",
    "greater_than": "应大于 {gt}", "literal_error": "只能是 {expected} 之一", "path_type": "应为路径", "string_type": "应为文字",
}  # fmt: skip


def settings_table() -> str:
    """Every setting with its default and meaning, one a line, for `mianshen settings`."""
    rows = []
    for name, info in Settings.model_fields.items():
        default = info.default.get_secret_value() if isinstance(info.default, SecretStr) else info.default
        rows.append(f"{PREFIX + name.upper():<34} 默认:{str(default) or '(空)':<14} {info.description}")
    return "\n".join(rows)
