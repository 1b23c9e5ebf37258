"""In which order the files of tests are begun: those that take longest first.

``make check`` hands whole files to a few processes as each becomes free, so a long file that is begun last leaves all
others idle. How long each takes beside two others, on two cores, was seen with ``--durations``; only the order matters.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

__all__ = ["LONGEST", "longest_first"]

LONGEST = (
    "tests/test_faults.py",
    "tests/agents/models/test_faster_whisper.py",
    "tests/agents/models/llamacpp/test_failing.py",
    "tests/agents/test_embedded.py",
    "tests/bot/web/test_process.py",
    "tests/bot/test_kill.py",
    "tests/test_end_to_end.py",
    "tests/bot/commands/test_models_top.py",
    "tests/hostile/test_telegram.py",
    "tests/hostile/test_web.py",
    "tests/test_bad_input.py",
    "tests/test_telegram_users.py",
    "tests/bot/commands/test_log_export.py",
    "tests/browser/test_connection.py",
    "tests/browser/test_looks.py",
    "tests/browser/test_accessibility.py",
    "tests/browser/test_media.py",
    "tests/storage/test_database.py",
    "tests/contracts/test_language_model.py",
    "tests/contracts/test_senses.py",
    "tests/agents/models/llamacpp/test_answering.py",
    "tests/agents/models/transformers/test_together.py",
    "tests/agents/models/test_rapidocr.py",
    "tests/agents/models/sources/test_packages.py",
    "tests/agents/models/test_fetch.py",
    "tests/agents/models/apart/test_port.py",
    "tests/agents/models/test_imagenet.py",
    "tests/agents/models/test_vader_snownlp.py",
    "tests/hostile/test_turns.py",
    "tests/hostile/test_corpus.py",
    "tests/hostile/test_mutations.py",
    "tests/test_long_answers.py",
    "tests/test_plan_refused.py",
    "tests/test_fallback.py",
    "tests/test_architecture.py",
)
_RANKS = {path: rank for rank, path in enumerate(LONGEST)}


def longest_first(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The same tests; those of a file stay together, and files that are not listed stay as they were collected."""
    return sorted(items, key=lambda item: _RANKS.get(item.nodeid.partition("::")[0], len(LONGEST)))
