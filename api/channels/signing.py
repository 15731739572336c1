"""Signing webhooks after Standard Webhooks 1.0 (symmetric `v1`): what a receiver's library checks."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

SECRET_PREFIX = "whsec_"
BOTH_SECRETS_FOR = timedelta(days=1)


def endpoint_secret(master: bytes, endpoint_id: str, version: int) -> str:
    """The endpoint's secret, derived and therefore kept nowhere: 32 bytes, as `whsec_` and base64."""
    key = hmac.new(master, f"webhook:{endpoint_id}:{version}".encode(), hashlib.sha256).digest()
    return SECRET_PREFIX + base64.b64encode(key).decode()


def secrets_in_use(master: bytes, endpoint_id: str, version: int, rotated_at: datetime | None, now: datetime) -> tuple[str, ...]:
    """The endpoint's secret, and for a day after a rotation the one before it."""
    both = rotated_at is not None and now - rotated_at < BOTH_SECRETS_FOR
    return tuple(endpoint_secret(master, endpoint_id, v) for v in ((version, version - 1) if both else (version,)))


def signed_headers(message_id: str, body: bytes, at: datetime, secrets: tuple[str, ...]) -> dict[str, str]:
    """The three headers; one signature for each secret, so that a rotation loses no message."""
    timestamp = str(int(at.timestamp()))
    content = f"{message_id}.{timestamp}.".encode() + body
    signatures = [
        "v1,"
        + base64.b64encode(hmac.new(base64.b64decode(s.removeprefix(SECRET_PREFIX)), content, hashlib.sha256).digest()).decode()
        for s in secrets
    ]
    return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": " ".join(signatures)}
