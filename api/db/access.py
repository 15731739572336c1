"""Conditions that keep tenants apart in queries: whose rows, and which enterprises', an actor may meet."""

from typing import Any

from sqlalchemy import ColumnElement, true

from api.access import Actor

CITY = "city"


def owned_by(actor: Actor, owner: Any) -> ColumnElement[bool]:
    """Rows of the actor's own integrator; people of the city (administrators among them) see all."""
    return true() if actor.kind == "system" or actor.owner == CITY else owner == actor.owner


def shared_with(actor: Actor, owner: Any) -> ColumnElement[bool]:
    """The actor's own rows and the city's, which are for everybody who may read at all."""
    return true() if actor.kind == "system" or actor.owner == CITY else owner.in_((actor.owner, CITY))


def about_visible(actor: Actor, uscc: Any) -> ColumnElement[bool]:
    """Rows about enterprises that the actor may see."""
    return true() if actor.enterprises is None else uscc.in_(sorted(actor.enterprises))
