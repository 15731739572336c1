"""A webhook receiver on this machine: checks each message's signature, counts it once by its id, answers 204."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Self

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

_MOST_BYTES = 64 * 1024


class Receiver:
    """`with Receiver() as receiver:` listens on a free port of 127.0.0.1; `messages` are the bodies by webhook-id."""

    def __init__(self) -> None:
        self.messages: dict[str, bytes] = {}
        self.refused = 0
        self._secret = ""
        self._lock = Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """Where to send to."""
        return f"http://127.0.0.1:{self._server.server_port}/mianshen"

    def trust(self, secret: str) -> None:
        """Accept messages signed with this secret."""
        self._secret = secret

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, headers: dict[str, str], body: bytes) -> bool:
        """Whether the message is signed as it should be; a second copy of it changes nothing."""
        try:
            Webhook(self._secret).verify(body, headers)
        except (WebhookVerificationError, RuntimeError):
            with self._lock:
                self.refused += 1
            return False
        with self._lock:
            self.messages[headers["webhook-id"]] = body
        return True

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(min(int(self.headers.get("content-length", "0")), _MOST_BYTES))
                taken = receiver.take({k.lower(): v for k, v in self.headers.items()}, body)
                self.send_response(204 if taken else 401)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Keep quiet: the demo prints its own lines."""

        return Handler
