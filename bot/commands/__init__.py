"""One subcommand a file; each offers ``register(subparsers)``. Imports stay light until a command runs."""

from __future__ import annotations

__all__ = ["described"]


def described(docstring: str | None) -> str:
    """A module's docstring as ``--help`` shows it."""
    return (docstring or "").replace("``", "")
