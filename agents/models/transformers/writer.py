"""A loaded model that writes: several answers at once, each within its window and until nobody reads on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from agents.errors import DeviceLost, ModelOutOfMemory, ModelRefused
from agents.models.failures import working
from agents.models.marks import Marks
from agents.models.transformers.abilities import Abilities
from agents.models.transformers.answer import Answer, Begun
from agents.models.transformers.batch import Batch
from agents.models.transformers.conversation import conversation, without_system
from agents.models.transformers.course import Course
from agents.models.transformers.loaded import Loaded
from agents.models.transformers.pieces import Pieces
from agents.models.transformers.prefixes import Prefixes
from agents.models.transformers.sampler import Sampler

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_core.messages.ai import UsageMetadata

    from agents.models.transformers.options import WritingOptions

__all__ = ["Writer", "decoding", "window"]

_TURN, _TOKENS = 0.1, 16  # seconds, and tokens of each answer, that are written before others get their turn
_CHUNK = {"cpu": 128}  # tokens of a prompt that are read before others get their turn
_CHUNK_ELSEWHERE = 512


class Writer(Loaded):
    """Base of the adapters: a subclass loads what is named below, calls :meth:`_ready`, and makes tensors of messages.

    ``_window`` is the room for prompt and answer in tokens. Everything happens in the one thread of the model's host.
    """

    _tokenizer: Any
    _window: int
    _reference: str
    _marks: Marks
    _system: bool  # whether its template takes a system message

    def _ready(self, options: WritingOptions) -> None:
        """Learn what the loaded model can do. Raises ModelUnavailable."""
        self._abilities = Abilities.of(self._model, self._reference)
        self._prefixes = Prefixes(self._model, options.cache)
        self._carried: WeakSet[Answer] = WeakSet()  # answers that hold on to the model

    def advance(self, answers: Sequence[Answer]) -> list[UsageMetadata | None]:
        """Go on with these for a moment: with the reading of one, with the writing of the others.

        Of an answer that is whole it gives the usage. Those that go on are to be brought again, with whomever has come
        meanwhile. Where memory lacks, what is kept for later is let go first. Raises ModelRefused for a prompt that
        does not fit, ModelOutOfMemory, DeviceLost.
        """
        try:
            return self._advanced(answers)
        except ModelOutOfMemory:
            if not self._prefixes.clear():
                raise
        return self._advanced(answers)  # out here the error, and what its frames held of memory, is gone

    def _advanced(self, answers: Sequence[Answer]) -> list[UsageMetadata | None]:
        import torch

        with working(self._reference), torch.inference_mode():
            going = [(answer, self._begun(answer)) for answer in answers if not self._over(answer)]
            self._read([one for one in going if one[1].course.reads])
            self._write([one for one in going if not one[1].course.reads])
            return [self._end(answer) if self._over(answer) else None for answer in answers]

    def release(self) -> None:
        """Give the memory of the model, and of what it has read, back to the device."""
        for answer in self._carried:
            answer.begun = None
        del self._prefixes
        super().release()

    def _inputs(self, messages: Sequence[BaseMessage]) -> Any:
        """Tensors where the model is, by the names its ``generate`` takes."""
        raise NotImplementedError

    def _begun(self, answer: Answer) -> Begun:
        """What this model has of the answer, made now where it has nothing yet or another began it."""
        if answer.begun is not None and answer.begun.owner is self._carried:
            return answer.begun
        inputs, order = self._inputs(answer.order.messages), answer.order
        answer.prompt = inputs["input_ids"].shape[1]
        room = self._room(answer.prompt, order.most, self._window)
        sampler = Sampler(self._model, answer.prompt, room, order.temperature, order.top_p)
        course = Course(self._model, self._abilities, inputs, answer.written)
        answer.known = 0
        if course.batched and course.text:
            cache, answer.known = self._prefixes.beginning(course.ids[0].tolist())
            if answer.known:
                course.begin_with(cache, answer.known)
        if answer.pieces is None:
            answer.pieces = Pieces(decoding(self._tokenizer), order.stops, order.reader)
        answer.begun = Begun(self._carried, course, sampler, room)
        self._carried.add(answer)
        return answer.begun

    def _read(self, going: Sequence[tuple[Answer, Begun]]) -> None:
        """Read a piece of the prompt that has the least left, so that short ones do not wait for a long one."""
        if going:
            answer, begun = min(going, key=lambda one: len(one[1].course) - one[1].course.seen)
            with _anew([answer]):
                begun.course.read(_CHUNK.get(self._model.device.type, _CHUNK_ELSEWHERE))

    def _write(self, going: Sequence[tuple[Answer, Begun]]) -> None:
        """Write on until it is time for others, or one of them is whole."""
        until = time.monotonic() + _TURN
        for _ in range(_TOKENS if going else 0):
            with _anew([answer for answer, _ in going]):
                self._step([begun.course for _, begun in going])
                tokens = [begun.sampler.token(begun.course.ids, begun.course.logits) for _, begun in going]
                for (answer, begun), token in zip(going, tokens, strict=True):
                    begun.course.take(token)
                    _tell(answer, begun, int(token))
            if any(self._over(answer) for answer, _ in going) or time.monotonic() >= until:
                return

    def _step(self, courses: Sequence[Course]) -> None:
        """Read the newest token of each, of those together that can be."""
        unread = [course for course in courses if course.logits is None]
        if batched := [course for course in unread if course.batched]:
            Batch.of(self._model, batched).step()
        for course in unread:
            if not course.batched:
                course.step()

    def _over(self, answer: Answer) -> bool:
        """Whether nothing more is to be written of it."""
        return answer.ended or answer.order.reader.gone or (answer.pieces is not None and answer.pieces.over)

    def _end(self, answer: Answer) -> UsageMetadata:
        """Tell the rest, and keep what was read for the next turn of the conversation."""
        from langchain_core.messages.ai import InputTokenDetails, UsageMetadata

        if answer.pieces is not None:
            answer.pieces.end()
        if answer.begun is not None and answer.begun.owner is self._carried:
            self._keep(answer.begun.course)
            answer.begun = None
        written = len(answer.written)
        return UsageMetadata(
            input_tokens=answer.prompt,
            output_tokens=written,
            total_tokens=answer.prompt + written,
            input_token_details=InputTokenDetails(cache_read=answer.known),
        )

    def _keep(self, course: Course) -> None:
        """Keep what it has read. Where that fails nothing is kept: an answer that is whole does not fail for it."""
        if not (course.batched and course.text and course.seen):
            return
        try:
            with working(self._reference):
                self._prefixes.keep(course.ids[0, : course.seen].tolist(), course.own_cache())
        except (ModelOutOfMemory, DeviceLost):
            self._prefixes.clear()

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


@contextmanager
def _anew(answers: Sequence[Answer]) -> Iterator[None]:
    """Where what is inside breaks off, the caches of these are half written: they are read anew when they go on."""
    try:
        yield
    except BaseException:
        for answer in answers:
            answer.begun = None
        raise


def _tell(answer: Answer, begun: Begun, token: int) -> None:
    assert answer.pieces is not None  # noqa: S101
    answer.written.append(token)
    answer.pieces.put(token)
    whole = token in begun.sampler.ends
    answer.cut = not whole and len(answer.written) >= begun.room
    answer.ended = whole or answer.cut


def decoding(tokenizer: Any) -> Callable[[Sequence[int]], str]:
    """What makes text of tokens, without holding on to the model."""
    return partial(tokenizer.decode, skip_special_tokens=True, clean_up_tokenization_spaces=False)


def window(model: Any, context: int) -> int:
    """The window the reference gives, within the one the model was made for."""
    return min(context, getattr(model.config.get_text_config(), "max_position_embeddings", None) or context)
