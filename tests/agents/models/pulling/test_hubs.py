"""Hubs break off, lie, refuse and speak two dialects; what comes of it is verified, or said."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from agents.models.catalogue import Store
from agents.models.entry import Entry, HubSource
from agents.models.fetch import Fetcher
from agents.models.sources.dialect import MODELSCOPE
from agents.models.sources.hub import Hub
from agents.models.sources.packages import Packages
from agents.models.sources.progress import Began, Elsewhere, Outcome, Reason
from agents.models.wanted import Wanted
from tests.agents.models.carriers import model_file, serve
from tests.agents.models.pulling.house import FILES, LISTING, NAME, WANTED, WEIGHTS, House
from tests.agents.models.repositories import COMMIT, LATER, Repository


def test_a_broken_connection_is_continued_where_it_broke(house: House) -> None:
    house.local.breaks_after = [len(house.local.files[LISTING]), 2, 100_000]
    assert house.pull() == [Outcome.FETCHED]
    assert house.content() == WEIGHTS
    assert "bytes=100000-" in [asked for _, asked in house.local.fetched()]


def test_what_was_left_of_another_commit_is_not_continued(house: House) -> None:
    house.local.breaks_after = [len(house.local.files[LISTING]), 2, *[1000] * 9]
    assert house.pull() == [Outcome.MISSING]
    assert house.failure().reason is Reason.UNREACHABLE
    house.local.breaks_after = []
    house.serve(Repository(NAME, FILES | {"model.safetensors": WEIGHTS[::-1]}, LATER))
    assert house.pull() == [Outcome.FETCHED]
    assert house.content() == WEIGHTS[::-1]
    asked = dict(house.local.fetched())
    assert asked[f"/{NAME}/resolve/{LATER}/model.safetensors"] is None
    assert f"/{NAME}/resolve/{LATER}/config.json" not in asked  # the same in both: it was kept


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_content_with_another_hash_than_listed_is_refused(house: House, name: str) -> None:
    house.local.files[f"/{NAME}/resolve/{COMMIT}/{name}"] = b"X" * len(FILES[name])
    assert house.pull() == [Outcome.MISSING]
    assert house.failure().reason is Reason.WRONG
    assert not house.store.has(WANTED)


def test_names_that_lead_out_of_the_folder_are_refused(house: House) -> None:
    house.serve(Repository(NAME, {"../../evil.json": b"{}", "model.safetensors": WEIGHTS}))
    assert house.pull(Wanted(NAME, None, ("*.safetensors", "*/*/*.json"))) == [Outcome.MISSING]
    assert house.failure().reason is Reason.MALFORMED
    assert list(house.root.parent.rglob("evil.json")) == []


def test_what_does_not_fit_the_disk_is_not_begun(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.models.fetch.shutil.disk_usage", lambda path: SimpleNamespace(free=1000))
    assert house.pull() == [Outcome.MISSING]
    assert house.failure().reason is Reason.NO_SPACE
    assert not any(isinstance(event, Began) for event in house.events)


def test_a_list_that_never_ends_is_not_read_to_its_end(house: House) -> None:
    house.local.files[LISTING] = b" " * (17 << 20)
    assert house.pull() == [Outcome.MISSING]
    assert house.failure().reason is Reason.MALFORMED


@pytest.mark.parametrize("gated", ["/api/", "/resolve/"])  # the list may be open to all, and the files not
def test_a_gated_repository_is_named_with_the_remedy(house: House, gated: str) -> None:
    house.local.token, house.local.gated = "secret", gated
    assert house.pull() == [Outcome.MISSING]
    assert house.failure().reason is Reason.REFUSED
    assert "HF_TOKEN" in house.failure().reason
    house.token = "secret"
    assert house.pull() == [Outcome.FETCHED]


def test_the_token_goes_to_the_hub_and_not_to_where_it_redirects(house: House) -> None:
    house.token = house.local.token = "secret"
    with serve(house.local.files) as storage:
        house.local.elsewhere = storage.address
        assert house.pull() == [Outcome.FETCHED]
        assert len(storage.fetched()) == 2
        assert set(storage.tokens) == {None}
    assert "Bearer secret" in house.local.tokens


def test_a_repository_that_is_not_there_is_said(house: House) -> None:
    assert house.pull(Wanted("org/none", None, ("*.json",))) == [Outcome.MISSING]
    assert (house.failure().what, house.failure().reason) == ("org/none", Reason.GONE)


def test_offline_nobody_is_asked(house: House) -> None:
    assert house.pull(offline=True) == [Outcome.MISSING]
    assert house.failure().reason is Reason.OFFLINE
    assert house.local.seen == []


def test_a_mirror_below_a_path_is_asked_through_a_proxy(house: House, tmp_path: Path) -> None:
    mirror = "http://mirror.invalid/hf"
    answers = Repository(NAME, FILES).huggingface()
    house.local.files = {f"{mirror}{path}": content for path, content in answers.items()}
    hub = Hub(f"{mirror}/", proxy=house.local.address)
    assert [one.outcome for one in Fetcher(house.store, hub, Packages(), house.events.append).pull([WANTED])] == [
        Outcome.FETCHED
    ]
    assert house.content() == WEIGHTS


def test_modelscope_is_asked_in_its_own_words(house: House) -> None:
    house.dialect, house.local.files = MODELSCOPE, {}
    house.serve(Repository(NAME, FILES))
    assert house.pull() == [Outcome.FETCHED]
    assert house.content() == WEIGHTS
    assert house.store.folder(NAME) == house.place
    house.serve(Repository(NAME, FILES | {"model.safetensors": WEIGHTS[::-1]}))
    assert house.pull() == [Outcome.KEPT]
    (house.place / "model.safetensors").unlink()
    assert house.pull() == [Outcome.MISSING]
    assert house.failure().reason is Reason.WRONG


def test_on_modelscope_a_commit_of_the_other_hub_becomes_its_branch_and_that_is_said(house: House) -> None:
    house.dialect, house.local.files = MODELSCOPE, {}
    house.serve(Repository(NAME, FILES))
    pinned = Wanted(NAME, LATER, WANTED.patterns)
    assert house.pull(pinned) == [Outcome.FETCHED]
    assert Elsewhere(pinned.key, "master") in house.events
    assert house.store.has(pinned)
    assert house.pull(Wanted(NAME, "v2", WANTED.patterns)) == [Outcome.MISSING]


def test_a_repository_refused_by_modelscope_is_not_told_of_the_other_hubs_token(house: House) -> None:
    house.dialect, house.local.token = MODELSCOPE, "theirs"
    assert house.pull() == [Outcome.MISSING]
    assert house.failure().reason is Reason.PRIVATE


def test_a_model_locked_at_one_hub_is_repaired_from_the_other_by_its_content(house: House) -> None:
    house.pull()
    (house.place / "model.safetensors").unlink()
    house.dialect, house.local.files = MODELSCOPE, {}
    house.serve(Repository(NAME, FILES))
    assert house.pull() == [Outcome.FETCHED]
    assert house.content() == WEIGHTS


def test_a_model_of_the_catalogue_comes_from_modelscope_by_its_content(tmp_path: Path) -> None:
    known = Entry("org/known", "MIT", (model_file("model.bin", WEIGHTS),), (HubSource("org/known", COMMIT),))
    with serve(Repository("org/known", {"model.bin": WEIGHTS}).modelscope()) as local:
        hub = Hub(local.address, dialect=MODELSCOPE)
        store = Store(tmp_path, {"org/known": known})
        fetcher = Fetcher(store, hub, Packages(), lambda event: None)
        assert [one.outcome for one in fetcher.pull([Wanted("org/known")])] == [Outcome.FETCHED]
    assert store.folder("org/known") == tmp_path / "org--known"
