"""An adapter whose engine works in a process of its own: the port of the adapter, as its host uses it."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from agents.errors import DeviceLost, ModelCrashed, ModelError, ModelLate, ModelOutOfMemory, ModelUnavailable
from agents.limits import Limits
from agents.models.apart.engine import Died, Engine
from agents.models.apart.order import Order
from agents.models.apart.starts import Starts
from agents.ports import Sound

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    from agents.models.reference import ModelReference
    from agents.ports import Question
    from agents.values import Finding

__all__ = ["Apart"]

T = TypeVar("T")
_log = structlog.get_logger()
_LOADS_WITHIN = 600.0  # seconds; a large model from a slow disk takes minutes
_ABORTS = frozenset({signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGSEGV})


class Apart:
    """Fills the synchronous ports of ``agents.ports`` that the adapter ``kind`` fills, by asking its process.

    Making one starts the process and loads the model. A process that died is started again by the next call, not more
    often than ``starts`` allows; one that is silent for longer than ``limits`` give a call is killed. What a lone item
    was asked when the process died is asked once more, since perceiving changes nothing; the host does so for the
    items of a batch, one by one, so that one that kills every process fails alone. A device that is lost to one process
    (an error of CUDA spoils everything the process has there) is tried once more from another.

    Raises what the adapter raises of ``agents.errors``; ModelCrashed when its process died, ModelLate when it was
    silent, ModelUnavailable when it died too often; and while it loads DeviceLost when it aborts on a GPU,
    ModelOutOfMemory when it is killed, which the system does where memory lacks, and else ModelUnavailable.
    """

    def __init__(
        self,
        kind: Any,
        reference: ModelReference,
        folder: Path | None,
        *,
        limits: Limits | None = None,
        starts: Starts | None = None,
    ) -> None:
        self.card = kind.declare(reference)
        self._order = Order.of(kind, reference, folder)
        self._limits = limits or Limits()
        self._starts = starts or Starts()
        self._on_gpu = reference.options.get("device", "").startswith("cuda")
        self._engine = self._started()

    @property
    def pid(self) -> int:
        """Of the process that has the model now, or had it last."""
        return self._engine.pid

    def release(self) -> None:
        """End the process, and give all that it holds back to the system."""
        self._engine.stop()

    def transcribe(self, sounds: Sequence[Sound]) -> list[list[Finding]]:
        return self._perceived("transcribe", sounds)

    def caption(self, pictures: Sequence[Image]) -> list[list[Finding]]:
        return self._perceived("caption", pictures)

    def answer(self, questions: Sequence[Question]) -> list[list[Finding]]:
        return self._perceived("answer", questions)

    def read(self, pictures: Sequence[Image]) -> list[list[Finding]]:
        return self._perceived("read", pictures)

    def read_sentiment(self, texts: Sequence[str]) -> list[list[Finding]]:
        return self._perceived("read_sentiment", texts)

    def hear_emotion(self, sounds: Sequence[Sound]) -> list[list[Finding]]:
        return self._perceived("hear_emotion", sounds)

    def identify(self, texts: Sequence[str]) -> list[list[Finding]]:
        return self._perceived("identify", texts)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Float32, shape (n, d), unit norm."""
        return self._asked(texts, lambda: self._serving().embedded(texts, within=self._patience(texts)))

    def _perceived(self, method: str, given: Sequence[Any]) -> list[list[Finding]]:
        return self._asked(given, lambda: self._serving().perceived(method, given, within=self._patience(given)))

    def _asked(self, given: Sequence[Any], ask: Callable[[], T]) -> T:
        try:
            return ask()
        except DeviceLost as error:  # to that process: another may have it still
            self._engine.stop()
            _log.warning("engine lost its device", model=self.card.reference, detail=error.detail)
        except ModelCrashed as error:
            if self._engine.running:  # the adapter itself told of it
                raise
            _log.warning("engine died", model=self.card.reference, items=len(given), how=error.detail)
            if len(given) != 1:
                raise
        return ask()

    def _patience(self, given: Sequence[Any]) -> float:
        """Seconds for a call: beyond them, nobody waits for any of its items any more."""
        heard = sum(item.seconds for item in given if isinstance(item, Sound))
        return self._limits.listening(heard)

    def _serving(self) -> Engine:
        if not self._engine.running:
            self._engine = self._started()
        return self._engine

    def _started(self, tries: int = 2) -> Engine:
        """A process that has loaded. One that dies meanwhile, as one does that is killed, is followed by another."""
        if not self._starts.take():
            raise ModelUnavailable(self.card.reference, "its process died too often lately")
        try:
            return Engine(self._order, within=_LOADS_WITHIN)
        except ModelCrashed as exc:
            _log.warning("engine died while it loaded", model=self.card.reference, how=exc.detail)
            if tries > 1:
                return self._started(tries - 1)
            raise self._hopeless(exc) from exc
        except ModelLate as exc:
            raise self._hopeless(exc) from exc
        except OSError as exc:
            raise ModelUnavailable(self.card.reference, "no process could be started") from exc

    def _hopeless(self, error: ModelError) -> ModelError:
        """Of a load that gave nothing: a GPU where engines abort is to be left."""
        by = error.by if isinstance(error, Died) else None
        kind: type[ModelError] = ModelUnavailable
        if by is signal.SIGKILL:
            kind = ModelOutOfMemory
        elif self._on_gpu and by in _ABORTS:
            kind = DeviceLost
        return kind(self.card.reference, f"while it was loaded, {error.detail}")
