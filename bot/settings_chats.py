"""Settings of how chats are held: who may talk, how much, and when and how they are answered."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from bot.settings_values import Admitted, Names

__all__ = ["ChatSettings"]


class ChatSettings(BaseModel):
    """The part of the settings that is about chats and the people in them."""

    access: Admitted = Field(
        None,
        description="`open`, or ids and usernames with commas or spaces between; unset denies all but the terminal.",
    )
    admins: Names = Field(
        (), description="Ids and usernames of those who may use commands of admins; they are always admitted."
    )
    messages_per_minute: int = Field(20, ge=0, description="Messages a person may send in a minute; 0: any number.")
    audio_minutes_per_day: float = Field(60.0, ge=0, description="Minutes of sound a person may send a day; 0: any.")
    photos_per_day: int = Field(200, ge=0, description="Photos a person may send a day; 0: any number.")
    chat_messages_per_minute: int = Field(
        60, ge=0, description="Messages that all people of a chat may send in a minute; 0: any number."
    )
    chat_audio_minutes_per_day: float = Field(
        240.0, ge=0, description="Minutes of sound that all people of a chat may send a day; 0: any."
    )
    chat_photos_per_day: int = Field(
        800, ge=0, description="Photos that all people of a chat may send a day; 0: any number."
    )
    album_wait: float = Field(
        1.2, ge=0.2, le=10, description="Seconds without a further photo after which an album counts as whole."
    )
    burst_wait: float = Field(
        1.5,
        ge=0,
        le=10,
        description="Seconds without a further message after which those before are answered together.",
    )
    stream: bool = Field(True, description="Show answers while they are written.")
    transcripts: Literal["always", "long-collapsed", "never"] = Field(
        "long-collapsed",
        description="Whether the transcript of a voice note stands above its answer; chats may choose otherwise.",
    )
