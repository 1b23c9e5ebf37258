"""Receipts outlive the process that wrote them, and never grow without bound."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import receipts
from storage.receipts import Receipt, Receipts

ONE = Receipt(1, 1, False, "5")
LAST = Receipt(1, 2, True, None)


def test_what_is_noted_is_there_for_the_next_process(tmp_path: Path) -> None:
    noted = Receipts.beside(tmp_path / "parley.db")
    assert noted.left() == []
    noted.note(ONE)
    noted.note(LAST)
    again = Receipts.beside(tmp_path / "parley.db")
    assert again.left() == [ONE, LAST]
    again.clear()
    assert again.left() == []
    noted.close()


def test_a_line_that_was_cut_or_is_of_others_is_no_receipt(tmp_path: Path) -> None:
    noted = Receipts(tmp_path / "receipts")
    noted.note(ONE)
    noted.close()
    with (tmp_path / "receipts").open("ab") as file:
        file.write(b'[1, 2, 3]\n{"row": 1}\n["a", 1, true, null]\n\xff\n[2, 1, tr')
    assert noted.left() == [ONE]


def test_it_is_emptied_once_the_database_knows_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "_MUCH", 10)
    noted = Receipts(tmp_path / "receipts")
    noted.note(ONE)
    noted.note(Receipt(2, 1, True, "6"))
    noted.committed(1)
    assert len(noted.left()) == 2, "one of them is needed still"
    noted.committed(2)
    assert noted.left() == []
    noted.note(LAST)
    assert noted.left() == [LAST]
    noted.close()


def test_where_nothing_can_be_written_work_goes_on(tmp_path: Path) -> None:
    noted = Receipts(tmp_path / "missing" / "receipts")
    noted.note(ONE)
    noted.committed(1)
    assert noted.left() == []
