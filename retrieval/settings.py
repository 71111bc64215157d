"""What an operator sets, read once at an entry point: the only reader of the environment here.

Each field carries its default, its unit in its name and a line of help; `.env.example` and the
docs are checked against them by a test.
"""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from retrieval.errors import SettingsError
from retrieval.records import InDoubt


class RetrievalSettings(BaseSettings):
    """Settings of everything from article to answer."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    data_dir: Path = Field(
        default=Path("data"),
        validation_alias="KABAR_DATA_DIR",
        description="Where the library and the unpacked model are kept.",
    )
    embedding_model: str = Field(
        default="bundled",
        validation_alias="KABAR_EMBEDDING_MODEL",
        description="`bundled`, the name of a sentence-transformers model on a hub, or a folder.",
    )
    model_dir: Path | None = Field(
        default=None,
        validation_alias="KABAR_MODEL_DIR",
        description="Where the bundled model is unpacked; `models` below the data folder.",
    )
    model_threads: int = Field(
        default=0,
        ge=0,
        validation_alias="KABAR_MODEL_THREADS",
        description="Threads that the model computes with; 0 has one for each core.",
    )
    reader: Literal["off", "on"] = Field(
        default="on",
        validation_alias="KABAR_READER",
        description="`off` lets search answer alone: faster, less sure, no answer is marked.",
    )
    max_file_megabytes: int = Field(
        default=20,
        gt=0,
        validation_alias="KABAR_MAX_FILE_MEGABYTES",
        description="Larger article files are refused; .jsonl is read by the line, without limit.",
    )
    contact: str = Field(
        default="",
        validation_alias="KABAR_CONTACT",
        description="How the sites that are read can reach you: part of the User-Agent.",
    )
    keep_days: int = Field(
        default=365,
        ge=0,
        validation_alias="KABAR_KEEP_DAYS",
        description="Older articles are deleted with all that is known of them; 0 keeps all.",
    )
    fetch_pause_seconds: float = Field(
        default=1.0,
        ge=0,
        validation_alias="KABAR_FETCH_PAUSE_SECONDS",
        description="The least time between two requests to one host.",
    )
    max_fetches: int = Field(
        default=16,
        gt=0,
        le=256,
        validation_alias="KABAR_MAX_FETCHES",
        description="How many addresses are fetched at once, each from another host.",
    )
    max_fetch_seconds: float = Field(
        default=20,
        gt=0,
        validation_alias="KABAR_MAX_FETCH_SECONDS",
        description="How long fetching one address may take, with all redirects.",
    )
    max_fetch_megabytes: float = Field(
        default=10,
        gt=0,
        validation_alias="KABAR_MAX_FETCH_MEGABYTES",
        description="What is larger, unpacked, is given up.",
    )
    allow_private: bool = Field(
        default=False,
        validation_alias="KABAR_ALLOW_PRIVATE",
        description="Whether addresses of this machine and its network may be read: intranets.",
    )
    timezone: str = Field(
        default="UTC",
        validation_alias="KABAR_TIMEZONE",
        description="The time zone of whoever has chosen none, like Asia/Jakarta.",
    )
    digest_time: time = Field(
        default=time(7),
        validation_alias="KABAR_DIGEST_TIME",
        description="When the digest of whoever has chosen no time comes, by their clock.",
    )
    digest_max_delay_hours: float = Field(
        default=6,
        gt=0,
        le=24,
        validation_alias="KABAR_DIGEST_MAX_DELAY_HOURS",
        description="A digest that could not be sent by then is not sent any more.",
    )
    in_doubt: InDoubt = Field(
        default=InDoubt.SKIP,
        validation_alias="KABAR_IN_DOUBT",
        description="`skip` or `resend` a digest of which nobody knows whether it arrived.",
    )
    log_format: Literal["text", "json"] = Field(
        default="text",
        validation_alias="KABAR_LOG_FORMAT",
        description="`text` for people, `json` for machines.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO",
        validation_alias="KABAR_LOG_LEVEL",
        description="The least serious messages logged; unset, only `run` shows more than WARNING.",
    )

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:  # none, a strange path, a folder
            raise ValueError("no such time zone; one is called Asia/Jakarta, say") from error
        return name

    @property
    def models_folder(self) -> Path:
        """The folder below which the bundled model is unpacked."""
        return self.model_dir or self.data_dir / "models"

    @classmethod
    def from_env(cls, **overrides: Any) -> Self:
        """Read the environment and `.env`.

        Args:
            **overrides: Values that win over both, by their names in the environment.

        Raises:
            SettingsError: A value makes no sense; the text names it.
        """
        try:
            return cls(**overrides)
        except ValidationError as error:
            raise SettingsError(describe_validation(error)) from None


def describe_validation(error: ValidationError) -> str:
    """Return one sentence that names each bad setting, without the values (one may be secret)."""
    problems = [
        f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}" for detail in error.errors()
    ]
    return "Settings that make no sense: " + "; ".join(problems) + ". See .env.example."
