from pathlib import Path

import pytest

from api.settings import Settings, SettingsRefused, load_settings, settings_table

STRONG = "k9Qz7-vT2mXe4Rb8wLp1Ns6Hd3Fg5Ja0Yc"


def test_defaults_serve_from_a_file_in_the_data_folder(tmp_path: Path) -> None:
    settings = load_settings({"MIANSHEN_DATA_DIR": str(tmp_path)})
    assert settings.database == f"sqlite:///{tmp_path}/mianshen.sqlite"
    assert not settings.is_production


@pytest.mark.parametrize("stray", ["MIANSHEN_DATABSE_URL", "MIANSHEN_", "MIANSHEN_FOO"])
def test_a_stray_stops_the_start_and_is_named(stray: str) -> None:
    with pytest.raises(SettingsRefused, match=stray):
        load_settings({stray: "x"})


def test_other_programs_variables_are_left_alone() -> None:
    load_settings({"PATH": "/bin", "MLFLOW_TRACKING_URI": "x"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MIANSHEN_ENV", "prod"),
        ("MIANSHEN_SESSION_IDLE_MINUTES", "soon"),
        ("MIANSHEN_MAX_BODY_BYTES", "1"),
        ("MIANSHEN_PUSH_TOP", "0"),
    ],
)
def test_a_wrong_value_is_named_with_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsRefused, match=name):
        load_settings({name: value})


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({}, "SECRET_KEY"),
        ({"MIANSHEN_SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"MIANSHEN_SECRET_KEY": "a" * 64}, "SECRET_KEY"),
        ({"MIANSHEN_SECRET_KEY": STRONG, "MIANSHEN_ADMIN_PASSWORD": "admin"}, "ADMIN_PASSWORD"),
        ({"MIANSHEN_SECRET_KEY": STRONG, "MIANSHEN_DATABASE_URL": "postgresql://mianshen:postgres@db/m"}, "DATABASE_URL"),
    ],
)
def test_production_refuses_default_secrets_and_passwords(given: dict[str, str], what: str) -> None:
    with pytest.raises(SettingsRefused, match=what):
        load_settings({"MIANSHEN_ENV": "production", **given})


def test_production_starts_with_secrets_of_its_own() -> None:
    settings = load_settings(
        {"MIANSHEN_ENV": "production", "MIANSHEN_SECRET_KEY": STRONG, "MIANSHEN_ADMIN_PASSWORD": "correct-horse-battery"}
    )
    assert settings.is_production
    assert STRONG not in repr(settings)


def test_a_refusal_never_shows_the_secret() -> None:
    with pytest.raises(SettingsRefused) as refused:
        load_settings({"MIANSHEN_ENV": "production", "MIANSHEN_SECRET_KEY": "hunter2-hunter2"})
    assert "hunter2" not in str(refused.value)


def test_the_development_key_is_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    settings = load_settings({"MIANSHEN_DATA_DIR": str(tmp_path)})
    assert settings.master_key() == settings.master_key()
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0


def test_the_table_names_every_setting_and_no_secret() -> None:
    table = settings_table()
    for name, info in Settings.model_fields.items():
        assert f"MIANSHEN_{name.upper()}" in table
        assert info.description


def test_settings_do_not_change(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="frozen"):
        load_settings({}).env = "production"  # type: ignore[misc]
