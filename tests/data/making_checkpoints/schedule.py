"""One loop for both models: AdamW with a warm-up and a cosine, a line of progress every hundred steps."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch.optim.lr_scheduler import OneCycleLR

__all__ = ["learn"]

_TOLD = 100  # steps between lines of progress


def learn(
    name: str,
    parameters: list[torch.nn.Parameter],
    loss_of: Callable[[torch.Tensor], torch.Tensor],
    *,
    items: int,
    epochs: int,
    batch: int,
    rate: float,
    dice: torch.Generator,
) -> None:
    """Minimise ``loss_of(indices)`` over shuffled batches of ``items``; ``rate`` is the highest learning rate."""
    steps = items // batch
    optimizer = torch.optim.AdamW(parameters, lr=rate, weight_decay=0.05)
    schedule = OneCycleLR(optimizer, rate, total_steps=steps * epochs, pct_start=0.1)
    began, step, total = time.monotonic(), 0, 0.0
    for _ in range(epochs):
        order = torch.randperm(items, generator=dice)[: steps * batch].view(steps, batch)
        for indices in order:
            loss = loss_of(indices)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            schedule.step()
            step, total = step + 1, total + loss.item()
            if step % _TOLD == 0:
                passed = time.monotonic() - began
                print(f"{name}: step {step} of {steps * epochs}, loss {total / _TOLD:.4f}, {passed:.0f} s", flush=True)
                total = 0.0
