"""Every setting, typed and documented. Nothing else reads the environment.

Those of one matter stand together: of models in ``settings_models.py``, of Telegram in ``settings_telegram.py``, of
chats in ``settings_chats.py``. How values are written stands in ``settings_values.py``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values
from pydantic import AliasChoices, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.hosts import is_this_host
from bot.settings_chats import ChatSettings
from bot.settings_invalid import PREFIX, SettingsInvalid
from bot.settings_models import ModelSettings
from bot.settings_telegram import TelegramSettings
from bot.settings_values import Bearer, Bindable, Folder, LongToken, ProxyUrl

__all__ = ["Settings"]

_FILE = ".env"


def _unknown(known: set[str]) -> Iterator[tuple[str, str]]:
    """Names with our prefix that set nothing: slips of the pen, which would otherwise leave a default in force."""
    given = {name.upper() for name in (*os.environ, *dotenv_values(_FILE, interpolate=False))}
    for name in sorted(name for name in given - known if name.startswith(PREFIX)):
        near = get_close_matches(name, known, n=1, cutoff=0.8)
        yield name, f"there is no such setting{f'; {near[0]} is the nearest' if near else ''}"


def _variable(name: str, field: FieldInfo) -> str:
    alias = field.validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"{PREFIX}{name.upper()}"


class Settings(ModelSettings, TelegramSettings, ChatSettings, BaseSettings):
    """Read from the environment and ``.env``; the environment wins."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        populate_by_name=True,
        allow_inf_nan=False,
    )

    data_dir: Folder = Field(Path("data"), description="Folder for the database and media.")
    database_url: str | None = Field(
        None, repr=False, description="SQLAlchemy URL; default is SQLite in the data folder (sqlite:///...)."
    )
    database_sync: Literal["normal", "full"] = Field(
        "normal", description="SQLite synchronous mode: normal survives a killed process, full also a power cut."
    )

    proxy: ProxyUrl | None = Field(
        None, repr=False, description="Proxy URL for Telegram and model downloads (http:// or socks5://)."
    )

    http: bool = Field(True, description="Serve the web chat.")
    http_host: Bindable = Field(
        "127.0.0.1", description="Address the web chat listens on; beyond this host needs a token."
    )
    http_port: int = Field(8080, ge=0, le=65535, description="Port of the web chat; 0 takes any that is free.")
    http_token: LongToken = Field(
        None,
        validate_default=True,
        description="What people enter to use the web chat; needed when it listens beyond this host.",
    )
    metrics_token: Bearer = Field(
        None,
        description="What GET /metrics is asked with; unset: http_token, and without either only this host asks.",
    )

    workers: int | None = Field(
        None,
        ge=1,
        le=256,
        description="Chats answered at the same time; unset: 32 where the language model is asked over HTTP, "
        "8 where it runs here. Of turns with photos, recordings or files at most eight are.",
    )
    attempts: int = Field(4, ge=1, le=20, description="Tries of a turn before it becomes a dead letter.")
    backoff: float = Field(1.0, gt=0, le=60, description="Seconds before the second try; doubles with every further.")
    sense_deadline: float = Field(
        60.0,
        gt=0,
        description="Seconds a sense may take before it is late; recordings have half their length more.",
    )
    answer_deadline: float = Field(120.0, gt=0, description="Seconds the language model may take for one answer.")
    max_media_mb: int = Field(20, ge=1, le=2000, description="Largest photo or recording taken in, in megabytes.")
    max_audio_minutes: float = Field(15.0, gt=0, description="Longest recording listened to, in minutes.")
    max_image_megapixels: float = Field(50.0, gt=0, description="Largest image decoded, in megapixels.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="What the log shows.")
    langsmith: bool = Field(
        False, description="Let LangSmith trace; sends conversations to a third party, so off unless asked."
    )

    @field_validator("http_token")
    @classmethod
    def _guards(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None and not is_this_host(info.data.get("http_host", "localhost")):
            raise ValueError("should be set, since PARLEY_HTTP_HOST lets others reach the web chat")
        return value

    @classmethod
    def read(cls) -> Settings:
        """From the environment and ``.env``. Raises SettingsInvalid."""
        try:
            settings = cls()
            unknown = list(_unknown({_variable(name, field) for name, field in cls.model_fields.items()}))
        except ValidationError as error:
            raise SettingsInvalid.of(error) from None  # the original shows the values
        except UnicodeDecodeError:
            raise SettingsInvalid(f"{_FILE}: should be text in UTF-8") from None
        except OSError as error:
            raise SettingsInvalid(f"{_FILE}: {error.strerror}") from error
        if unknown:
            raise SettingsInvalid.told(unknown)
        return settings

    @property
    def url(self) -> str:
        """The database's URL, SQLite in the data folder by default."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'parley.db').resolve()}"

    @property
    def media_dir(self) -> Path:
        return self.data_dir / "media"
