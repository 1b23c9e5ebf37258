"""Receipts outlive the process that wrote them, and never grow without bound."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import receipts
from storage.ports import Doubt
from storage.receipts import Noted, Receipt, Receipts

ONE = Receipt(1, 1, False, "5")
LAST = Receipt(1, 2, True, None)
NOTHING = Noted([], {})


def test_what_is_noted_is_there_for_the_next_process(tmp_path: Path) -> None:
    noted = Receipts.beside(tmp_path / "parley.db")
    assert noted.left() == NOTHING
    noted.note(ONE)
    noted.note(LAST)
    again = Receipts.beside(tmp_path / "parley.db")
    assert again.left() == Noted([ONE, LAST], {})
    again.clear()
    assert again.left() == NOTHING
    noted.close()


def test_what_was_on_its_way_is_in_doubt_until_it_is_taken_refused_or_known(tmp_path: Path) -> None:
    noted, doubt = Receipts(tmp_path / "receipts"), Doubt(1, "4")
    for row in (1, 2, 3, 4):
        noted.sends(row, doubt)
    noted.note(ONE)
    noted.settle(2)
    noted.committed(3)
    assert [noted.doubt(row) for row in (1, 2, 3, 4)] == [None, None, None, doubt]
    noted.sends(1, Doubt(2, "5"))
    noted.close()
    left = Receipts(tmp_path / "receipts").left()
    assert left.receipts == [ONE]
    assert (left.doubts[1], left.doubts[4]) == (Doubt(2, "5"), doubt)


def test_doubts_outlive_the_process_that_recovers_in_whole_or_not_at_all(tmp_path: Path) -> None:
    noted, doubt = Receipts(tmp_path / "receipts"), Doubt(1, "4")
    noted.sends(1, doubt)
    noted.note(LAST)
    for row in (2, 3):
        noted.sends(row, doubt)
    noted.close()
    again = Receipts(tmp_path / "receipts")
    again.go_on({3: doubt})
    assert again.left() == Noted([], {3: doubt})
    assert [again.doubt(row) for row in (2, 3)] == [None, doubt]
    again.note(Receipt(3, 1, True, "9"))
    assert again.left() == Noted([Receipt(3, 1, True, "9")], {})
    again.close()
    assert [path.name for path in tmp_path.iterdir()] == ["receipts"]


def test_a_line_that_was_cut_or_is_of_others_is_no_receipt(tmp_path: Path) -> None:
    noted = Receipts(tmp_path / "receipts")
    noted.note(ONE)
    noted.close()
    with (tmp_path / "receipts").open("ab") as file:
        file.write(b'[1, 2, 3]\n{"row": 1}\n["a", 1, true, null]\n\xff\n[2, 1, tr')
    assert noted.left() == Noted([ONE], {})


def test_it_is_emptied_once_the_database_knows_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "_MUCH", 10)
    noted = Receipts(tmp_path / "receipts")
    noted.note(ONE)
    noted.note(Receipt(2, 1, True, "6"))
    noted.committed(1)
    assert len(noted.left().receipts) == 2, "one of them is needed still"
    noted.committed(2)
    assert noted.left() == NOTHING
    noted.note(LAST)
    assert noted.left() == Noted([LAST], {})
    noted.close()


def test_where_nothing_can_be_written_work_goes_on(tmp_path: Path) -> None:
    noted = Receipts(tmp_path / "missing" / "receipts")
    noted.go_on({})
    noted.note(ONE)
    noted.committed(1)
    assert noted.left() == NOTHING
