"""What adapters of loaded models have in common: the model, and giving its memory back."""

from __future__ import annotations

from typing import Any

__all__ = ["Loaded"]


class Loaded:
    """A subclass loads ``_model``."""

    _model: Any

    def release(self) -> None:
        """Give the model's memory back to the device, where others may need it; nothing can be asked of it any more."""
        import torch

        kind = self._model.device.type
        self._model = None
        if kind == "cuda":
            torch.cuda.empty_cache()
        elif kind == "mps":
            torch.mps.empty_cache()
