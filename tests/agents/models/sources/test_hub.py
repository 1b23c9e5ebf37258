"""The hub: what it gives is continued after a break and verified; a hub that cannot be reached costs little."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.models.entry import HubSource
from agents.models.sources.hub import Hub
from agents.models.sources.progress import Reason, SourceFailed
from tests.agents.models.carriers import LocalHub, model_file, serve

CONTENT = bytes(range(256)) * 4000  # 1 MB: several pieces
MODEL = model_file("model.bin", CONTENT)
CONFIG = model_file("config.json", b"{}")
SOURCE = HubSource("org/model", "abc", {"model.bin": "weights.bin"})
WEIGHTS = "/org/model/resolve/abc/weights.bin"


@pytest.fixture
def local() -> Iterator[LocalHub]:
    with serve({WEIGHTS: CONTENT, "/org/model/resolve/abc/config.json": b"{}"}) as hub:
        yield hub


def no_progress(done: int) -> None:
    """Progress is watched by other tests."""


def reason_of(hub: Hub, folder: Path, *files: object) -> Reason:
    with pytest.raises(SourceFailed) as caught:
        hub.knock()
        hub.fetch(SOURCE, [MODEL], folder, no_progress)
    return caught.value.reason


def test_files_arrive_under_our_names_with_their_progress(local: LocalHub, tmp_path: Path) -> None:
    told: list[int] = []
    Hub(local.address + "/").fetch(SOURCE, [CONFIG, MODEL], tmp_path, told.append)
    assert (tmp_path / "model.bin").read_bytes() == CONTENT
    assert (tmp_path / "config.json").read_bytes() == b"{}"
    assert told == sorted(told)
    assert told[-1] == len(CONTENT) + 2
    assert len(list(tmp_path.iterdir())) == 2


def test_a_broken_connection_is_continued_where_it_broke(local: LocalHub, tmp_path: Path) -> None:
    local.breaks_after = [400_000, 300_000]
    Hub(local.address).fetch(SOURCE, [MODEL], tmp_path, no_progress)
    assert (tmp_path / "model.bin").read_bytes() == CONTENT
    assert [asked for _, asked in local.fetched()] == [None, "bytes=400000-", "bytes=700000-"]


def test_a_later_try_continues_what_an_earlier_one_left(local: LocalHub, tmp_path: Path) -> None:
    (tmp_path / "model.bin.partial").write_bytes(CONTENT[:1000])
    hub = Hub(local.address)
    assert hub.needs([MODEL, CONFIG], tmp_path) == (len(CONTENT) + 2, 1000)
    hub.fetch(SOURCE, [MODEL], tmp_path, no_progress)
    assert (tmp_path / "model.bin").read_bytes() == CONTENT
    assert local.fetched() == [(WEIGHTS, "bytes=1000-")]


def test_a_file_that_was_whole_before_the_break_is_not_fetched_again(local: LocalHub, tmp_path: Path) -> None:
    (tmp_path / "model.bin.partial").write_bytes(CONTENT)
    Hub(local.address).fetch(SOURCE, [MODEL], tmp_path, no_progress)
    assert (tmp_path / "model.bin").read_bytes() == CONTENT
    assert local.fetched() == []


def test_a_hub_that_cannot_continue_sends_everything_again(local: LocalHub, tmp_path: Path) -> None:
    local.ranges = False
    (tmp_path / "model.bin.partial").write_bytes(CONTENT[:1000])
    Hub(local.address).fetch(SOURCE, [MODEL], tmp_path, no_progress)
    assert (tmp_path / "model.bin").read_bytes() == CONTENT


def test_redirects_to_another_place_are_followed(local: LocalHub, tmp_path: Path) -> None:
    local.redirects = True
    (tmp_path / "model.bin.partial").write_bytes(CONTENT[:1000])
    Hub(local.address).fetch(SOURCE, [MODEL], tmp_path, no_progress)
    assert (tmp_path / "model.bin").read_bytes() == CONTENT
    assert local.fetched()[-1] == (f"/cdn{WEIGHTS}", "bytes=1000-")


@pytest.mark.parametrize(
    "wrong", [CONTENT[:-1] + b"\0", CONTENT + b"\0", CONTENT[:-1]], ids=["changed", "longer", "shorter"]
)
def test_wrong_content_is_refused_and_not_kept(local: LocalHub, tmp_path: Path, wrong: bytes) -> None:
    local.files[WEIGHTS] = wrong
    assert reason_of(Hub(local.address), tmp_path) is Reason.WRONG
    assert list(tmp_path.iterdir()) == []


def test_a_file_the_hub_does_not_have_is_gone(local: LocalHub, tmp_path: Path) -> None:
    local.files.clear()
    assert reason_of(Hub(local.address), tmp_path) is Reason.GONE


def test_a_hub_in_trouble_counts_as_unreachable(local: LocalHub, tmp_path: Path) -> None:
    local.status = 503
    assert reason_of(Hub(local.address), tmp_path) is Reason.UNREACHABLE


def test_a_connection_that_always_breaks_ends_after_a_few_tries(local: LocalHub, tmp_path: Path) -> None:
    local.breaks_after = [10] * 20
    assert reason_of(Hub(local.address), tmp_path) is Reason.UNREACHABLE
    assert len(local.fetched()) == 3


def test_a_refusing_hub_is_asked_only_once(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        hub = Hub(f"http://127.0.0.1:{taken.getsockname()[1]}")
        assert reason_of(hub, tmp_path) is Reason.UNREACHABLE
    assert reason_of(hub, tmp_path) is Reason.UNREACHABLE


def test_a_silent_hub_costs_no_more_than_our_patience(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        hub = Hub(f"http://127.0.0.1:{silent.getsockname()[1]}", patience=0.1)
        began = time.monotonic()
        assert reason_of(hub, tmp_path) is Reason.UNREACHABLE
        assert time.monotonic() - began < 3


def test_an_offline_machine_never_asks(local: LocalHub, tmp_path: Path) -> None:
    assert reason_of(Hub(local.address, offline=True), tmp_path) is Reason.OFFLINE
    assert local.seen == []


def test_the_proxy_is_used(local: LocalHub, tmp_path: Path) -> None:
    beyond_the_proxy = Hub("http://hub.invalid", proxy=local.address)
    local.files = {f"http://hub.invalid{WEIGHTS}": CONTENT}
    beyond_the_proxy.knock()
    beyond_the_proxy.fetch(SOURCE, [MODEL], tmp_path, no_progress)
    assert (tmp_path / "model.bin").read_bytes() == CONTENT


def test_a_malformed_proxy_makes_the_hub_unreachable(tmp_path: Path) -> None:
    assert reason_of(Hub("http://hub.invalid", proxy="nonsense"), tmp_path) is Reason.UNREACHABLE
