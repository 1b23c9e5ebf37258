"""How the tokens of one answer are chosen: by the model's own generation_config.json, and the temperature asked for."""

from __future__ import annotations

from typing import Any

__all__ = ["Sampler", "sampling"]


def sampling(temperature: float, top_p: float) -> dict[str, Any]:
    """Options of ``generate``; at temperature 0 it takes the likeliest token."""
    if temperature:
        return {"do_sample": True, "temperature": temperature, "top_p": top_p}
    return {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}  # a model's own would be warned of


class Sampler:
    """The rules that transformers' ``generate`` would follow for an answer of ``most`` tokens after ``prompt``.

    Its methods for that are not public; tests hold that answers are those of ``generate``.
    """

    def __init__(self, model: Any, prompt: int, most: int, temperature: float, top_p: float) -> None:
        config, _ = model._prepare_generation_config(None, max_new_tokens=most, **sampling(temperature, top_p))
        config.max_length = prompt + most
        model._prepare_special_tokens(config, True, device=model.device)
        self._rules = model._get_logits_processor(config, input_ids_seq_length=prompt, device=model.device)
        self._draws = bool(config.do_sample)
        ends = config._eos_token_tensor
        self.ends: frozenset[int] = frozenset() if ends is None else frozenset(ends.tolist())

    def token(self, ids: Any, logits: Any) -> Any:
        """The next token, shape (1,), after ``ids`` of shape (1, n) by ``logits`` of shape (1, vocabulary)."""
        import torch

        scores = self._rules(ids, logits.to(copy=True, dtype=torch.float32, device=ids.device))
        if self._draws:
            return torch.multinomial(scores.softmax(dim=-1), num_samples=1)[:, 0]
        return scores.argmax(dim=-1)
