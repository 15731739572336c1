"""What a decision leaves behind so that it can be made again: the rule's hash, the profile as it was, the versions, the result."""

import json
import zlib
from collections.abc import Mapping
from decimal import Decimal
from importlib.metadata import version
from typing import Any

from api.canonical import canonical, sha256
from api.records import ProfileRecord
from features.catalogue import load_catalogue
from features.facts import Interval
from features.profile import EnterpriseProfile, profile_from_json, profile_to_json
from matcher.determination import Determination
from matcher.explain_json import explanation_to_json

_EXACT_DIGITS = 15  # what a double carries exactly
ENGINE_VERSION = f"mianshen-{version('mianshen')}"


def profile_record(profile: EnterpriseProfile) -> ProfileRecord:
    """The profile as canonical JSON, by its hash."""
    body = canonical(profile_to_json(profile))
    return ProfileRecord(sha256(body), profile.uscc, zlib.compress(body.encode(), 6))


def profile_of(record: ProfileRecord) -> EnterpriseProfile:
    """The profile as it was recorded."""
    return profile_from_json(json.loads(zlib.decompress(record.body)), load_catalogue())[0]


def result_of(determination: Determination) -> str:
    """Verdict and money as canonical JSON; amounts are exact decimal strings, `high` null where unbounded, both null where ineligible."""
    found = determination.benefit
    eligibility = determination.verdict.eligibility
    paid = None if eligibility == "ineligible" else found
    return canonical(
        {
            "status": eligibility,
            "low": None if paid is None else _plain(paid.low),
            "high": None if paid is None or paid.high is None else _plain(paid.high),
        }
    )


def _plain(amount: Any) -> str:
    return format(amount.normalize(), "f") if amount else "0"


def explanation_of(determination: Determination) -> str:
    """The whole reason as canonical JSON, figures shown: what a replay is compared with."""
    return canonical(explanation_to_json(determination, reveal=True))


def as_recorded(profile: EnterpriseProfile) -> EnterpriseProfile:
    """The profile as a replay will read it, so that what is decided now and what is decided then rest on the same values."""
    return profile if all(_survives(value) for value in profile.facts.values()) else profile_of(profile_record(profile))


def _survives(value: object) -> bool:
    """Whether a value comes back from JSON as it went: a number of up to 15 digits does, whatever else is no number too."""
    if isinstance(value, Decimal):
        return len(value.as_tuple().digits) <= _EXACT_DIGITS
    if isinstance(value, Interval):
        return _survives(value.low) and _survives(value.high)
    return all(_survives(v) for v in value.values()) if isinstance(value, Mapping) else True
