import pytest

from api.access import KEY_SCOPES, SYSTEM
from api.errors import Invalid, NotAllowed, NotFound, NotSignedIn
from api.records import ApiKey
from api.usecases.keys import actor_of_key, create_api_key, get_api_key, list_api_keys, revoke_api_key
from tests.api.conftest import House
from tests.api.fakes import uscc


def test_a_key_opens_what_it_was_given_and_only_its_hash_is_kept(house: House) -> None:
    actor, secret = house.key("matches:read", owner="alpha")
    assert (actor.owner, actor.scopes) == ("alpha", {"matches:read"})
    with house.services.reading() as uow:
        assert secret not in repr(uow.of(ApiKey).all())


def test_a_revoked_key_is_unknown(house: House) -> None:
    actor, secret = house.key("matches:read")
    revoke_api_key(actor.id, SYSTEM, uow=house.services.uow(), clock=house.clock)
    with pytest.raises(NotSignedIn):
        actor_of_key(secret, uow=house.services.reading())


def test_integrators_do_not_see_each_others_keys(house: House) -> None:
    alpha, _ = house.key("keys:manage", owner="alpha")
    beta, _ = house.key("keys:manage", owner="beta")
    assert [k.owner for k in list_api_keys(alpha, uow=house.services.reading()).items] == ["alpha"]
    with pytest.raises(NotFound):
        get_api_key(beta.id, alpha, uow=house.services.reading())
    with pytest.raises(NotFound):
        revoke_api_key(beta.id, alpha, uow=house.services.uow(), clock=house.clock)


def test_a_key_passes_on_no_more_than_it_holds(lite_house: House) -> None:
    actor, _ = lite_house.key("keys:manage", "matches:read", enterprises=[uscc(1)])
    s = lite_house.services

    def make(**wanted: object) -> None:
        create_api_key(
            actor,
            name="子",
            uow=s.uow(),
            clock=lite_house.clock,
            **{"scopes": ["matches:read"], "enterprises": [uscc(1)], **wanted},
        )  # type: ignore[arg-type]

    make()
    for wanted in ({"scopes": ["runs:write"]}, {"owner": "beta"}, {"enterprises": None}, {"enterprises": [uscc(2)]}):
        with pytest.raises(NotAllowed):
            make(**wanted)


def test_a_key_is_never_given_what_a_person_must_do(lite_house: House) -> None:
    admin = lite_house.person("root", "admin")
    for scope in ("rules:draft", "rules:approve", "rules:publish", "users:manage", "audit:read", "nonsense"):
        assert scope not in KEY_SCOPES
        with pytest.raises(Invalid):
            create_api_key(admin, name="x", scopes=[scope], owner="alpha", uow=lite_house.services.uow(), clock=lite_house.clock)


def test_a_key_needs_an_integrator(lite_house: House) -> None:
    with pytest.raises(Invalid):
        create_api_key(
            lite_house.person("root", "admin"),
            name="x",
            scopes=["matches:read"],
            uow=lite_house.services.uow(),
            clock=lite_house.clock,
        )
