"""Sending one webhook: to the checked address, without redirects, with a bound on time and on the answer's size."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from socket import SHUT_RDWR, socket
from threading import Lock, Timer
from time import monotonic
from typing import Any, Protocol

import httpx

from api.channels.guard import Target

MAX_ANSWER_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver said: `status` None where there was no answer at all."""

    status: int | None
    error: str = ""
    retry_after: str | None = None

    @property
    def is_success(self) -> bool:
        """2xx; a redirect is a failure, as the standard says."""
        return self.status is not None and 200 <= self.status < 300


class Sender(Protocol):
    """Sends a body to a target."""

    def send(self, target: Target, body: bytes, headers: dict[str, str]) -> Answer:
        """One attempt."""
        ...


class _Deadline:
    """Shuts the connection of one exchange when its time is up: read time-outs begin anew with every byte that drips in."""

    def __init__(self, seconds: float) -> None:
        self._at, self._lock = monotonic() + seconds, Lock()
        self._socket: socket | None = None
        self._timer = Timer(seconds, self._shut)
        self._timer.daemon = True
        self._timer.start()

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return monotonic() >= self._at

    def watch(self, event: str, info: dict[str, Any]) -> None:
        """httpcore's trace hook: take hold of each connection as it is made."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            with self._lock:
                self._socket = info["return_value"].get_extra_info("socket")
            if self.is_over:
                self._shut()

    def end(self) -> None:
        """The exchange is done."""
        self._timer.cancel()

    def _shut(self) -> None:
        with self._lock:
            if self._socket is not None:
                with suppress(OSError):  # closed already: that is all this wants
                    self._socket.shutdown(SHUT_RDWR)


class HttpSender:
    """Over httpx. Thread-safe; each delivery has a connection of its own, which ends with it."""

    def __init__(self, *, timeout: float) -> None:
        self._timeout = timeout
        self._client = httpx.Client(
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
            follow_redirects=False,
            trust_env=False,
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=0),
        )

    def send(self, target: Target, body: bytes, headers: dict[str, str]) -> Answer:
        """One attempt; a slow or endless answer is cut off."""
        address = f"[{target.address}]" if ":" in target.address else target.address
        named = f"[{target.host}]" if ":" in target.host else target.host
        host = named if target.port in (80, 443) else f"{named}:{target.port}"
        deadline, size = _Deadline(self._timeout), 0
        request = self._client.build_request(
            "POST",
            f"{target.scheme}://{address}:{target.port}{target.path}",
            content=body,
            headers={
                **headers,
                "host": host,
                "content-type": "application/json",
                "user-agent": "mianshen-webhooks/1",
                "accept-encoding": "identity",
            },
            extensions={"sni_hostname": target.host, "trace": deadline.watch},
        )
        try:
            response = self._client.send(request, stream=True)
            try:
                for piece in response.iter_raw():  # as it comes: a full buffer may never fill
                    size += len(piece)
                    if size > MAX_ANSWER_BYTES or deadline.is_over:
                        break
            finally:
                response.close()
        except httpx.TimeoutException:
            return Answer(None, "接收方在限定时间内没有应答")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            if deadline.is_over:
                return Answer(None, "接收方在限定时间内没有应答")
            return Answer(None, f"连接接收方失败({type(error).__name__})")
        finally:
            deadline.end()
        return Answer(response.status_code, "", response.headers.get("retry-after"))

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()


def wait_of(retry_after: str | None, now: datetime) -> timedelta | None:
    """How long a Retry-After asks to wait, at most a day; None where it is absent or unreadable."""
    if not retry_after:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit() and len(text) < 9:
        return min(timedelta(seconds=int(text)), timedelta(days=1))
    try:
        moment = parsedate_to_datetime(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(timedelta(0), min(moment - now, timedelta(days=1)))
    except (ValueError, TypeError, OverflowError):  # no date, or one beyond the calendar
        return None
