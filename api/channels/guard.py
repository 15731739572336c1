"""Where a webhook may go: never to the machine itself or its private neighbours, unless the operator allows that network.

Checked when an endpoint is registered and again at each sending, where the address that was checked is the address connected to.
"""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias
from urllib.parse import urlsplit

from api.errors import Conflict, NotAllowed, Place

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network
Resolve: TypeAlias = Callable[[str, int], Sequence[str]]

_NAT64 = ip_network("64:ff9b::/96")
# Not global although Python 3.11 says so: site-local, documentation (RFC 9637), 6to4 relays (RFC 7526).
_NOT_GLOBAL = (ip_network("fec0::/10"), ip_network("3fff::/20"), ip_network("192.88.99.0/24"))


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect: the checked address, and the name for Host and the certificate."""

    scheme: str
    host: str
    port: int
    address: str
    path: str


def resolve_host(host: str, port: int) -> Sequence[str]:
    """Every address of a name, from the system's resolver."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True, slots=True)
class Guard:
    """Decides on webhook addresses. `allowed` are private networks that the operator opened; `resolve` is replaced in tests."""

    allowed: tuple[Network, ...] = ()
    resolve: Resolve = resolve_host

    def check(self, url: str) -> Target:
        """The target of `url`; raises NotAllowed where it may not be called, Conflict where its name does not resolve."""
        scheme, host, port, path = _read(url)
        try:
            found = [ip_address(a.partition("%")[0]) for a in self.resolve(host, port)]
        except (OSError, UnicodeError, ValueError):
            raise _unknown() from None
        if not found:
            raise _unknown()
        for address in found:  # all of them: a name that resolves to both sides is a trick
            if not self._may(address):
                raise _refused("推送地址指向本机或内部网络,已拒绝;如确属政务外网,请管理员在 MIANSHEN_WEBHOOK_ALLOW 中放行该网段")
        if scheme == "http" and not all(self._is_allowed(a) for a in found):
            raise _refused("推送地址须使用 https;http 只限管理员放行的网段")
        return Target(scheme, host, port, str(found[0]), path)

    def _is_allowed(self, address: Address) -> bool:
        return any(address.version == network.version and address in network for network in self.allowed)

    def _may(self, address: Address) -> bool:
        inner = _inner(address)
        if any(a.version == n.version and a in n for a in (address, inner) for n in _NOT_GLOBAL):
            return self._is_allowed(address)
        return self._is_allowed(address) or (inner.is_global and not inner.is_multicast and not inner.is_reserved)


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 one wraps, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)


def _read(url: str) -> tuple[str, str, int, str]:
    if len(url) > 2_000 or not url.isprintable() or any(c.isspace() or c == "\\" for c in url):
        raise _refused("推送地址过长或含有空白、控制字符")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _refused("推送地址不是有效的网址") from None
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise _refused("推送地址须以 https:// 开头并含有主机名")
    if parts.username is not None or parts.password is not None:
        raise _refused("推送地址中不能含有用户名或口令;请改用签名校验来源")
    try:
        host = parts.hostname.encode("idna").decode() if not parts.hostname.isascii() else parts.hostname
    except UnicodeError:
        raise _refused("推送地址的主机名无效") from None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path


def _refused(why: str) -> NotAllowed:
    return NotAllowed("WEBHOOK_URL_REFUSED", why, [Place("/url", why)])


def _unknown() -> Conflict:
    why = "推送地址的主机名无法解析;请核对域名"
    return Conflict("WEBHOOK_HOST_UNKNOWN", why, [Place("/url", why)])


def read_networks(text: str) -> tuple[Network, ...]:
    """The operator's list of allowed networks, comma separated; raises ValueError."""
    return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())
