"""A loaded model that writes: one prompt in, tokens out, within its window and until nobody reads on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents.errors import ModelRefused
from agents.models.marks import Marks
from agents.models.transformers.conversation import conversation, without_system
from agents.models.transformers.pieces import Pieces, Reader

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_core.messages.ai import UsageMetadata

__all__ = ["Order", "Writer", "sampling", "window"]


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """One answer: at most ``most`` tokens, ending before any of ``stops``; its pieces go to ``reader``."""

    messages: Sequence[BaseMessage]
    most: int
    temperature: float
    top_p: float
    stops: Sequence[str]
    reader: Reader


def sampling(temperature: float, top_p: float) -> dict[str, Any]:
    """Options of ``generate``; at temperature 0 it takes the likeliest token."""
    if temperature:
        return {"do_sample": True, "temperature": temperature, "top_p": top_p}
    return {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}  # a model's own would be warned of


class Writer:
    """Base of the adapters: a subclass loads what is named below and makes tensors of messages.

    ``_window`` is the room for prompt and answer in tokens.
    """

    _model: Any
    _tokenizer: Any
    _window: int
    _reference: str
    _marks: Marks
    _system: bool  # whether its template takes a system message

    def write(self, orders: Sequence[Order]) -> list[UsageMetadata]:
        """Write one answer after another. Raises ModelRefused for a prompt that does not fit."""
        return [self._write(order) for order in orders]

    def _inputs(self, messages: Sequence[BaseMessage]) -> Any:
        """Tensors where the model is, by the names its ``generate`` takes."""
        raise NotImplementedError

    def _write(self, order: Order) -> UsageMetadata:
        import torch
        from langchain_core.messages.ai import UsageMetadata

        inputs = self._inputs(order.messages)
        prompt = inputs["input_ids"].shape[1]
        pieces = Pieces(self._decode, order.stops, order.reader)
        with torch.inference_mode():
            self._model.generate(
                **inputs,
                max_new_tokens=self._room(prompt, order.most, self._window),
                streamer=pieces,
                stopping_criteria=[pieces.over],
                pad_token_id=self._tokenizer.pad_token_id,
                **sampling(order.temperature, order.top_p),
            )
        return UsageMetadata(input_tokens=prompt, output_tokens=pieces.count, total_tokens=prompt + pieces.count)

    def _turns(self, messages: Sequence[BaseMessage]) -> list[dict[str, Any]]:
        """The conversation as its template takes it. Raises ModelRefused."""
        turns = conversation(messages, self._marks, self._reference)
        return turns if self._system else without_system(turns)

    @contextmanager
    def _templating(self) -> Iterator[None]:
        """What a template or a processor cannot make a prompt of, as ModelRefused."""
        from jinja2 import TemplateError

        try:
            yield
        except (TemplateError, ValueError, IndexError) as exc:
            raise ModelRefused(self._reference, "its chat template does not take this conversation") from exc

    def _room(self, prompt: int, most: int, within: int) -> int:
        """Tokens an answer may take in a window ``within``. Raises ModelRefused when there is no room for any."""
        if prompt >= within:
            remedy = "raise context, or lower pixels where pictures take them"
            raise ModelRefused(self._reference, f"the prompt has {prompt} tokens, the window {within}: {remedy}")
        return max(1, min(most, within - prompt))

    def _decode(self, tokens: Sequence[int]) -> str:
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False))


def window(model: Any, context: int) -> int:
    """The window the reference gives, within the one the model was made for."""
    return min(context, getattr(model.config.get_text_config(), "max_position_embeddings", None) or context)
