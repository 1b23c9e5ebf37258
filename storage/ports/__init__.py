"""What storage offers. Held by contract suites over the SQL implementation and the in-memory twins.

Every method may raise ``storage.errors.StorageBusy``, ``StorageFull`` (both retryable) and ``StorageBroken``. Text of
any length is taken; NUL and lone surrogates come back as U+FFFD, numbers that are not finite as 0.
"""

from storage.ports.conversations import Conversations, Heard
from storage.ports.inbox import Arrival, Doubt, Inbox, InboxRow, InboxState
from storage.ports.log import ConversationSummary, LogFilter, LoggedPart, LoggedTurn, Rating
from storage.ports.media import MediaStore
from storage.ports.people import Invite, Known, People, Standing
from storage.ports.preferences import Preferences
from storage.ports.usage import Usage

__all__ = [
    "Arrival",
    "ConversationSummary",
    "Conversations",
    "Doubt",
    "Heard",
    "Inbox",
    "InboxRow",
    "InboxState",
    "Invite",
    "Known",
    "LogFilter",
    "LoggedPart",
    "LoggedTurn",
    "MediaStore",
    "People",
    "Preferences",
    "Rating",
    "Standing",
    "Usage",
]
