"""All pages in one router."""

from fastapi import APIRouter

from api.web import enterprise, officer, oversight, session

router = APIRouter(include_in_schema=False)
for part in (session.router, enterprise.router, officer.router, oversight.router):
    router.include_router(part)
