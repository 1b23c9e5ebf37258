"""In-memory twins of the ports, for tests and trials. Held by the same contract suite as the real ones."""

from storage.memory.conversations import MemoryConversations
from storage.memory.inbox import MemoryInbox
from storage.memory.media import MemoryMedia
from storage.memory.people import MemoryPeople
from storage.memory.preferences import MemoryPreferences
from storage.memory.usage import MemoryUsage

__all__ = [
    "MemoryConversations",
    "MemoryInbox",
    "MemoryMedia",
    "MemoryPeople",
    "MemoryPreferences",
    "MemoryUsage",
]
