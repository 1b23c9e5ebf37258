"""Collected where ``make test-learned`` asks for it: the whole of it takes minutes."""

from __future__ import annotations

from tests.learned.size import QUESTIONS

if not QUESTIONS:
    collect_ignore_glob = ["test_*.py"]
