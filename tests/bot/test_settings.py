"""Settings: read once, named when wrong, and the token a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import TELEGRAM, BotSettings
from retrieval.errors import SettingsError

TOKEN = "123456789:" + "A" * 35


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name, field in BotSettings.model_fields.items():
        monkeypatch.delenv(str(field.validation_alias or name), raising=False)


def test_nothing_has_to_be_set() -> None:
    settings = BotSettings.from_env()
    assert settings.token is None
    assert settings.api_base_url == TELEGRAM
    assert settings.admin_ids == frozenset()
    assert not settings.is_local


def test_the_environment_and_the_env_file_are_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(
        f"TELEGRAM_BOT_TOKEN={TOKEN}\nKABAR_ADMIN_IDS=1, 2,\nKABAR_DATA_DIR=/x\nOTHER=1\n"
        "KABAR_MAX_WAITING=\n"
    )
    monkeypatch.setenv("TELEGRAM_API_BASE_URL", "http://127.0.0.1:1/bot")
    settings = BotSettings.from_env()
    assert settings.token is not None
    assert settings.token.get_secret_value() == TOKEN
    assert settings.admin_ids == {1, 2}
    assert settings.is_local
    assert settings.retrieval.data_dir == Path("/x")
    assert settings.max_waiting == 1000


def test_the_token_is_in_no_repr() -> None:
    settings = BotSettings.from_env(TELEGRAM_BOT_TOKEN=f" {TOKEN}\n")
    assert settings.token is not None
    assert settings.token.get_secret_value() == TOKEN
    assert TOKEN not in f"{settings!r} {settings} {settings.model_dump()} {settings.token!r}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_BOT_TOKEN", f"{TOKEN}/getMe"),
        ("TELEGRAM_API_BASE_URL", "api.telegram.org/bot"),
        ("KABAR_ADMIN_IDS", "me"),
        ("KABAR_POLL_TIMEOUT_SECONDS", "51"),
        ("KABAR_MAX_IN_FLIGHT", "0"),
        ("KABAR_STALL_SECONDS", "5"),
    ],
)
def test_what_makes_no_sense_is_named_and_its_value_is_not(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        BotSettings.from_env(**{name: value})
    assert name in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_every_setting_says_what_it_is_for() -> None:
    for name, field in BotSettings.model_fields.items():
        assert field.description, name
        assert str(field.validation_alias).startswith(("KABAR_", "TELEGRAM_")), name
