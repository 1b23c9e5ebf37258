"""The plain values that travel through a turn: frozen, without I/O, without ids, paths or keys of storage."""

from __future__ import annotations

from agents.values.conversation import (
    Role,
    Utterance,
)
from agents.values.events import (
    Answered,
    Decision,
    Delta,
    Event,
    Perceived,
    Reply,
    Restarted,
    Routed,
    Step,
    Trace,
)
from agents.values.observations import (
    Box,
    Finding,
    Observation,
    ObservationKind,
    Outcome,
    Span,
)
from agents.values.parts import (
    VIDEO_NOTE,
    VIDEO_STICKER,
    Document,
    Medium,
    Part,
    Photo,
    Text,
    Turn,
    Unread,
    UnreadReason,
    Video,
    Voice,
    is_own,
    is_speech,
)

__all__ = [
    "VIDEO_NOTE",
    "VIDEO_STICKER",
    "Answered",
    "Box",
    "Decision",
    "Delta",
    "Document",
    "Event",
    "Finding",
    "Medium",
    "Observation",
    "ObservationKind",
    "Outcome",
    "Part",
    "Perceived",
    "Photo",
    "Reply",
    "Restarted",
    "Role",
    "Routed",
    "Span",
    "Step",
    "Text",
    "Trace",
    "Turn",
    "Unread",
    "UnreadReason",
    "Utterance",
    "Video",
    "Voice",
    "is_own",
    "is_speech",
]
