"""The events of a streamed chat completion as LangChain's chunks: text, calls of tools, log probabilities, usage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessageChunk
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import ToolCallChunk, tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

__all__ = ["pieces"]

_MOST_TOKENS = 100_000_000


async def pieces(
    stream: AsyncGenerator[list[dict[str, Any]], None],
) -> AsyncGenerator[ChatGenerationChunk, None]:
    """What arrives together is one piece; the last of them has the usage and why it ended. Raises what reading raises.

    Shapes that are not the API's raise AttributeError, LookupError, TypeError or ValueError.
    """
    usage: dict[str, Any] | None = None
    ended: str | None = None
    async with aclosing(stream) as arriving:
        async for events in arriving:
            choices = [choice for event in events for choice in event["choices"]]
            usage = next((event["usage"] for event in events if event.get("usage")), usage)
            ended = next((choice["finish_reason"] for choice in choices if choice.get("finish_reason")), ended)
            if piece := _piece(choices):
                yield piece
    last = AIMessageChunk(
        content="",
        usage_metadata=_usage(usage) if usage else None,
        response_metadata={"finish_reason": str(ended)} if ended else {},
        chunk_position="last",
    )
    yield ChatGenerationChunk(message=last)


def _piece(choices: Sequence[dict[str, Any]]) -> ChatGenerationChunk | None:
    deltas = [choice["delta"] for choice in choices]
    text = "".join(delta.get("content") or "" for delta in deltas)
    calls = _joined(_call(call) for delta in deltas for call in delta.get("tool_calls") or ())
    sure = [_sure(token) for choice in choices for token in (choice.get("logprobs") or {}).get("content") or ()]
    if not text and not calls and not sure:
        return None
    message = AIMessageChunk(
        content=text if text.isascii() else _encodable(text),
        tool_call_chunks=calls,
        response_metadata={"logprobs": {"content": sure}} if sure else {},
    )
    return ChatGenerationChunk(message=message)


def _encodable(text: str) -> str:
    """Without halves of surrogate pairs, which JSON can hold and no file or database takes."""
    return text.encode("utf-8", "replace").decode()


def _call(told: dict[str, Any]) -> ToolCallChunk:
    function = told.get("function") or {}
    index = int(told.get("index", 0))  # some hosts leave it out
    return tool_call_chunk(
        name=_text(function.get("name")), args=_text(function.get("arguments")), id=_text(told.get("id")), index=index
    )


def _joined(calls: Iterable[ToolCallChunk]) -> list[ToolCallChunk]:
    """One chunk a call: LangChain joins those of later pieces to it, but not those of the same piece."""
    joined: dict[int | None, ToolCallChunk] = {}
    for call in calls:
        known = joined.setdefault(call["index"], call)
        if known is not call:
            known["name"] = known["name"] or call["name"]
            known["args"] = (known["args"] or "") + (call["args"] or "")
            known["id"] = known["id"] or call["id"]
    return list(joined.values())


def _text(told: object) -> str | None:
    if told is None or isinstance(told, str):
        return told
    raise TypeError("no text")


def _sure(told: dict[str, Any]) -> dict[str, Any]:
    return {"token": str(told["token"]), "logprob": float(told["logprob"])}


def _usage(told: dict[str, Any]) -> UsageMetadata:
    prompt, reply = _tokens(told["prompt_tokens"]), _tokens(told["completion_tokens"])
    cached = _tokens((told.get("prompt_tokens_details") or {}).get("cached_tokens") or 0)
    return UsageMetadata(
        input_tokens=prompt,
        output_tokens=reply,
        total_tokens=prompt + reply,
        input_token_details={"cache_read": cached},
    )


def _tokens(told: Any) -> int:
    """What a host counts, within what can be counted on."""
    return min(max(int(told), 0), _MOST_TOKENS)
