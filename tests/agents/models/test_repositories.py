"""Any repository is fetched by the files a backend names, locked to what it was then, and never changes by itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from agents.errors import ModelUnavailable
from agents.models.catalogue import Store
from agents.models.entry import Entry, HubSource
from agents.models.fetch import Fetcher, damaged
from agents.models.lock import Lock
from agents.models.sources.dialect import HUGGINGFACE, MODELSCOPE, Dialect
from agents.models.sources.hub import Hub
from agents.models.sources.packages import Packages
from agents.models.sources.progress import Began, Elsewhere, Failed, FetchEvent, Outcome, Reason
from agents.models.wanted import Wanted
from tests.agents.models.carriers import LocalHub, model_file, serve
from tests.agents.models.repositories import COMMIT, LATER, Repository

NAME = "org/model"
WEIGHTS = bytes(range(256)) * 2000
WANTED = Wanted(NAME, None, ("*.json", "*.safetensors"))
FILES = {
    "config.json": b"{}",
    "model.safetensors": WEIGHTS,
    "processor.py": b"import os",
    "README.md": b"# A model",
    "vocab.txt": b"a\nb\n",
}


@dataclass
class House:
    """A store, and a hub on this machine."""

    root: Path
    local: LocalHub
    dialect: Dialect = HUGGINGFACE
    token: str | None = None
    events: list[FetchEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = Store(self.root, {})

    def serve(self, *repositories: Repository, revision: str | None = None) -> None:
        for repository in repositories:
            modelscope = self.dialect is MODELSCOPE
            answers = repository.modelscope if modelscope else repository.huggingface
            self.local.files |= answers(revision or self.dialect.branch)

    def pull(self, *wanted: Wanted, update: bool = False, offline: bool = False) -> list[Outcome]:
        self.events.clear()
        self.local.seen.clear()
        hub = Hub(self.local.address, dialect=self.dialect, token=self.token, offline=offline)
        finished = Fetcher(self.store, hub, Packages(), self.events.append).pull(wanted or [WANTED], update=update)
        return [one.outcome for one in finished]

    def failure(self) -> Failed:
        return next(event for event in self.events if isinstance(event, Failed))

    @property
    def place(self) -> Path:
        return self.store.place(WANTED.key)

    def content(self, name: str = "model.safetensors") -> bytes:
        return (self.place / name).read_bytes()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with serve({}) as local:
        found = House(tmp_path / "store", local)
        found.serve(Repository(NAME, FILES))
        yield found


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


def test_a_broken_connection_is_continued_where_it_broke(house: House) -> None:
    house.local.breaks_after = [len(house.local.files[house_listing()]), 2, 100_000]
    assert house.pull() == [Outcome.FETCHED]
    assert house.content() == WEIGHTS
    assert "bytes=100000-" in [asked for _, asked in house.local.fetched()]


def house_listing() -> str:
    return f"/api/models/{NAME}/revision/main?blobs=true"


def test_what_was_left_of_another_commit_is_not_continued(house: House) -> None:
    house.local.breaks_after = [len(house.local.files[house_listing()]), 2, *[1000] * 9]
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
    house.local.files[house_listing()] = b" " * (17 << 20)
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
