import pytest

from api.access import ROLE_SCOPES, ROLES, SYSTEM
from api.errors import Conflict, Invalid, NotAllowed, NotSignedIn
from api.usecases.accounts import actor_of_session, change_password, create_user, disable_user, ensure_admin, sign_in, sign_out
from tests.api.conftest import House
from tests.api.fakes import uscc


def _sign_in(house: House, name: str, password: str):  # type: ignore[no-untyped-def]
    return sign_in(name, password, uow=house.services.uow(), clock=house.clock, rules=house.services.sign_in_rules)


def _actor(house: House, token: str):  # type: ignore[no-untyped-def]
    return actor_of_session(token, uow=house.services.uow(), clock=house.clock, rules=house.services.sign_in_rules)[0]


def test_a_person_signs_in_and_out(house: House) -> None:
    house.person("zhang")
    opened = _sign_in(house, "zhang", "zhang-password")
    assert _actor(house, opened.token).name == "zhang"
    sign_out(opened.token, uow=house.services.uow())
    with pytest.raises(NotSignedIn):
        _actor(house, opened.token)


def test_five_failures_lock_the_account_for_a_while(house: House) -> None:
    house.person("zhang")
    for _ in range(5):
        with pytest.raises(NotSignedIn) as wrong:
            _sign_in(house, "zhang", "wrong-password")
        assert wrong.value.code == "SIGN_IN_FAILED"
    with pytest.raises(NotSignedIn) as locked:
        _sign_in(house, "zhang", "zhang-password")
    assert (locked.value.code, locked.value.detail) == (wrong.value.code, wrong.value.detail)  # the right password is not confirmed
    assert "锁定" in locked.value.detail
    house.clock.advance(15 * 60 + 1)
    assert _sign_in(house, "zhang", "zhang-password").actor.name == "zhang"


def test_an_unknown_name_and_a_wrong_password_sound_the_same(lite_house: House) -> None:
    lite_house.person("zhang")
    said = []
    for name in ("zhang", "nobody"):
        with pytest.raises(NotSignedIn) as refused:
            _sign_in(lite_house, name, "wrong-password")
        said.append((refused.value.code, refused.value.detail))
    assert said[0] == said[1]


def test_an_idle_session_ends_and_a_used_one_stays_until_its_last_hour(lite_house: House) -> None:
    lite_house.person("zhang")
    opened = _sign_in(lite_house, "zhang", "zhang-password")
    for _ in range(50):  # 50 x 14 minutes: past eleven hours
        lite_house.clock.advance(14 * 60)
        _actor(lite_house, opened.token)
    lite_house.clock.advance(16 * 60)
    with pytest.raises(NotSignedIn):
        _actor(lite_house, opened.token)


def test_no_session_outlives_its_longest_time(lite_house: House) -> None:
    lite_house.person("zhang")
    opened = _sign_in(lite_house, "zhang", "zhang-password")
    with pytest.raises(NotSignedIn):  # noqa: PT012
        for _ in range(80):
            lite_house.clock.advance(10 * 60)
            _actor(lite_house, opened.token)


def test_a_disabled_person_is_out_at_once(house: House) -> None:
    zhang = house.person("zhang")
    opened = _sign_in(house, "zhang", "zhang-password")
    disable_user(zhang.id, house.person("root", "admin"), uow=house.services.uow(), clock=house.clock)
    with pytest.raises(NotSignedIn):
        _actor(house, opened.token)
    with pytest.raises(NotSignedIn):
        _sign_in(house, "zhang", "zhang-password")


def test_a_changed_password_ends_every_session(lite_house: House) -> None:
    zhang = lite_house.person("zhang")
    opened = _sign_in(lite_house, "zhang", "zhang-password")
    change_password("zhang-password", "another-password", zhang, uow=lite_house.services.uow(), clock=lite_house.clock)
    with pytest.raises(NotSignedIn):
        _actor(lite_house, opened.token)
    assert _sign_in(lite_house, "zhang", "another-password").actor.id == zhang.id


@pytest.mark.parametrize(
    ("username", "password", "role", "code", "pointer"),
    [
        ("a b", "long-enough", "officer", None, "/username"),
        ("li", "short", "officer", None, "/password"),
        ("lilililili", "lilililili", "officer", None, "/password"),
        ("li", "long-enough", "enterprise", None, "/uscc"),
        ("li", "long-enough", "enterprise", "911101010000000000", "/uscc"),
    ],
)
def test_a_person_with_a_mistake_is_not_created(
    lite_house: House, username: str, password: str, role: str, code: str | None, pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        create_user(
            username, password, SYSTEM, role=role, name="李", uscc=code, uow=lite_house.services.uow(), clock=lite_house.clock
        )  # type: ignore[arg-type]
    assert [p.pointer for p in refused.value.errors] == [pointer]


def test_a_name_is_taken_once(house: House) -> None:
    house.person("zhang")
    with pytest.raises(Conflict):
        create_user("zhang", "long-enough", SYSTEM, role="officer", name="张", uow=house.services.uow(), clock=house.clock)


def test_an_enterprise_person_sees_only_the_enterprise(lite_house: House) -> None:
    actor = lite_house.person("boss", "enterprise", uscc(1))
    assert actor.sees(uscc(1))
    assert not actor.sees(uscc(2))


def test_only_an_admin_creates_people(lite_house: House) -> None:
    with pytest.raises(NotAllowed):
        create_user(
            "wang",
            "long-enough",
            lite_house.person("zhang"),
            role="admin",
            name="王",
            uow=lite_house.services.uow(),
            clock=lite_house.clock,
        )


def test_the_first_admin_is_made_once(house: House) -> None:
    assert ensure_admin("a-long-password", uow=house.services.uow(), clock=house.clock)
    assert not ensure_admin("another-password", uow=house.services.uow(), clock=house.clock)
    assert _sign_in(house, "admin", "a-long-password").actor.role == "admin"


def test_no_role_both_manages_access_and_reads_business_data() -> None:
    assert set(ROLE_SCOPES) == set(ROLES)
    assert not ROLE_SCOPES["admin"] & {"matches:read", "values:read", "policies:write", "audit:read"}
    assert all(scope.endswith(":read") for scope in ROLE_SCOPES["auditor"])
    assert all("audit:read" not in scopes for role, scopes in ROLE_SCOPES.items() if role != "auditor")


def test_a_password_is_kept_as_argon2id_only(house: House) -> None:
    from api.records import User

    house.person("zhang")
    with house.services.reading() as uow:
        kept = uow.of(User).all()[0].password_hash
    assert kept.startswith("$argon2id$")
    assert "zhang-password" not in kept
