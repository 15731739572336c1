"""Where models are tracked and registered: MLflow on a database of its own, one registered name, served by its alias.

MLflow is imported inside the functions: it costs seconds, and a service that only reads an exported model never needs it.
"""

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from models.errors import ModelRefused
from models.scorer import CARD_FILE, MODEL_FILE, LightGBMScorer, load_scorer, save_scorer
from models.training import PARAMETERS, ROUNDS, Trained

NAME = "mianshen-scorer"
CHAMPION = "champion"
_ARTIFACTS = "scorer"


def tracking_uri(folder: Path) -> str:
    """The address of the tracking database in `folder`."""
    return f"sqlite:///{(folder / 'mlflow.sqlite').resolve()}"


def register(trained: Trained, *, folder: Path, alias: str = CHAMPION) -> str:
    """Log the run with parameters, figures, model and card, register the version and give it the alias; the version's number.

    Raises ModelRefused where the model is no better than chance, or worse than popularity: such a model gets no alias.
    """
    if not trained.is_worth_serving:
        raise ModelRefused("新模型的排序没有明显优于随机次序,或不如热门次序,不予登记;继续使用原有次序")
    client, experiment = _client(folder)
    run = client.create_run(experiment, run_name=trained.scorer.version)
    run_id = run.info.run_id
    for key, value in {**PARAMETERS, "rounds": ROUNDS}.items():
        client.log_param(run_id, key, value)
    for name, figure in _metrics(trained).items():
        client.log_metric(run_id, name, figure)
    with tempfile.TemporaryDirectory() as scratch:
        save_scorer(trained.scorer, Path(scratch))
        (Path(scratch) / "card.md").write_text(card_markdown(trained.scorer.card), "utf-8")
        client.log_artifacts(run_id, scratch, _ARTIFACTS)
    client.set_terminated(run_id)
    version = client.create_model_version(NAME, f"{run.info.artifact_uri}/{_ARTIFACTS}", run_id)
    client.set_registered_model_alias(NAME, alias, version.version)
    return str(version.version)


def fetch(*, folder: Path, alias: str = CHAMPION) -> LightGBMScorer:
    """The model under the alias. Raises ModelRefused where there is none or it may not be used."""
    from mlflow.artifacts import download_artifacts
    from mlflow.exceptions import MlflowException

    client, _ = _client(folder)
    try:
        version = client.get_model_version_by_alias(NAME, alias)
        local = download_artifacts(run_id=version.run_id, artifact_path=_ARTIFACTS, tracking_uri=tracking_uri(folder))
    except MlflowException:
        raise ModelRefused(f"模型登记处没有别名为“{alias}”的排序模型;将按规则次序排序") from None
    return load_scorer(Path(local))


def export(target: Path, *, folder: Path, alias: str = CHAMPION) -> Path:
    """Copy the aliased model into `target` as text and card, for a service that runs without MLflow."""
    save_scorer(fetch(folder=folder, alias=alias), target)
    return target


def _client(folder: Path) -> tuple[Any, str]:
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    folder.mkdir(parents=True, exist_ok=True)
    client = MlflowClient(tracking_uri=tracking_uri(folder), registry_uri=tracking_uri(folder))
    experiment = client.get_experiment_by_name(NAME)
    identifier = (
        experiment.experiment_id if experiment else client.create_experiment(NAME, (folder / "artifacts").resolve().as_uri())
    )
    try:
        client.get_registered_model(NAME)
    except MlflowException:
        client.create_registered_model(NAME)
    return client, str(identifier)


def _metrics(trained: Trained) -> dict[str, float]:
    quality = {k: float(v) for k, v in trained.scorer.card["quality"].items()}
    sides = (("random", trained.against_random), ("popularity", trained.against_popularity), ("lambdarank", trained.challenger))
    return quality | {f"ndcg3_vs_{name}_{k}": float(v) for name, c in sides for k, v in asdict(c).items()}


def card_markdown(card: dict[str, Any]) -> str:
    """The model card for people."""
    quality, data = card["quality"], card["data"]
    lines = [
        f"# 排序模型 {card['version']}",
        "",
        f"- 用途:{card['intended_use']}",
        f"- 数据:{data['pairs']} 次推送、{data['applied']} 次申报,{data['from']} 至 {data['to']};其中合成响应占 {data['synthetic_share']:.0%}",
        f"- 检验(最近 20 % 的推送日,训练时未见):AUC {quality['auc']:.3f},Brier {quality['brier']:.4f},NDCG@3 {quality['ndcg_at_3']:.3f}",
        *(
            f"- NDCG@3 {name}:{c['mean_a']:.3f} 对 {c['mean_b']:.3f},差 {c['difference']:+.3f}(95 % 区间 {c['low']:+.3f} 至 {c['high']:+.3f},{c['enterprises']} 家企业)"
            for name, c in card["ndcg_at_3"].items()
        ),
        *(f"- 局限:{limit}" for limit in card["known_limits"]),
        f"- 特征:{'、'.join(card['features'])}(清单校验值 {card['features_sha256'][:12]})",
        f"- 文件:{MODEL_FILE}、{CARD_FILE}",
    ]
    return "\n".join(lines) + "\n"
