"""Messages as chat templates take them, with nothing in their text that acts as a mark, and pictures decoded."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from agents.errors import MediaUnreadable, ModelRefused
from agents.models.marks import Marks

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from PIL.Image import Image

__all__ = ["conversation", "fitted", "special_tokens", "takes_system", "without_system"]

_DATA_URL = re.compile(r"data:image/[a-z.+-]{1,20};base64,", re.IGNORECASE)
_MOST_PICTURES = 16
_LONGEST_URL = 40_000_000  # characters
_MEGAPIXELS = 64.0
_SHORTEST, _SLIMMEST = 32, 16  # pixels of a side, and of the long side for each of the short one


def conversation(messages: Sequence[BaseMessage], marks: Marks, reference: str) -> list[dict[str, Any]]:
    """Role and parts of each message; a part is a text or a PIL picture. Raises ModelRefused."""
    from langchain_core.messages.utils import convert_to_openai_messages

    said: Any = convert_to_openai_messages(marks.taken_from_messages(messages), text_format="block")
    turns = [
        {"role": one["role"], "content": [_part(part, reference) for part in _parts(one["content"])]} for one in said
    ]
    if sum(part["type"] == "image" for turn in turns for part in turn["content"]) > _MOST_PICTURES:
        raise ModelRefused(reference, f"more than {_MOST_PICTURES} pictures in a prompt")
    return turns


def takes_system(template: Callable[[list[dict[str, Any]]], Any]) -> bool:
    """Whether the chat template takes a system message; some refuse one."""
    from jinja2 import TemplateError

    said = [{"type": "text", "text": "Hello"}]
    try:
        template([{"role": "system", "content": said}, {"role": "user", "content": said}])
    except TemplateError:
        return False
    return True


def without_system(turns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The turns with what the system says at the beginning of what the user says first."""
    system = [part for turn in turns if turn["role"] == "system" for part in turn["content"]]
    others = [turn for turn in turns if turn["role"] != "system"]
    first = next((turn for turn in others if turn["role"] == "user"), None)
    return [turn | {"content": [*system, *turn["content"]]} if turn is first else turn for turn in others]


def _parts(content: Any) -> list[dict[str, Any]]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _part(part: dict[str, Any], reference: str) -> dict[str, Any]:
    if part["type"] == "text":
        return {"type": "text", "text": part["text"]}
    if part["type"] == "image_url":
        return {"type": "image", "image": _picture(part["image_url"]["url"], reference)}
    raise ModelRefused(reference, "a message holds something other than text and pictures")


def _picture(url: str, reference: str) -> Image:
    """The picture in a data URL; nothing is fetched."""
    from agents.pictures import decode

    head = _DATA_URL.match(url)
    if head is None or len(url) > _LONGEST_URL:
        raise ModelRefused(reference, "a picture that is not a data URL of bounded length")
    try:
        return decode(b64decode(url[head.end() :], validate=True), max_megapixels=_MEGAPIXELS)
    except (MediaUnreadable, binascii.Error) as exc:
        raise ModelRefused(reference, "a picture that cannot be read") from exc


def fitted(picture: Image, pixels: int) -> Image:
    """The picture as RGB within ``pixels``, with black margins where it is too slim or small for processors to take."""
    from PIL import Image, ImageOps

    picture = picture if picture.mode == "RGB" else picture.convert("RGB")
    width, height = picture.size
    longest = (pixels * _SLIMMEST) ** 0.5
    if (scale := min((pixels / (width * height)) ** 0.5, longest / max(width, height))) < 1:
        size = max(1, int(width * scale)), max(1, int(height * scale))
        picture = picture.resize(size, Image.Resampling.BICUBIC)
    least = max(_SHORTEST, -(-max(picture.size) // _SLIMMEST))
    if min(picture.size) >= least:
        return picture
    return ImageOps.pad(picture, (max(picture.width, least), max(picture.height, least)))


def special_tokens(tokenizer: Any) -> list[str]:
    """The tokens of a tokenizer that act, as they are written."""
    return [token.content for token in tokenizer.added_tokens_decoder.values() if token.special]
