"""What the cache and the positions of a loaded model allow, told by what they are and not by the model's name."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

from agents.errors import ModelUnavailable
from agents.models.transformers import caches

__all__ = ["Abilities"]

_CACHES = ("past_key_values", "cache_params")


@dataclass(frozen=True, slots=True)
class Abilities:
    """``batched``: several answers can be written in one batch, and a cache can be cropped for another prompt.

    ``chunked``: a prompt of text can be read piece by piece. ``cache`` is what its forward calls the cache.
    """

    batched: bool
    chunked: bool
    cache: str

    @classmethod
    def of(cls, model: Any, reference: str) -> Abilities:
        """Raises ModelUnavailable for one of the few kinds that cannot be stopped in an answer and gone on with."""
        takes = set(inspect.signature(model.forward).parameters)
        cache = next((name for name in _CACHES if name in takes), None)
        if cache is None or model.config.is_encoder_decoder or not model._supports_default_dynamic_cache():
            raise ModelUnavailable(reference, f"answers of its type {model.config.model_type} cannot be interrupted")
        return cls._of(model, takes, cache)

    @classmethod
    def _of(cls, model: Any, takes: set[str], cache: str) -> Abilities:
        from transformers.cache_utils import DynamicLayer, LinearAttentionCacheLayerMixin

        layers = caches.empty(model).layers
        # A model that keeps this places tokens elsewhere than where they stand, since pictures shift them.
        shifted = any(hasattr(module, "rope_deltas") for module in model.modules())
        placed = takes >= {"past_key_values", "position_ids", "attention_mask"}
        whole = bool(layers) and all(type(layer) is DynamicLayer for layer in layers)
        attends = all(
            isinstance(layer, DynamicLayer) and not isinstance(layer, LinearAttentionCacheLayerMixin)
            for layer in layers
        )
        return cls(batched=whole and placed and not shifted, chunked=attends and not shifted, cache=cache)
