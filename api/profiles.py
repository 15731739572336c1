"""Profiles as the service reads them: from a store folder, or from a JSON-lines file in the contract's form. One by one, by credit code."""

import json
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import Protocol

from api.canonical import sha256
from features.catalogue import load_catalogue
from features.errors import SourceError
from features.profile import EnterpriseProfile, profile_from_json
from features.snapshot import open_snapshot
from features.store import open_store

_KEPT = 20_000


class ProfilesRefused(Exception):
    """Profiles that cannot be used; the message is Chinese."""


class ProfileSource(Protocol):
    """The profiles of one snapshot; every opened source is its own key in caches."""

    sha256: str
    as_of: date

    def __hash__(self) -> int: ...

    def usccs(self) -> Sequence[str]:
        """Every credit code, in a fixed order."""
        ...

    def profile(self, uscc: str) -> EnterpriseProfile | None:
        """One enterprise, or None where it is not in the snapshot."""
        ...


class JsonLines:
    """Profiles in one file, a profile a line; lines are parsed when they are asked for."""

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        self._places: dict[str, tuple[int, int]] = {}
        start, as_of = 0, None
        for line in self._data.split(b"\n"):
            end = start + len(line)
            if line.strip():
                head = json.loads(line)
                if not isinstance(head, dict) or not isinstance(head.get("uscc"), str) or not isinstance(head.get("facts"), dict):
                    raise ProfilesRefused(
                        f"企业档案文件第 {len(self._places) + 1} 行不是企业档案;应为含 uscc 与 facts 的 JSON 对象"
                    )
                as_of = as_of or head.get("as_of")
                self._places[head["uscc"]] = (start, end)
            start = end + 1
        self.sha256 = sha256(self._data)
        self.as_of = date.fromisoformat(as_of) if as_of else datetime.fromtimestamp(path.stat().st_mtime).date()
        self._kept: OrderedDict[str, EnterpriseProfile] = OrderedDict()

    def usccs(self) -> Sequence[str]:
        """In the file's order."""
        return tuple(self._places)

    def profile(self, uscc: str) -> EnterpriseProfile | None:
        """Parsed from its line; the ones asked for last are kept."""
        kept = self._kept.get(uscc)
        if kept is not None:
            return kept
        place = self._places.get(uscc)
        if place is None:
            return None
        profile, _ = profile_from_json(json.loads(self._data[place[0] : place[1]]), load_catalogue())
        self._kept[uscc] = profile
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return profile


class StoreFolder:
    """Profiles in a store of `features.store`; the ones asked for last are kept."""

    def __init__(self, folder: Path) -> None:
        snapshot = open_snapshot(folder)
        self.folder, self.snapshot = folder, snapshot
        self.sha256, self.as_of = snapshot.id, snapshot.as_of
        self._usccs: tuple[str, ...] = tuple(snapshot.column("uscc").to_pylist())
        self._store = open_store(folder)
        self._lock = Lock()
        self._kept: OrderedDict[str, EnterpriseProfile] = OrderedDict()

    def usccs(self) -> Sequence[str]:
        """In the snapshot's row order."""
        return self._usccs

    def profile(self, uscc: str) -> EnterpriseProfile | None:
        """From the newest snapshot of the store."""
        with self._lock:
            kept = self._kept.get(uscc)
            if kept is None:
                kept = self._store.profile(uscc)
                if kept is not None:
                    self._kept[uscc] = kept
                    if len(self._kept) > _KEPT:
                        self._kept.popitem(last=False)
            return kept


def open_profiles(path: Path) -> ProfileSource:
    """The profiles at `path`; raises ProfilesRefused where there are none."""
    if path.is_dir():
        try:
            return StoreFolder(path)
        except SourceError as error:
            raise ProfilesRefused(str(error)) from None
    if not path.is_file():
        raise ProfilesRefused(f"没有找到企业档案:{path.name};请核对路径")
    try:
        return JsonLines(path)
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise ProfilesRefused(f"企业档案文件 {path.name} 不是 UTF-8 的 JSON 行格式;请用 mianshen profiles 重新生成") from None


def in_chunks(usccs: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """The codes in runs of `size`."""
    for start in range(0, len(usccs), size):
        yield usccs[start : start + size]
