"""Any repository is fetched by the files a backend names, locked to what it was then, and never changes by itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from agents.errors import ModelUnavailable
from agents.models.catalogue import Store
from agents.models.entry import Entry
from agents.models.fetch import damaged
from agents.models.lock import Lock
from agents.models.sources.progress import Outcome, Reason
from agents.models.wanted import Wanted
from tests.agents.models.carriers import model_file
from tests.agents.models.pulling.house import FILES, NAME, WANTED, WEIGHTS, House
from tests.agents.models.repositories import COMMIT, LATER, Repository


def test_the_files_that_are_needed_are_fetched_and_locked_to_their_commit(house: House) -> None:
    assert house.pull() == [Outcome.FETCHED]
    names = {path.name for path in house.place.iterdir()}
    assert names == {"config.json", "model.safetensors", ".lock.json", ".verified.json"}
    lock = Lock.read(house.place)
    assert lock is not None
    assert (lock.commit, lock.licence, lock.hub) == (COMMIT, "apache-2.0", "huggingface")
    assert all(len(file.sha256) == 64 for file in lock.files)
    assert house.store.folder(NAME, None, WANTED.patterns) == house.place
    assert house.store.folder(NAME) == house.store.folder(NAME, "main") == house.place
    assert [entry.name for entry in house.store.installed()] == ["org/model@main"]


def test_what_was_fetched_is_verified_and_nobody_is_asked_again(house: House) -> None:
    house.pull()
    assert house.pull() == [Outcome.KEPT]
    assert house.local.seen == []
    assert house.pull(offline=True) == [Outcome.KEPT]


def test_a_model_never_changes_because_its_branch_moved(house: House) -> None:
    house.pull()
    house.serve(Repository(NAME, FILES | {"model.safetensors": WEIGHTS[::-1]}, LATER))
    assert house.pull() == [Outcome.KEPT]
    assert house.content() == WEIGHTS


def test_an_update_that_is_asked_for_takes_what_the_branch_is_now(house: House) -> None:
    house.pull()
    house.serve(Repository(NAME, {"model.safetensors": WEIGHTS[::-1], "new.json": b"[]"}, LATER))
    assert house.pull(update=True) == [Outcome.FETCHED]
    assert house.content() == WEIGHTS[::-1]
    assert {path.name for path in house.place.iterdir()} >= {"new.json"}
    assert not (house.place / "config.json").exists()
    assert house.store.entry("org/model@main").revision == LATER


def test_an_update_that_fails_leaves_the_model_as_it_was(house: House) -> None:
    house.pull()
    house.serve(Repository(NAME, FILES | {"model.safetensors": WEIGHTS[::-1]}, LATER))
    house.local.files[f"/{NAME}/resolve/{LATER}/model.safetensors"] = WEIGHTS
    assert house.pull(update=True) == [Outcome.UNCHANGED]
    assert house.failure().reason is Reason.WRONG
    assert house.content() == WEIGHTS
    assert house.store.has(WANTED)
    assert house.pull(update=True, offline=True) == [Outcome.UNCHANGED]


def test_further_files_are_taken_from_the_commit_that_is_locked(house: House) -> None:
    house.pull()
    wider = Wanted(NAME, None, (*WANTED.patterns, "*.txt"))
    assert not house.store.has(wider)
    with pytest.raises(ModelUnavailable, match="python -m bot models pull"):
        house.store.folder(NAME, None, wider.patterns)
    house.serve(Repository(NAME, {"vocab.txt": b"later", "model.safetensors": b"later"}, LATER))
    assert house.pull(wider) == [Outcome.FETCHED]
    assert house.content("vocab.txt") == b"a\nb\n"
    assert house.store.has(wider)
    assert house.store.has(WANTED)


def test_a_commit_that_changed_upstream_is_refused(house: House) -> None:
    house.pull()
    house.serve(Repository(NAME, FILES | {"model.safetensors": WEIGHTS[::-1]}, COMMIT))
    assert house.pull(Wanted(NAME, None, ("*.txt", *WANTED.patterns))) == [Outcome.MISSING]
    assert house.failure().reason is Reason.CHANGED
    assert house.store.has(WANTED)


def test_a_damaged_file_is_fetched_again_from_the_same_commit(house: House) -> None:
    house.pull()
    (house.place / "model.safetensors").write_bytes(b"X" + WEIGHTS[1:])
    assert damaged(house.store, WANTED.key) == ["model.safetensors"]
    house.serve(Repository(NAME, {"model.safetensors": b"later"}, LATER))
    assert house.pull() == [Outcome.FETCHED]
    assert house.content() == WEIGHTS


def test_a_damaged_lock_is_no_lock(house: House) -> None:
    house.pull()
    for text in ("{", "[]", "null", json.dumps({"files": [{"name": "../x", "bytes": 1, "sha256": "0" * 64}]})):
        (house.place / ".lock.json").write_text(text)
        assert not house.store.has(WANTED)
    assert house.pull() == [Outcome.KEPT]
    assert house.store.has(WANTED)


def test_a_folder_that_was_put_under_another_name_is_not_taken_for_it(house: House) -> None:
    house.pull()
    shutil.copytree(house.place, house.store.place("org/other@main"))
    assert not house.store.has(Wanted("org/other", None, WANTED.patterns))


def test_references_to_one_repository_are_fetched_together(house: House) -> None:
    assert house.pull(WANTED, Wanted(NAME, None, ("*.txt",)), Wanted(NAME, COMMIT, WANTED.patterns)) == [
        Outcome.FETCHED,
        Outcome.FETCHED,
    ]
    assert (house.place / "vocab.txt").exists()
    assert house.store.folder(NAME, COMMIT).name == f"org--model@{COMMIT}"


def test_files_that_another_backend_wanted_do_not_make_a_repository_fit(house: House) -> None:
    house.serve(Repository(NAME, {"a.gguf": WEIGHTS, "config.json": b"{}"}))
    assert house.pull(Wanted(NAME, None, ("a.gguf",))) == [Outcome.FETCHED]
    assert house.pull() == [Outcome.MISSING]
    assert house.failure().reason is Reason.UNFIT


def test_files_in_folders_keep_their_folders(house: House) -> None:
    house.serve(Repository(NAME, FILES | {"1_Pooling/config.json": b"[]"}))
    assert house.pull(Wanted(NAME, None, (*WANTED.patterns, "*/config.json"))) == [Outcome.FETCHED]
    assert house.content("1_Pooling/config.json") == b"[]"


def test_another_revision_or_file_than_the_catalogues_is_another_model(tmp_path: Path) -> None:
    known = Entry("org/known", "MIT", (model_file("a-Q4.gguf", WEIGHTS),), (), revision=COMMIT)
    store = Store(tmp_path, {"org/known": known})
    assert store.key(Wanted("org/known", None, ("*Q4*.gguf",))) == "org/known"
    assert store.key(Wanted("org/known", COMMIT, ("a-Q4.gguf",))) == "org/known"
    assert store.key(Wanted("org/known", LATER)) == f"org/known@{LATER}"
    assert store.key(Wanted("org/known", None, ("a-Q8.gguf",))) == "org/known@main"


@pytest.mark.parametrize("name", ["../evil@main", "a/b/c@main", "@main", "org/model--x@main"])
def test_a_name_that_no_hub_has_leads_nowhere(house: House, name: str) -> None:
    with pytest.raises(ModelUnavailable):
        house.store.place(name)
