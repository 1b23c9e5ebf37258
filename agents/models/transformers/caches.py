"""Caches of what a model has read: made, put side by side, taken apart and cropped.

Keys and values of a layer have the shape (answers, heads, tokens, size of a head).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["beside", "cropped", "empty", "row", "size"]


def empty(model: Any) -> Any:
    """One with the layers that the model needs."""
    from transformers import DynamicCache

    return DynamicCache(config=model.config)


def beside(caches: Sequence[Any], pads: Sequence[int], model: Any) -> Any:
    """One of all, with so many places of padding before each: copied, or the only one itself."""
    import torch

    if len(caches) == 1:
        return caches[0]

    def joined(parts: Sequence[Any]) -> Any:
        return torch.cat([torch.nn.functional.pad(part, (0, 0, pad, 0)) for part, pad in zip(parts, pads, strict=True)])

    layers = zip(*(_layers(cache) for cache in caches), strict=True)
    return _made([tuple(None if ks[0] is None else joined(ks) for ks in zip(*ls, strict=True)) for ls in layers], model)


def row(cache: Any, number: int, pads: int, model: Any) -> Any:
    """A copy of the one of that number, without the padding before it."""
    return _changed(cache, lambda states: states[number : number + 1, :, pads:], model)


def cropped(cache: Any, tokens: int, model: Any) -> Any:
    """A copy of one that has read the first tokens only."""
    return _changed(cache, lambda states: states[:, :, :tokens], model)


def size(cache: Any) -> int:
    """In bytes."""
    return sum(states.nbytes for layer in _layers(cache) for states in layer if states is not None)


def _changed(cache: Any, change: Callable[[Any], Any], model: Any) -> Any:
    layers = _layers(cache)
    return _made([tuple(None if states is None else change(states) for states in layer) for layer in layers], model)


def _layers(cache: Any) -> list[tuple[Any, Any]]:
    """Keys and values of each; a layer that uses another's has none."""
    return [(layer.keys, layer.values) if layer.is_initialized else (None, None) for layer in cache.layers]


def _made(layers: Sequence[tuple[Any, ...]], model: Any) -> Any:
    from transformers import DynamicCache

    return DynamicCache(layers, config=model.config)  # it copies
