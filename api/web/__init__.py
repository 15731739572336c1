"""The pages: `router` is everything a browser is shown."""

from api.web.routes import router

__all__ = ["router"]
