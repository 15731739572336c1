"""Which scorer the service runs with: a registered model by its alias, an exported model's folder, or none."""

from pathlib import Path

import structlog

from api.settings import Settings
from matcher.ports import Scorer
from models.errors import ModelRefused
from models.registry import CHAMPION, fetch
from models.scorer import load_scorer

log = structlog.get_logger(__name__)

_REGISTERED = "mlflow:"  # mlflow:<folder of the tracking database>[@alias]


def scorer_of(settings: Settings) -> Scorer | None:
    """The scorer that `MIANSHEN_SCORER_URI` names. A model that may not be used is logged and left out: the rules' order serves instead."""
    place = settings.scorer_uri
    if not place:
        return None
    try:
        if place.startswith(_REGISTERED):
            folder, _, alias = place.removeprefix(_REGISTERED).partition("@")
            return fetch(folder=Path(folder), alias=alias or CHAMPION)
        return load_scorer(Path(place))
    except ModelRefused as refused:
        log.warning("scorer.refused", why=str(refused))
        return None
