"""The tables, written and read with Core statements: the ORM, which nothing needs, takes 7 MB."""

from storage.tables.answers import OBSERVATIONS, RATINGS, REPLIES, TRACES
from storage.tables.base import METADATA
from storage.tables.conversations import CONVERSATIONS, MEDIA, MESSAGES, PARTS, STANDING, TURNS
from storage.tables.inbox import INBOX
from storage.tables.people import INVITES, PEOPLE, PREFERENCES, USAGE

__all__ = [
    "CONVERSATIONS",
    "INBOX",
    "INVITES",
    "MEDIA",
    "MESSAGES",
    "METADATA",
    "OBSERVATIONS",
    "PARTS",
    "PEOPLE",
    "PREFERENCES",
    "RATINGS",
    "REPLIES",
    "STANDING",
    "TRACES",
    "TURNS",
    "USAGE",
]
