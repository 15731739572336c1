"""Who may do what: actors, roles and scopes. Use cases ask here first; routes and pages cannot forget to."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from api.errors import NotAllowed, NotFound

Role = Literal["officer", "reviewer", "enterprise", "admin", "auditor"]
ROLES: tuple[Role, ...] = ("officer", "reviewer", "enterprise", "admin", "auditor")

# One line a scope: what it opens.
SCOPES: Mapping[str, str] = MappingProxyType(
    {
        "policies:read": "查看政策与规则",
        "drafts:read": "查看规则草稿与审核意见",
        "policies:write": "导入政策",
        "rules:draft": "修改并提交规则草稿",
        "rules:approve": "批准或退回他人提交的规则",
        "rules:publish": "发布已批准的规则",
        "profiles:write": "导入企业档案快照",
        "matches:read": "查询匹配、判定与说明",
        "values:read": "在说明中显示企业的具体数值(否则遮蔽)",
        "runs:write": "启动匹配任务",
        "decisions:write": "作出并留存判定",
        "budgets:read": "查看资金与名额台账",
        "budgets:write": "设置分配方式,预留、确认、释放与拨付资金",
        "rights:write": "提出异议、退订与恢复推送",
        "rights:answer": "答复异议",
        "messages:read": "查看企业消息",
        "webhooks:manage": "管理推送地址与推送记录",
        "keys:manage": "管理接口密钥",
        "users:manage": "管理用户",
        "audit:read": "查看并校验审计记录",
    }
)

# Three-way split: the admin manages access but reads no business data; the auditor reads and changes nothing.
ROLE_SCOPES: Mapping[Role, frozenset[str]] = MappingProxyType(
    {
        "officer": frozenset(
            {
                "policies:read", "drafts:read", "policies:write", "rules:draft", "rules:publish", "profiles:write", "matches:read", "values:read", "runs:write", "decisions:write",
                "budgets:read", "budgets:write", "rights:write", "rights:answer", "messages:read",
            }
        ),
        "reviewer": frozenset(
            {"policies:read", "drafts:read", "policies:write", "rules:draft", "rules:approve", "rules:publish", "matches:read", "values:read", "rights:answer", "budgets:read"}
        ),
        "enterprise": frozenset({"policies:read", "matches:read", "values:read", "rights:write", "messages:read"}),
        "admin": frozenset({"users:manage", "keys:manage", "webhooks:manage"}),
        "auditor": frozenset({"audit:read", "policies:read", "drafts:read", "matches:read", "budgets:read"}),
    }
)  # fmt: skip
# What a key of an integrator may be given: whoever drafts and reviews rules or manages people does so in person.
KEY_SCOPES: frozenset[str] = frozenset(SCOPES) - {
    "drafts:read",
    "rules:draft",
    "rules:approve",
    "rules:publish",
    "users:manage",
    "audit:read",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking. `enterprises` None means every enterprise; `owner` is whose webhooks, keys and runs it sees."""

    kind: Literal["user", "key", "system"]
    id: str
    name: str
    role: str
    scopes: frozenset[str]
    owner: str
    enterprises: frozenset[str] | None = None

    def may(self, scope: str) -> bool:
        """Whether the scope is held."""
        return scope in self.scopes

    def sees(self, uscc: str) -> bool:
        """Whether this enterprise's data may be shown to the actor."""
        return self.enterprises is None or uscc in self.enterprises


SYSTEM = Actor("system", "system", "系统", "system", frozenset(SCOPES), "system")


def require(actor: Actor, scope: str) -> None:
    """Raises NotAllowed where the scope is not held."""
    if scope not in actor.scopes:
        raise NotAllowed("SCOPE_MISSING", f"没有“{SCOPES[scope]}”的权限({scope});请联系管理员授权,或改用有此权限的账号或密钥")


def require_enterprise(actor: Actor, uscc: str) -> None:
    """Raises NotFound where the enterprise is not the actor's to see: what one may not see does not exist."""
    if not actor.sees(uscc):
        raise NotFound("ENTERPRISE_NOT_FOUND", "没有找到这家企业;请核对统一社会信用代码")


def require_whole_city(actor: Actor) -> None:
    """Raises NotAllowed for actors bound to certain enterprises."""
    if actor.enterprises is not None:
        raise NotAllowed("WHOLE_CITY_ONLY", "此操作涉及全部企业,当前账号或密钥只限部分企业;请使用不限企业的账号或密钥")
