"""What an operator sets for the bot, read once at an entry point; the rest is retrieval's.

Each field carries its default, its unit in its name and a line of help. The token is a secret:
no repr, log line or error shows it.
"""

from __future__ import annotations

import os
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import (
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from retrieval.errors import SettingsError
from retrieval.settings import RetrievalSettings, describe_validation

# python-telegram-bot is to give times as timedelta, as its next major version will. Without
# this it warns whenever Telegram asks for a pause, in the middle of raising RetryAfter.
os.environ.setdefault("PTB_TIMEDELTA", "true")

TELEGRAM = "https://api.telegram.org/bot"


class BotSettings(BaseSettings):
    """Settings of everything between Telegram and the library."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    token: SecretStr | None = Field(
        default=None,
        validation_alias="TELEGRAM_BOT_TOKEN",
        description="The bot's token, from @BotFather. Without it `kabar run` has no bot to be.",
    )
    api_base_url: str = Field(
        default=TELEGRAM,
        validation_alias="TELEGRAM_API_BASE_URL",
        description="The Bot API to talk to, up to where the token follows.",
    )
    admin_ids: Annotated[frozenset[int], NoDecode] = Field(
        default=frozenset(),
        validation_alias="KABAR_ADMIN_IDS",
        description="Telegram user ids of the bot's admins, separated by commas.",
    )
    poll_timeout_seconds: int = Field(
        default=30,
        ge=1,
        le=50,
        validation_alias="KABAR_POLL_TIMEOUT_SECONDS",
        description="How long one getUpdates waits for somebody to speak; Telegram allows 50.",
    )
    stall_seconds: float = Field(
        default=90,
        gt=0,
        validation_alias="KABAR_STALL_SECONDS",
        description="A getUpdates that has not finished by then is given up and made again.",
    )
    conflict_seconds: float = Field(
        default=10,
        ge=0,
        validation_alias="KABAR_CONFLICT_SECONDS",
        description="How long another process may poll with our token before this one ends.",
    )
    shutdown_seconds: float = Field(
        default=2,
        ge=0,
        le=3.5,
        validation_alias="KABAR_SHUTDOWN_SECONDS",
        description="How long answers under way may take when the bot is told to end.",
    )
    max_in_flight: int = Field(
        default=64,
        gt=0,
        validation_alias="KABAR_MAX_IN_FLIGHT",
        description="How many messages are handled at once, each from another chat.",
    )
    max_waiting: int = Field(
        default=1_000,
        gt=0,
        validation_alias="KABAR_MAX_WAITING",
        description="How many messages wait in memory; beyond, polling pauses, nothing is lost.",
    )
    max_sends_in_flight: int = Field(
        default=8,
        gt=0,
        le=24,
        validation_alias="KABAR_MAX_SENDS_IN_FLIGHT",
        description="How many sends are under way at once; a crash may repeat as many.",
    )
    max_question_characters: int = Field(
        default=1_000,
        gt=0,
        validation_alias="KABAR_MAX_QUESTION_CHARACTERS",
        description="What of a longer question is searched for.",
    )

    questions_per_minute: int = Field(
        default=20,
        ge=1,
        validation_alias="KABAR_QUESTIONS_PER_MINUTE",
        description="How many questions a person, or all in a group, may ask in a minute.",
    )
    questions_per_day: int = Field(
        default=300,
        ge=1,
        validation_alias="KABAR_QUESTIONS_PER_DAY",
        description="How many questions a person may ask in a day (UTC).",
    )

    _retrieval: RetrievalSettings = PrivateAttr(default_factory=RetrievalSettings)

    @property
    def retrieval(self) -> RetrievalSettings:
        """The settings of the library behind the bot."""
        return self._retrieval

    @property
    def is_local(self) -> bool:
        """Whether the Bot API is on this machine, where no proxy may come between."""
        return urlsplit(self.api_base_url).hostname in ("127.0.0.1", "::1", "localhost")

    @field_validator("token")
    @classmethod
    def _token_fits_into_an_address(cls, token: SecretStr | None) -> SecretStr | None:
        """Refuse what would break the address, and with it show up in an error about it."""
        if token is None:
            return None
        value = token.get_secret_value().strip()
        if not value or not all(character.isalnum() or character in ":_-" for character in value):
            raise ValueError("this is no bot token; @BotFather gives one like 123456:ABC-DEF")
        return SecretStr(value)

    @field_validator("api_base_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"an http(s) address is needed, like {TELEGRAM}")
        return url

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return frozenset(part.strip() for part in value.split(",") if part.strip())

    @model_validator(mode="after")
    def _a_quiet_poll_is_no_stall(self) -> Self:
        if self.stall_seconds <= self.poll_timeout_seconds:
            raise ValueError(
                "KABAR_STALL_SECONDS must be more than KABAR_POLL_TIMEOUT_SECONDS: "
                "a poll that nobody answers takes that long"
            )
        return self

    @classmethod
    def from_env(cls, **overrides: Any) -> Self:
        """Read the environment and `.env`, the library's settings with them.

        Args:
            **overrides: Values that win over both, by their names in the environment.

        Raises:
            SettingsError: A value makes no sense; the text names it.
        """
        retrieval = RetrievalSettings.from_env(**overrides)
        try:
            settings = cls(**overrides)
        except ValidationError as error:
            raise SettingsError(describe_validation(error)) from None
        settings._retrieval = retrieval
        return settings


def language_of_terminal() -> str:
    """Return the language that a terminal is set to, ISO 639-1; English where to none."""
    named = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next((name for name in named if name), "")
    language = locale.partition(".")[0].partition("_")[0].lower()
    return "en" if language in ("", "c", "posix") else language
