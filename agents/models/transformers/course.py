"""How far a loaded model is with one answer: its tokens, and what of them the model has read."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from agents.models.transformers import caches
from agents.models.transformers.abilities import Abilities

if TYPE_CHECKING:
    from agents.models.transformers.batch import Batch

__all__ = ["Course"]

_LIKE_TOKENS = frozenset({"position_ids", "token_type_ids", "mm_token_type_ids"})  # one a token, in the last dimension
_TEXT = frozenset({"input_ids", "attention_mask", "token_type_ids", "mm_token_type_ids"})


class Course:
    """Belongs to one loaded model, and can be made anew at any time of the prompt and the tokens ``written`` since.

    ``inputs`` is what a tokenizer or processor makes of the prompt. What is prepared of it is what transformers'
    ``generate`` prepares, whose methods for that are not public; tests hold that answers are the same.
    """

    def __init__(self, model: Any, abilities: Abilities, inputs: Mapping[str, Any], written: Sequence[int]) -> None:
        import torch

        prompt = inputs["input_ids"]
        self._model, self._cache_name = model, abilities.cache
        self.text = _TEXT >= set(inputs)
        self.batched = abilities.batched
        self._chunked = abilities.chunked and self.text
        self.ids = torch.cat([prompt, torch.tensor([list(written)], dtype=prompt.dtype, device=prompt.device)], dim=1)
        self._besides = _prepared(model, inputs, len(written))
        self.cache: Any = caches.empty(model)  # None while it is part of the batch's
        self.seen = 0  # tokens in the cache
        self.batch: Batch | None = None
        self.logits: Any = None  # of the token to come, shape (1, vocabulary), when all tokens are read

    def __len__(self) -> int:
        return int(self.ids.shape[1])

    @property
    def reads(self) -> bool:
        """Whether more than the newest token is still to be read."""
        return self.logits is None and (self.seen == 0 or self.seen < len(self) - 1)

    def begin_with(self, cache: Any, tokens: int) -> None:
        """Take a cache that has read the first tokens already."""
        self.cache, self.seen = cache, tokens

    def read(self, most: int) -> None:
        """Read on in the prompt, up to so many tokens where it can be taken apart."""
        self._forward(min(len(self), self.seen + most) if self._chunked else len(self), first=True)

    def step(self) -> None:
        """Read the newest token, without company."""
        self._forward(len(self), first=False)

    def take(self, token: Any) -> None:
        """Go on with this token, shape (1,)."""
        import torch

        self.ids = torch.cat([self.ids, token[:, None]], dim=1)
        self.logits = None
        if not self.batched:  # there the positions are known
            self._besides = self._model._update_model_kwargs_for_generation({}, self._besides)

    def own_cache(self) -> Any:
        """What it has read, apart from others."""
        return self.cache if self.batch is None else self.batch.row(self)

    def _forward(self, until: int, *, first: bool) -> None:
        besides = {name: value[..., :until] if name in _LIKE_TOKENS else value for name, value in self._besides.items()}
        inputs = self._model.prepare_inputs_for_generation(
            self.ids[:, :until],
            next_sequence_length=until - self.seen,
            attention_mask=None,
            is_first_iteration=first,
            **{self._cache_name: self.cache},
            **besides,
        )
        logits = self._model(**inputs, return_dict=True).logits
        self.seen = until
        if until == len(self):
            self.logits = logits[:, -1]


def _prepared(model: Any, inputs: Mapping[str, Any], written: int) -> dict[str, Any]:
    """What the model's forward takes besides tokens and cache, for the prompt and so many tokens more."""
    besides = {name: value for name, value in inputs.items() if name != "input_ids"}
    takes = inspect.signature(model.forward).parameters
    if "position_ids" in takes:
        besides["position_ids"] = model._prepare_position_ids_for_generation(inputs["input_ids"], besides)
    besides.pop("attention_mask", None)  # nothing is padded
    if written:
        besides = model._update_model_kwargs_for_generation({}, besides, num_new_tokens=written)
    return besides | {"use_cache": True} | ({"logits_to_keep": 1} if "logits_to_keep" in takes else {})
