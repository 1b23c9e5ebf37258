"""The language model's turn to speak: streamed, bounded, cut when it loops, tried once more when that may help."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.errors import ModelError, ModelLate
from agents.limits import Limits
from agents.outlet import Listener
from agents.ports import ANSWERED_BY, INSTEAD, LanguageModel
from agents.recording import Note, Recorder, instead
from agents.repetition import Bounded
from agents.trouble import Trouble

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

__all__ = ["Spoken", "speak"]

_TRIES = 2
_NO_MORE_TOKENS = "length"  # https://platform.openai.com/docs/api-reference/chat/object tells why answers end
_MEDIA = {"image_url": "[photo]", "input_audio": "[recording]"}


@dataclass(frozen=True, slots=True)
class Spoken:
    """``error`` is a code of ``agents.errors`` when there is no answer; ``cut`` says why the text was cut, as in
    :class:`agents.repetition.Bounded`.

    ``model`` is the reference of the one that answered, where several may. ``wait``: seconds after which to ask again
    when it was busy, where they are known.
    """

    text: str = ""
    cut: str | None = None
    error: str | None = None
    model: str = ""
    wait: float | None = None


async def speak(
    llm: LanguageModel, messages: Sequence[BaseMessage], limits: Limits, recorder: Recorder, listener: Listener
) -> Spoken:
    """The reply to the messages. Never raises an error of the model.

    Where several models may answer, each may break off once: whoever did is left alone the next time. What was said
    when the time was up is the reply, broken off.
    """
    said = "\n\n".join(f"{message.type}: {_shown(message)}" for message in messages)
    spoken = Spoken()
    loop = asyncio.get_running_loop()
    until = loop.time() + limits.answer_deadline
    tries = max(_TRIES, len(llm.card.alternatives))
    for attempt in range(1, tries + 1):
        with recorder.step("answer", model=llm.card.reference, said=said) as note:
            note.facts["attempt"] = str(attempt)
            reply = Bounded(limits.max_reply)
            spoken, retryable = await _once(llm, messages, until + limits.late_grace, reply, note, listener)
            is_over = not retryable or attempt == tries or loop.time() >= until
            if spoken.error == ModelLate.code and is_over:
                spoken = _broken_off(spoken, reply, note)
        if spoken.error is None:
            break
        listener.again()
        if is_over:
            break
    return spoken


def _broken_off(late: Spoken, reply: Bounded, note: Note) -> Spoken:
    """What was said in time of an answer that is late, if anything was that can be kept."""
    reply.break_off()
    if not (text := reply.text.strip()):
        return late
    note.output, note.facts["cut"] = reply.text, str(reply.cut)
    return Spoken(text, reply.cut, model=note.model or "")


def _shown(message: BaseMessage) -> str:
    """The message as a trace keeps it: its text, and a word for each of its media."""
    if isinstance(message.content, str):
        return message.content
    blocks = [block for block in message.content if isinstance(block, dict)]
    return "\n".join(_MEDIA.get(str(block.get("type")), str(block.get("text", ""))) for block in blocks)


async def _once(
    llm: LanguageModel,
    messages: Sequence[BaseMessage],
    deadline: float,
    reply: Bounded,
    note: Note,
    listener: Listener,
) -> tuple[Spoken, bool]:
    """One try, and whether another may help."""
    try:
        async with asyncio.timeout_at(deadline):
            await _stream(llm, messages, reply, note, listener)
    except TimeoutError:
        note.error = ModelLate.code
        return Spoken(error=ModelLate.code), False
    except ModelError as error:
        note.model, note.error = error.model, error.code
        trouble = Trouble.of(error)
        return Spoken(error=trouble.code, wait=trouble.wait), error.retryable and not trouble.is_busy
    finally:
        note.output = reply.text
    if reply.cut:
        note.facts["cut"] = reply.cut
    return Spoken(reply.text.strip(), reply.cut, model=note.model or ""), False


async def _stream(
    llm: LanguageModel, messages: Sequence[BaseMessage], reply: Bounded, note: Note, listener: Listener
) -> None:
    async with aclosing(llm.chat.astream(list(messages))) as chunks:  # type: ignore[type-var]
        async for chunk in chunks:
            if ANSWERED_BY in chunk.response_metadata:
                note.model = chunk.response_metadata[ANSWERED_BY]
                note.facts |= instead(chunk.response_metadata.get(INSTEAD, ""))
            if usage := getattr(chunk, "usage_metadata", None):
                note.tokens_in, note.tokens_out = usage["input_tokens"], usage["output_tokens"]
            if piece := chunk.text if reply.text else chunk.text.lstrip():
                if not reply.take(piece):
                    listener.again(reply.text)
                    return
                listener.piece(piece)
            if chunk.response_metadata.get("finish_reason") == _NO_MORE_TOKENS:
                reply.break_off()
