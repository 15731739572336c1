"""All pages in one router."""

from fastapi import APIRouter

from api.web import budgets, developers, enterprise, insight, officer, oversight, search, session, versions

router = APIRouter(include_in_schema=False)
for part in (
    session.router,
    search.router,
    enterprise.router,
    officer.router,
    insight.router,
    versions.router,
    budgets.router,
    oversight.router,
    developers.router,
):
    router.include_router(part)
