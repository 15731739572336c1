from collections.abc import Sequence

import pytest

from api.channels.guard import Guard, read_networks
from api.errors import Conflict, NotAllowed, UseCaseError

PUBLIC = "93.184.216.34"


def _guard(*addresses: str, allow: str = "") -> Guard:
    def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return Guard(read_networks(allow), resolve)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.8.9.1", "::1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "::", "100.64.0.1", "224.0.0.1",
     "255.255.255.255", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "fe80::1%eth0", "fc00::1", "ff02::1",
     "192.0.2.1", "198.18.0.1", "240.0.0.1"],
)  # fmt: skip
def test_private_addresses_are_refused_however_they_are_written(address: str) -> None:
    with pytest.raises(NotAllowed):
        _guard(address).check("https://hooks.example.com/in")


def test_a_name_with_one_private_address_among_public_ones_is_refused() -> None:
    with pytest.raises(NotAllowed):
        _guard(PUBLIC, "10.0.0.1").check("https://hooks.example.com/in")


def test_a_public_address_passes_and_is_pinned() -> None:
    target = _guard(PUBLIC).check("https://hooks.example.com:8443/in?x=1")
    assert (target.address, target.host, target.port, target.path) == (PUBLIC, "hooks.example.com", 8443, "/in?x=1")


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example.com/in", "file:///etc/passwd", "gopher://x/", "https:///x", "https://user:pw@hooks.example.com/", "https://hooks example.com/",
     "https://hooks.example.com\\@evil/", "https://[::1", "https://h:99999/", "ftp://x/", "https://x/\r\nHost: y", "https://" + "a" * 3000],
)  # fmt: skip
def test_other_schemes_credentials_and_broken_addresses_are_refused(url: str) -> None:
    with pytest.raises(UseCaseError):
        _guard(PUBLIC).check(url)


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "localhost", "[::1]", "127.0.0.1"])
def test_loopback_in_odd_notations_is_refused_by_the_systems_resolver(host: str) -> None:
    with pytest.raises(UseCaseError):
        Guard().check(f"https://{host}/")


def test_a_name_that_does_not_resolve_is_said_so() -> None:
    def resolve(host: str, port: int) -> Sequence[str]:
        raise OSError

    with pytest.raises(Conflict):
        Guard((), resolve).check("https://hooks.example.com/")


def test_an_allowed_network_passes_by_http_too_and_only_that_one() -> None:
    guard = _guard("10.2.3.4", allow="10.2.0.0/16, fd00::/8")
    assert guard.check("http://inside.example/").address == "10.2.3.4"
    with pytest.raises(NotAllowed):
        _guard("10.3.0.1", allow="10.2.0.0/16").check("https://inside.example/")


def test_a_name_that_turns_private_between_register_and_send_is_refused_at_send() -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])

    def resolve(host: str, port: int) -> Sequence[str]:
        return next(answers)

    guard = Guard((), resolve)
    guard.check("https://rebinding.example/")
    with pytest.raises(NotAllowed):
        guard.check("https://rebinding.example/")
