"""The whole city as a crowd for simulations: a snapshot's columns stay mapped, a small file of profiles is read once."""

from functools import lru_cache

from api.errors import Conflict
from api.profiles import ProfileSource, StoreFolder
from matcher.columns import Table
from matcher.crowd import Crowd, ProfileCrowd
from matcher.simulate_columns import ColumnCrowd

MAX_PROFILES = 10_000


@lru_cache(maxsize=1)
def crowd_of(source: ProfileSource) -> Crowd:
    """The enterprises of a source; the last source's crowd is kept. Raises Conflict for a file of more than `MAX_PROFILES`."""
    if isinstance(source, StoreFolder):
        return ColumnCrowd(Table(source.snapshot.table()))
    codes = source.usccs()
    if len(codes) > MAX_PROFILES:
        raise Conflict(
            "CROWD_TOO_LARGE",
            f"档案文件有 {len(codes)} 家企业,超过逐家模拟的上限 {MAX_PROFILES} 家;请改用“mianshen profiles”生成的档案库(文件夹)后再模拟",
        )
    return ProfileCrowd([profile for code in codes if (profile := source.profile(code)) is not None])
