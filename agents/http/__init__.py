"""HTTP to other hosts whose calls may be cancelled at any instant. The doors and the models use the same."""

from agents.http.client import Client
from agents.http.unbroken import UnbrokenTransport

__all__ = ["Client", "UnbrokenTransport"]
