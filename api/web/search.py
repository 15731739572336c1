"""The search page: policies by words."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.usecases.search import search_policies
from api.web.pages import HtmlRoute, SignedIn, page, services

router = APIRouter(route_class=HtmlRoute, include_in_schema=False)


@router.get("/policies/search")
def search_page(request: Request, visitor: SignedIn, q: Annotated[str, Query(max_length=200)] = "") -> Response:
    """What answers the words asked for, best first; the same for everybody."""
    found = search_policies(q, visitor.actor, uow=services(request).uow()) if q.strip() else ()
    return page(request, "search.html", visitor=visitor, found=found, asked=q)
