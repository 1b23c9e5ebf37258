"""What Telegram does not take from us, however often it is asked."""

from __future__ import annotations

from agents.errors import ParleyError

__all__ = ["TokenRefused"]


class TokenRefused(ParleyError):
    """Telegram does not know the bot's token."""

    code = "telegram-token-refused"

    def __init__(self) -> None:
        super().__init__(
            "Telegram refuses TELEGRAM_BOT_TOKEN; copy it again from @BotFather (or TELEGRAM_API_BASE_URL is wrong)"
        )
