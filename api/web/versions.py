"""Published rules: those in force, those superseded or retired, what changed from one to the next, and taking one out of force."""

from fastapi import APIRouter, Request, Response

from api.errors import Invalid, Place
from api.usecases.rules import document_of, get_rule, list_rules, retire_rule
from api.web.differences import counts, differences
from api.web.pages import FromForm, HtmlRoute, SignedIn, page, see_other, services
from api.web.review import blocks_of

router = APIRouter(prefix="/officer/rules", route_class=HtmlRoute, include_in_schema=False)


@router.get("")
def rules_page(request: Request, visitor: SignedIn, show: str = "", cursor: str | None = None) -> Response:
    """The versions in force, or all that ever were."""
    found = list_rules(visitor.actor, in_force=show != "all", cursor=cursor, limit=50, uow=services(request).uow())
    return page(request, "officer/rules.html", visitor=visitor, found=found, show=show)


@router.get("/{rule_id}")
def rule_page(request: Request, rule_id: str, visitor: SignedIn) -> Response:
    """One version as it was published, with the versions beside it."""
    own = services(request)
    version = get_rule(rule_id, visitor.actor, uow=own.reading())
    document = document_of(version.sha256, version.rules)
    others = list_rules(visitor.actor, in_force=False, document_id=version.document_id, limit=200, uow=own.reading()).items
    return page(
        request, "officer/rule.html", visitor=visitor, version=version, meta=document.meta, blocks=blocks_of(document),
        others=sorted(others, key=lambda v: -v.version),
    )  # fmt: skip


@router.get("/{rule_id}/changes")
def changes_page(request: Request, rule_id: str, visitor: SignedIn, before: str = "", show: str = "") -> Response:
    """What a version changed against another of the same document; against the one it superseded unless told."""
    own = services(request)
    after = get_rule(rule_id, visitor.actor, uow=own.reading())
    other = before or after.supersedes
    if not other:
        raise Invalid("NO_EARLIER_VERSION", "这是该文件的第一个版本,没有更早的版本可以比较", [Place("/before", "没有更早的版本")])
    earlier = get_rule(other, visitor.actor, uow=own.reading())
    if earlier.document_id != after.document_id:
        raise Invalid("OTHER_DOCUMENT", "只能比较同一份文件的两个版本", [Place("/before", "不是同一份文件")])
    parts = differences(document_of(earlier.sha256, earlier.rules), document_of(after.sha256, after.rules))
    return page(
        request, "officer/changes.html", visitor=visitor, earlier=earlier, after=after, parts=parts, counts=counts(parts), show=show
    )


@router.post("/{rule_id}/retire")
def retire_form(request: Request, rule_id: str, visitor: FromForm) -> Response:
    """Take a version out of force."""
    own = services(request)
    retire_rule(rule_id, visitor.actor, uow=own.uow(), clock=own.clock)
    return see_other(f"/officer/rules/{rule_id}")
