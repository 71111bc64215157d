"""Settings: read once, documented where people look, named when they make no sense."""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.settings import BotSettings
from retrieval.errors import SettingsError
from retrieval.settings import RetrievalSettings

ROOT = Path(__file__).parents[1]
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")

SETTINGS = {
    str(field.validation_alias): field
    for settings in (BotSettings, RetrievalSettings)
    for field in settings.model_fields.values()
}


def default(field: FieldInfo) -> str:
    """Return a default as a person would write it; nothing where there is none."""
    value = field.default
    if value is None or isinstance(value, (SecretStr, frozenset)):
        return ""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value)


def test_the_example_names_exactly_the_settings_there_are() -> None:
    assert sorted(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.M)) == sorted(SETTINGS)


def test_the_operators_page_names_exactly_the_settings_there_are() -> None:
    assert sorted(re.findall(r"^\| `([A-Z_]+)`", OPERATING, re.M)) == sorted(SETTINGS)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_documented_with_its_default_and_its_help(name: str) -> None:
    field = SETTINGS[name]
    value = default(field)
    assert f"# {field.description}\n#{name}={value}\n" in EXAMPLE
    shown = f"`{value}`" if value else ""
    assert f"| `{name}` | {shown} | {field.description} |\n" in OPERATING


def test_the_example_sets_nothing() -> None:
    assert [line for line in EXAMPLE.splitlines() if line and not line.startswith("#")] == []


def test_nothing_has_to_be_set() -> None:
    settings = RetrievalSettings.from_env()
    assert settings.data_dir == Path("data")
    assert settings.models_folder == Path("data/models")
    assert settings.embedding_model == "bundled"


def test_the_command_line_wins_over_the_environment_and_it_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("KABAR_DATA_DIR=file\nKABAR_LOG_FORMAT=json\nKABAR_MODEL_DIR=\n")
    monkeypatch.setenv("KABAR_DATA_DIR", "environment")
    assert RetrievalSettings.from_env().data_dir == Path("environment")
    settings = RetrievalSettings.from_env(KABAR_DATA_DIR="given")
    assert settings.data_dir == Path("given")
    assert settings.log_format == "json"
    assert settings.models_folder == Path("given/models")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KABAR_MAX_FILE_MEGABYTES", "0"),
        ("KABAR_LOG_FORMAT", "yaml"),
        ("KABAR_LOG_LEVEL", "LOUD"),
    ],
)
def test_what_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        RetrievalSettings.from_env(**{name: value})


def test_a_time_zone_that_does_not_exist_is_named() -> None:
    with pytest.raises(SettingsError, match=r"KABAR_TIMEZONE.*Asia/Jakarta"):
        RetrievalSettings.from_env(KABAR_TIMEZONE="Atlantis")
