"""The short error tree of the mind. Errors carry facts; only the door (bot/) words them for a person."""

from __future__ import annotations

__all__ = [
    "DeviceLost",
    "MediaUnreadable",
    "ModelBusy",
    "ModelCrashed",
    "ModelError",
    "ModelLate",
    "ModelOutOfMemory",
    "ModelRefused",
    "ModelUnavailable",
    "ParleyError",
    "ReferenceInvalid",
]


class ParleyError(Exception):
    """Root of what Parley raises on purpose. ``code`` is stable and safe to store; the message is for logs only."""

    code = "error"
    retryable = False


class MediaUnreadable(ParleyError):
    """The bytes are no such medium, are damaged, or exceed a limit. ``reason`` is one word for the trace."""

    code = "media-unreadable"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ReferenceInvalid(ParleyError):
    """A model reference that cannot be used. ``remedy`` says what is allowed instead, and what was probably meant.

    ``setting`` is where the reference stands: a variable's name, or a profile and the role in it.
    """

    code = "reference-invalid"

    def __init__(self, reference: str, problem: str, remedy: str, setting: str = "") -> None:
        super().__init__(f"{setting + ': ' if setting else ''}{reference}: {problem}; {remedy}")
        self.reference = reference
        self.problem = problem
        self.remedy = remedy
        self.setting = setting

    def at(self, setting: str) -> ReferenceInvalid:
        """The same, found in this setting."""
        return ReferenceInvalid(self.reference, self.problem, self.remedy, setting)


class ModelError(ParleyError):
    """Something about one model, named by its reference."""

    code = "model-error"

    def __init__(self, model: str, detail: str = "") -> None:
        super().__init__(f"{model}: {detail}" if detail else model)
        self.model = model
        self.detail = detail


class ModelUnavailable(ModelError):
    """Missing files, a missing library, or a load that fails: asking again does not help."""

    code = "model-unavailable"


class ModelCrashed(ModelError):
    """The engine died or broke off while working; it is restarted, so asking once more may help."""

    code = "model-crashed"
    retryable = True


class ModelLate(ModelError):
    """No answer within the deadline."""

    code = "model-late"
    retryable = True


class ModelRefused(ModelError):
    """The model does not take this input (longer than its window, say): the same again would not help."""

    code = "model-refused"


class ModelBusy(ModelError):
    """The bounded queue before the model is full. ``retry_after`` estimates the seconds until it has room."""

    code = "model-busy"
    retryable = True

    def __init__(self, model: str, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(model, detail)
        self.retry_after = retry_after


class ModelOutOfMemory(ModelError):
    """The device has no room for the model or for the work it was given. Its host steps down; see ladder.py."""

    code = "model-out-of-memory"


class DeviceLost(ModelError):
    """The device that the model runs on is gone or broken: nothing more can be done there."""

    code = "device-lost"
