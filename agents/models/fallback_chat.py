"""LangChain's face of several language models: the next one answers, as long as nothing was said yet."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk
from pydantic import PrivateAttr

from agents.errors import ModelError, ModelRefused
from agents.models.alternatives import Alternative, Alternatives, listed, told
from agents.models.fitting import fitted
from agents.models.openai.asking import AskingChat
from agents.ports import ANSWERED_BY, INSTEAD

if TYPE_CHECKING:
    from agents.ports import LanguageModel

__all__ = ["FallbackChat"]

_SHARE = 4  # parts of the deadline, of which a model that is not the last has one


class FallbackChat(AskingChat):
    """Streams from the first that answers, and names it in the metadata of its first piece. Raises what they raise.

    All but the last have to begin within a quarter of the ``deadline`` of an answer (in seconds), or half of what is
    left of it, and to go on within as much after each piece; the last may take all that is left of it. Once a piece was
    handed out no other model is asked here, since the text would not go together: the error goes to the caller, who may
    begin the answer again, and whoever broke off is left alone meanwhile. What one refuses is put to those with a
    larger window. Only the asynchronous methods work.
    """

    deadline: float
    _alternatives: Alternatives[LanguageModel] = PrivateAttr()

    def __init__(self, alternatives: Alternatives[LanguageModel], **fields: Any) -> None:
        super().__init__(**fields)
        self._alternatives = alternatives

    @property
    def _llm_type(self) -> str:
        return "fallback"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self._alternatives.next.reference}

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        until = asyncio.get_running_loop().time() + self.deadline
        errors: list[ModelError] = []
        too_small = 0  # tokens: the largest window for which it was too long
        for one, is_last in self._alternatives.to_ask():
            if one.model.card.context_window <= too_small:
                continue
            said = False
            patience = math.inf if is_last else self._patience(until)
            try:
                async with aclosing(self._tried(one, messages, patience, until, {"stop": stop, **kwargs})) as pieces:
                    async for piece in pieces:
                        if _says(piece) and not said:
                            said, piece = True, _named(piece, one.reference, errors)
                        yield ChatGenerationChunk(message=piece)
                return
            except ModelError as error:
                if said:
                    raise
                errors.append(error)
                if isinstance(error, ModelRefused):
                    too_small = max(too_small, one.model.card.context_window)
        raise told(errors)

    def _patience(self, until: float) -> float:
        """Seconds to wait for the next piece of one that is not the last, which is to have its time too."""
        return min(self.deadline / _SHARE, (until - asyncio.get_running_loop().time()) / 2)

    async def _tried(
        self,
        one: Alternative[LanguageModel],
        messages: list[BaseMessage],
        patience: float,
        until: float,
        options: Any,
    ) -> AsyncGenerator[AIMessageChunk, None]:
        """Its answer, with its breaker heeding how it goes."""
        began = asyncio.get_running_loop().time()
        with one.breaker.trial() as trial:
            trial.asked = False
            fitting = await one.within(
                min(patience, until - began), fitted(messages, one.model, self._alternatives.models)
            )
            trial.asked = True
            async with aclosing(self._pieces(one, fitting, began, patience, until, options)) as pieces:
                async for piece in pieces:
                    if _says(piece):
                        trial.spoke()
                    yield piece

    async def _pieces(
        self,
        one: Alternative[LanguageModel],
        messages: list[BaseMessage],
        began: float,
        patience: float,
        until: float,
        options: Any,
    ) -> AsyncGenerator[AIMessageChunk, None]:
        """Its answer. Raises ModelLate when nothing is said for ``patience`` seconds, at first from ``began`` on, and
        when it is not whole at the loop's time ``until``.
        """
        loop = asyncio.get_running_loop()
        heard = began
        async with aclosing(one.model.chat.astream(messages, **options)) as arriving:  # type: ignore[type-var]
            while True:
                left = min(heard + patience, until) - loop.time()
                piece = await one.within(left, anext(arriving, None))
                if piece is None:
                    return
                yield piece
                if _says(piece):
                    heard = loop.time()  # however long its reader took for it


def _says(piece: AIMessageChunk) -> bool:
    return bool(piece.text or piece.tool_call_chunks)


def _named(piece: AIMessageChunk, reference: str, errors: Sequence[ModelError]) -> AIMessageChunk:
    told = {ANSWERED_BY: reference, INSTEAD: listed(errors)}
    return piece.model_copy(update={"response_metadata": {**piece.response_metadata, **told}})
