"""The tables. Rows are written and read with Core statements; these classes name and type the columns."""

from storage.tables.answers import ObservationRow, RatingRow, ReplyRow, TraceRow
from storage.tables.base import Base
from storage.tables.conversations import STANDING, ConversationRow, MediaRow, MessageRow, PartRow, TurnRow
from storage.tables.inbox import InboxEntry
from storage.tables.people import InviteRow, PersonRow, PreferenceRow, UsageRow

__all__ = [
    "STANDING",
    "Base",
    "ConversationRow",
    "InboxEntry",
    "InviteRow",
    "MediaRow",
    "MessageRow",
    "ObservationRow",
    "PartRow",
    "PersonRow",
    "PreferenceRow",
    "RatingRow",
    "ReplyRow",
    "TraceRow",
    "TurnRow",
    "UsageRow",
]
