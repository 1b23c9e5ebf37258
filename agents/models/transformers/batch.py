"""Answers that are written together: one forward of the model reads the newest token of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agents.models.transformers import caches
from agents.models.transformers.course import Course

__all__ = ["Batch"]


class Batch:
    """Their caches stand in one, shorter ones padded on the left. It is kept as long as the same answers go on.

    Only for courses that are ``batched``. When a step fails, none of them can be gone on with.
    """

    @classmethod
    def of(cls, model: Any, courses: Sequence[Course]) -> Batch:
        """The batch that holds exactly these already, or a new one.

        One that an answer has left, to go on without the others, holds what that answer was then.
        """
        batch = courses[0].batch
        if batch is not None and batch._holds(courses):
            return batch
        return cls(model, courses)

    def __init__(self, model: Any, courses: Sequence[Course]) -> None:
        import torch

        self._model, self._courses = model, tuple(courses)
        self._width = max(course.seen for course in courses)
        pads = [self._width - course.seen for course in courses]
        self._cache = caches.beside([course.own_cache() for course in courses], pads, model)
        device = courses[0].ids.device
        self._pads = torch.tensor(pads, device=device)[:, None]
        self._padded = any(pads)
        for course in courses:
            course.batch, course.cache = self, None

    def step(self) -> None:
        """Read the newest token of each."""
        import torch

        ids = torch.cat([course.ids[:, -1:] for course in self._courses])
        inputs = self._model.prepare_inputs_for_generation(
            ids,
            next_sequence_length=1,
            past_key_values=self._cache,
            attention_mask=self._mask(),
            position_ids=self._width - self._pads,
            use_cache=True,
        )
        logits = self._model(**inputs, return_dict=True).logits
        self._width += 1
        for number, course in enumerate(self._courses):
            course.seen += 1
            course.logits = logits[number : number + 1, -1]

    def row(self, course: Course) -> Any:
        """A cache of its own for one of them, copied."""
        number = self._courses.index(course)
        return caches.row(self._cache, number, int(self._pads[number]), self._model)

    def _holds(self, courses: Sequence[Course]) -> bool:
        return set(self._courses) == set(courses) and all(course.batch is self for course in courses)

    def _mask(self) -> Any:
        """Which places of the cache, and of the token to come, hold tokens: (answers, places); None where all do."""
        import torch

        if not self._padded:
            return None
        return (torch.arange(self._width + 1, device=self._pads.device) >= self._pads).long()
