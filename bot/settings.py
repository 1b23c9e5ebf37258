"""Every setting, typed and documented in one place. Nothing else reads the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import platformdirs
from dotenv import dotenv_values
from pydantic import AliasChoices, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.hosts import is_address, is_this_host
from bot.settings_invalid import PREFIX, SettingsInvalid

__all__ = ["Settings"]

_FILE = ".env"
_SEPARATORS = re.compile(r"[\s,;\uff0c\uff1b]+")
_ADMITTED = re.compile(r"@?\w[\w.+-]*|-\d+")  # a username, or an id: those of groups are negative
_SHORTEST_TOKEN = 12  # characters
Apart = Literal["gpu", "all", "none", "asr", "caption", "vqa", "ocr", "sentiment", "emotion", "langid", "embeddings"]
_PROXIES = {"http", "https", "socks5", "socks5h"}


def _unknown(known: set[str]) -> Iterator[tuple[str, str]]:
    """Names with our prefix that set nothing: slips of the pen, which would otherwise leave a default in force."""
    given = {name.upper() for name in (*os.environ, *dotenv_values(_FILE, interpolate=False))}
    for name in sorted(name for name in given - known if name.startswith(PREFIX)):
        near = get_close_matches(name, known, n=1, cutoff=0.8)
        yield name, f"there is no such setting{f'; {near[0]} is the nearest' if near else ''}"


def _variable(name: str, field: FieldInfo) -> str:
    alias = field.validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"{PREFIX}{name.upper()}"


def _is_url(text: str, schemes: set[str]) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, brackets that do not close
        return False


class Settings(BaseSettings):
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

    profile: str = Field("embedded", description="Named set of models; see `python -m bot models list`.")
    profiles: Path | None = Field(None, description="TOML file of your own profiles, added to ours or instead of them.")
    remote_url: str | None = Field(
        None, description="Host of the profile `remote`: http://host:port/v1#model, as in `openai:` references."
    )
    asr: str | None = Field(None, description="Model reference for speech to text; overrides the profile's.")
    caption: str | None = Field(None, description="Model reference for captions; overrides the profile's.")
    vqa: str | None = Field(None, description="Model reference for visual question answering; overrides the profile's.")
    ocr: str | None = Field(None, description="Model reference for reading text in images; overrides the profile's.")
    llm: str | None = Field(None, description="Model reference for the language model; overrides the profile's.")

    sentiment: str | None = Field(None, description="Model reference for the mood of texts; overrides the profile's.")
    emotion: str | None = Field(None, description="Model reference for emotion in voices; overrides the profile's.")
    langid: str | None = Field(None, description="Model reference for naming languages; overrides the profile's.")
    embeddings: str | None = Field(None, description="Model reference for text embeddings; overrides the profile's.")
    api_keys: Annotated[Mapping[str, SecretStr], NoDecode] = Field(
        {},
        description="Keys of OpenAI-compatible hosts, `host=key` with commas between; each is sent to its host alone.",
    )

    placement: Literal["share", "spread"] = Field(
        "share",
        description="`share`: models take as few GPUs as needed; `spread`: each the GPU with the most room.",
    )
    gpus: Annotated[tuple[int, ...] | None, NoDecode] = Field(
        None, description="Numbers of the GPUs that models may use, with commas between; `none`: no GPU; unset: all."
    )
    vram_gb: float | None = Field(
        None, gt=0, description="Memory of each GPU for models, in gigabytes; unset: what is free at start."
    )
    ram_gb: float | None = Field(
        None, gt=0, description="Memory of the machine for models, in gigabytes; unset: what is free at start."
    )
    threads: int | None = Field(
        None, ge=1, description="Cores that the engines of models use; unset: all that this process may use."
    )
    idle_minutes: float | None = Field(
        None, gt=0, description="Minutes without work after which a model leaves memory until it is asked again."
    )

    data_dir: Path = Field(Path("data"), description="Folder for the database and media.")
    models_dir: Path = Field(
        Path(platformdirs.user_cache_dir("parley")) / "models",
        description="Folder for model files, shared by every checkout of this user.",
    )
    database_url: str | None = Field(
        None, repr=False, description="SQLAlchemy URL; default is SQLite in the data folder (sqlite:///...)."
    )
    database_sync: Literal["normal", "full"] = Field(
        "normal", description="SQLite synchronous mode: normal survives a killed process, full also a power cut."
    )

    access: Annotated[tuple[str, ...] | None, NoDecode] = Field(
        None,
        description="`open`, or ids and usernames with commas or spaces between; unset denies all but the terminal.",
    )
    proxy: str | None = Field(
        None, repr=False, description="Proxy URL for Telegram and model downloads (http:// or socks5://)."
    )

    hf_endpoint: str = Field(
        "https://huggingface.co",
        validation_alias=AliasChoices("HF_ENDPOINT", "hf_endpoint"),
        description="Model hub, or a mirror that serves the same paths.",
    )
    hf_hub_offline: bool = Field(
        False,
        validation_alias=AliasChoices("HF_HUB_OFFLINE", "hf_hub_offline"),
        description="Never ask a model hub; models then come from packages alone.",
    )

    hf_token: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("HF_TOKEN", "hf_token"),
        description="Token for gated and private repositories of the model hub; sent to HF_ENDPOINT alone.",
    )
    hub: Literal["huggingface", "modelscope"] = Field(
        "huggingface", description="Which model hub is asked: HF_ENDPOINT's, or ModelScope."
    )
    modelscope_endpoint: str = Field(
        "https://modelscope.cn",
        validation_alias=AliasChoices("MODELSCOPE_ENDPOINT", "modelscope_endpoint"),
        description="ModelScope, asked for models where PARLEY_HUB says so.",
    )

    telegram_bot_token: SecretStr | None = Field(
        None, validation_alias=AliasChoices("TELEGRAM_BOT_TOKEN", "telegram_bot_token"), description="From @BotFather."
    )
    telegram_api_base_url: str = Field(
        "https://api.telegram.org",
        validation_alias=AliasChoices("TELEGRAM_API_BASE_URL", "telegram_api_base_url"),
        description="Where the Bot API answers; change for a local Bot API server.",
    )

    http: bool = Field(True, description="Serve the web chat.")
    http_host: str = Field("127.0.0.1", description="Address the web chat listens on; beyond this host needs a token.")
    http_port: int = Field(8080, ge=0, le=65535, description="Port of the web chat; 0 takes any that is free.")
    http_token: SecretStr | None = Field(
        None,
        validate_default=True,
        description="What people enter to use the web chat; needed when it listens beyond this host.",
    )
    metrics_token: SecretStr | None = Field(
        None,
        description="What GET /metrics is asked with; unset: http_token, and without either only this host asks.",
    )

    apart: Annotated[tuple[Apart, ...], NoDecode] = Field(
        ("gpu",), description="Whose engines get a process of their own: `gpu`, `all`, `none`, or roles with commas."
    )
    workers: int = Field(8, ge=1, le=256, description="Chats answered at the same time.")
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

    @field_validator("access", mode="before")
    @classmethod
    def _split_access(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        names = [name for name in _SEPARATORS.split(value) if name]
        if any(not _ADMITTED.fullmatch(name) for name in names):
            raise ValueError("should be `open`, or ids and usernames separated by commas")
        if len(names) > 1 and any(name.casefold() in {"open", "@open"} for name in names):
            raise ValueError("should be either `open`, which lets everybody in, or ids and usernames, not both")
        if names == ["@open"]:
            raise ValueError("should give that person's id, since `open` lets everybody in")
        return tuple(name.removeprefix("@") for name in names) or None

    @field_validator("gpus", mode="before")
    @classmethod
    def _split_gpus(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        numbers = [number for number in _SEPARATORS.split(value) if number]
        if numbers == ["none"]:
            return ()
        if not all(re.fullmatch(r"[0-9]{1,2}", number) for number in numbers):
            raise ValueError("should be numbers of GPUs as in 0,2, or `none`")
        return tuple(map(int, numbers)) or None

    @field_validator("apart", mode="before")
    @classmethod
    def _split_apart(cls, value: object) -> object:
        return tuple(filter(None, _SEPARATORS.split(value))) if isinstance(value, str) else value

    @field_validator("api_keys", mode="before")
    @classmethod
    def _split_keys(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [pair.strip().partition("=") for pair in value.split(",") if pair.strip()]
        if any(not host or not key or any(sign.isspace() for sign in host + key) for host, _, key in pairs):
            raise ValueError("should be host=key, with commas between several")
        if any("/" in host for host, _, _ in pairs):
            raise ValueError("should begin with a host as it stands in an address, without https:// and path")
        return {host.lower(): key for host, _, key in pairs}

    @field_validator("proxy")
    @classmethod
    def _a_proxy(cls, value: str | None) -> str | None:
        if value is not None and not _is_url(value, _PROXIES):
            raise ValueError("should be http://host:port or socks5://host:port")
        return value

    @field_validator("telegram_api_base_url", "hf_endpoint", "modelscope_endpoint")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if not _is_url(value, {"http", "https"}):
            raise ValueError("should be http://host or https://host")
        return value

    @field_validator("remote_url")
    @classmethod
    def _a_host_with_a_model(cls, value: str | None) -> str | None:
        if value is None:
            return None
        address, _, model = value.partition("#")
        if not _is_url(address, {"http", "https"}) or not model or "?" in value or any(map(str.isspace, value)):
            raise ValueError("should be http://host:port/v1#model")
        return value

    @field_validator("data_dir", "models_dir", "profiles")
    @classmethod
    def _home(cls, value: Path | None) -> Path | None:
        return value.expanduser() if value else None

    @field_validator("http_host")
    @classmethod
    def _a_host(cls, value: str) -> str:
        if value != "localhost" and not is_address(value):
            raise ValueError("should be localhost or an IP address")
        return value

    @field_validator("http_token")
    @classmethod
    def _guards(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < _SHORTEST_TOKEN:
            raise ValueError(f"should have at least {_SHORTEST_TOKEN} characters")
        if value is None and not is_this_host(info.data.get("http_host", "localhost")):
            raise ValueError("should be set, since PARLEY_HTTP_HOST lets others reach the web chat")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _a_bearer(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(rf"[!-~]{{{_SHORTEST_TOKEN},}}", value.get_secret_value()):
            raise ValueError(f"should have at least {_SHORTEST_TOKEN} characters, all of ASCII and without blanks")
        return value

    @field_validator("hf_token")
    @classmethod
    def _a_token(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None:
            return None
        if not re.fullmatch(r"[!-~]+", value.get_secret_value()):
            raise ValueError("should be a token, without blanks")
        endpoint = urlsplit(info.data.get("hf_endpoint", ""))
        if endpoint.scheme == "http" and not is_this_host(endpoint.hostname or ""):
            raise ValueError("should not be set while HF_ENDPOINT begins with http://, which others can read along")
        return value

    @field_validator("telegram_bot_token", "http_token", "metrics_token", "hf_token", mode="before")
    @classmethod
    def _no_empty_token(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

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
