"""What the answers of a host that are no answers mean, in our errors. Nothing the host wrote gets into them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from agents.errors import ModelBusy, ModelCrashed, ModelError, ModelLate, ModelRefused, ModelUnavailable

__all__ = ["failure", "translated"]

_BUSY = {429, 503}
_KEY = {401, 403}
_ABSENT = {404, 405}
_REFUSED = {400, 413, 422}
_LACKING = {501}
_MAY_LACK = {*_REFUSED, 500}  # llama.cpp says 500 to a picture it cannot take, vLLM 400
_LONGEST_WAIT = 86_400  # seconds a host may ask to wait
_UNSUPPORTED = re.compile(
    rb"not support|unsupported|does not accept|not a multimodal|multi-?modal .{0,40}not|mmproj", re.IGNORECASE
)
# A parameter or a kind of format that is not taken says nothing about what the model can do.
_ABOUT_A_PARAMETER = re.compile(
    rb"parameter|argument|response_format|verbose_json|logprob|temperature|max_(?:completion_)?tokens", re.IGNORECASE
)


def failure(
    reference: str, response: httpx.Response, body: bytes, path: str, order: Mapping[str, Any] | None
) -> ModelError:
    """The error that a status other than 200 means; ``body`` is the beginning of what the host says about it."""
    status = response.status_code
    lacks = _lacking(path, order)
    if status in _KEY:
        given = "Authorization" in response.request.headers
        detail = "its server refuses the key" if given else "its server wants a key"
        return ModelUnavailable(reference, f"{detail}: PARLEY_API_KEYS")
    if status in _BUSY:
        wait = _asked_to_wait(response)
        told = f", and asks to wait {wait} s" if wait else ""
        return ModelBusy(reference, f"its server has no place free{told}", wait or None)
    if status in _LACKING or (status in _MAY_LACK and _is_lacking(body)):
        return ModelUnavailable(reference, f"its server takes no {lacks}")
    if status in _ABSENT:
        return ModelUnavailable(reference, f"its server does not have it, or takes no {lacks}")
    if status in _REFUSED:
        return ModelRefused(reference, "its server refuses the request")
    if status == httpx.codes.REQUEST_TIMEOUT:
        return ModelLate(reference, "its server gave up waiting")
    if response.is_redirect:
        return ModelUnavailable(reference, "its server sends elsewhere: name that address itself")
    return ModelCrashed(reference, "its server failed")


@contextmanager
def translated(reference: str) -> Iterator[None]:
    """Whatever goes wrong between us and a host, and in reading what it says, as one of our errors."""
    try:
        yield
    except (TimeoutError, httpx.TimeoutException) as exc:
        raise ModelLate(reference, "no answer within the deadline") from exc
    except (httpx.HTTPError, httpx.InvalidURL) as exc:
        raise ModelCrashed(reference, "the connection broke") from exc
    # JSON of another shape, nested too deep, with numbers too large, or none
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as exc:
        raise ModelCrashed(reference, "its server's answer is not understood") from exc


def _is_lacking(body: bytes) -> bool:
    return bool(_UNSUPPORTED.search(body)) and not _ABOUT_A_PARAMETER.search(body)


def _asked_to_wait(response: httpx.Response) -> int:
    """In seconds; 0 where it does not say."""
    asked = response.headers.get("retry-after", "")  # a date is not read: RFC 9110, section 10.2.3
    seconds = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= len(str(_LONGEST_WAIT)) else 0
    return seconds if seconds <= _LONGEST_WAIT else 0


def _lacking(path: str, order: Mapping[str, Any] | None) -> str:
    """What was asked for, as the thing the host does not take."""
    if path.endswith("/transcriptions"):
        return "recordings (/audio/transcriptions)"
    if path.endswith("/embeddings"):
        return "texts to embed (/embeddings)"
    if path.endswith("/speech"):
        return "texts to speak (/audio/speech)"
    kinds = json.dumps([_kinds(message) for message in (order or {}).get("messages", ())])
    return "pictures" if "image_url" in kinds else "sound in messages" if "input_audio" in kinds else "chats"


def _kinds(message: Mapping[str, Any]) -> list[str]:
    content = message.get("content")
    return [part["type"] for part in content] if isinstance(content, list) else []
