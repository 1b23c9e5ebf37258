"""What a house's metrics say, read by the names Prometheus would read."""

from __future__ import annotations

from agents.models.metrics import Metrics

__all__ = ["counted"]


def counted(metrics: Metrics, name: str, **labels: str) -> float:
    """The sum of ``parley_model_<name>`` over every model and device, or those that ``labels`` name."""
    return sum(
        sample.value
        for family in metrics.registry.collect()
        for sample in family.samples
        if sample.name == f"parley_model_{name}" and labels.items() <= sample.labels.items()
    )
