"""Settings of the door to Telegram: where its API answers, and how updates come in."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import AliasChoices, BaseModel, Field, ValidationInfo, field_validator

from bot.hosts import is_this_host
from bot.settings_values import Address, Bindable, Folder, HookAddress, HookSecret, Token

__all__ = ["TelegramSettings"]


class TelegramSettings(BaseModel):
    """The part of the settings that is about Telegram."""

    telegram_bot_token: Token = Field(
        None, validation_alias=AliasChoices("TELEGRAM_BOT_TOKEN", "telegram_bot_token"), description="From @BotFather."
    )
    telegram_api_base_url: Address = Field(
        "https://api.telegram.org",
        validation_alias=AliasChoices("TELEGRAM_API_BASE_URL", "telegram_api_base_url"),
        description="Where the Bot API answers; change for a local Bot API server.",
    )
    telegram_rate: float = Field(
        30.0,
        ge=0,
        le=1000,
        description="Messages a second to all chats together; 0: as many as Telegram takes, also in one chat.",
    )
    telegram_local_files: Folder | None = Field(
        None, description="Folder of a Bot API server on this host that runs with --local, to read files from."
    )
    telegram_webhook_url: HookAddress | None = Field(
        None,
        description="Where Telegram reaches this bot, https://host/path; unset: the bot asks Telegram for updates.",
    )
    telegram_webhook_host: Bindable = Field("127.0.0.1", description="Address that the webhook listens on.")
    telegram_webhook_port: int = Field(
        8443, ge=0, le=65535, description="Port that the webhook listens on; 0 takes any that is free."
    )
    telegram_webhook_secret: HookSecret = Field(
        None,
        description="What Telegram proves itself with, 16 to 256 characters; unset: derived from the token.",
    )
    telegram_webhook_cert: Folder | None = Field(
        None, description="Certificate (PEM) for the webhook's own TLS; unset: a proxy before it does that."
    )
    telegram_webhook_key: Folder | None = Field(
        None, validate_default=True, description="Private key (PEM) of that certificate."
    )

    @field_validator("telegram_local_files")
    @classmethod
    def _of_this_host(cls, value: Folder | None, info: ValidationInfo) -> Folder | None:
        if value is not None and not is_this_host(urlsplit(info.data.get("telegram_api_base_url", "")).hostname or ""):
            raise ValueError("should be set only where TELEGRAM_API_BASE_URL is this host")
        return value

    @field_validator("telegram_webhook_key")
    @classmethod
    def _with_certificate(cls, value: Folder | None, info: ValidationInfo) -> Folder | None:
        if (value is None) != (info.data.get("telegram_webhook_cert") is None):
            raise ValueError("should be set together with PARLEY_TELEGRAM_WEBHOOK_CERT, or neither")
        return value
