import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from api.channels.guard import Target
from api.channels.sender import HttpSender


@contextmanager
def _receiver(behave: Callable[[socket.socket], None]) -> Iterator[Target]:
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(5)

    def serve() -> None:
        try:
            connection, _ = server.accept()
            connection.settimeout(5)
            with connection:
                connection.recv(65536)
                behave(connection)
        except OSError:
            return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield Target("http", "hooks.example.com", server.getsockname()[1], "127.0.0.1", "/in")
    server.close()
    thread.join(timeout=6)


def _send(behave: Callable[[socket.socket], None], timeout: float = 2.0):  # type: ignore[no-untyped-def]
    sender = HttpSender(timeout=timeout)
    with _receiver(behave) as target:
        started = time.monotonic()
        answer = sender.send(target, b"{}", {"webhook-id": "msg_1"})
        took = time.monotonic() - started
    sender.close()
    return answer, took


def test_the_request_goes_to_the_pinned_address_under_the_hosts_name() -> None:
    seen: list[bytes] = []

    def behave(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    sender = HttpSender(timeout=2)
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            seen.append(connection.recv(65536))
            behave(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    port = server.getsockname()[1]
    answer = sender.send(Target("http", "hooks.example.com", port, "127.0.0.1", "/in?x=1"), b"{}", {"webhook-id": "msg_1"})
    thread.join(timeout=5)
    server.close()
    sender.close()
    assert answer.status == 204
    assert answer.is_success
    assert seen[0].startswith(b"POST /in?x=1 HTTP/1.1\r\n")
    assert f"host: hooks.example.com:{port}".encode() in seen[0].lower()


def test_a_redirect_is_not_followed_and_is_no_success() -> None:
    answer, _ = _send(lambda c: c.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"))
    assert answer.status == 302
    assert not answer.is_success


def test_an_endless_answer_is_cut_off() -> None:
    def flood(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        try:
            for _ in range(4096):
                connection.sendall(b"x" * 65536)
        except OSError:
            return

    answer, took = _send(flood)
    assert answer.status == 200
    assert took < 2


def test_a_receiver_that_drips_is_given_up_in_time() -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        try:
            for _ in range(40):
                connection.sendall(b"x")
                time.sleep(0.1)
        except OSError:
            return

    _, took = _send(drip, timeout=0.5)
    assert took < 2


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\n"])
def test_a_receiver_whose_headers_drip_is_given_up_in_time(head: bytes) -> None:
    beats: list[float] = []

    def drip(connection: socket.socket) -> None:
        connection.sendall(head)
        try:
            for n in range(40):
                connection.sendall(f"x-{n}: 1\r\n".encode() if head else b"HTTP/1.1 200 OK"[n : n + 1])
                beats.append(time.monotonic())
                time.sleep(0.1)
        except OSError:
            return

    answer, took = _send(drip, timeout=0.5)
    assert answer.status is None
    assert "限定时间" in answer.error
    assert took < 2
    assert len(beats) < 40  # the connection was shut, not left to run out


@pytest.mark.parametrize("words", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Le"])
def test_a_connection_that_breaks_is_a_failure_and_no_crash(words: bytes) -> None:
    answer, _ = _send(lambda c: c.sendall(words))
    assert answer.status is None
    assert answer.error


def test_silence_is_a_failure_after_the_time_out() -> None:
    answer, took = _send(lambda c: time.sleep(1.0), timeout=0.3)
    assert answer.status is None
    assert took < 1.5


def test_nobody_listening_is_a_failure() -> None:
    sender = HttpSender(timeout=1)
    assert sender.send(Target("http", "x", 1, "127.0.0.1", "/"), b"{}", {}).status is None
    sender.close()
