"""The catalogue holds together, and the store tells what is on disk without reading it all."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.errors import ModelUnavailable
from agents.models.catalogue import Resolved, Store, entries, entry
from agents.models.entry import Entry, HubSource, ModelFile, PackageSource
from agents.models.fetch import damaged
from agents.models.profiles import profiles
from tests.agents.models.carriers import model_file

BIG = Entry("org/big", "MIT", (model_file("model.bin", b"big model"),), (), stand_in="org/small")
SMALL = Entry("org/small", "MIT", (model_file("model.bin", b"small"),), ())
CATALOGUE = {"org/big": BIG, "org/small": SMALL}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, CATALOGUE)


def put(store: Store, name: str, content: bytes) -> Path:
    place = store.place(name)
    place.mkdir(parents=True)
    (place / "model.bin").write_bytes(content)
    store.mark(name)
    return place


@pytest.mark.parametrize("name", entries())
def test_every_package_source_gives_every_file_of_its_model(name: str) -> None:
    for source in entry(name).sources:
        if isinstance(source, PackageSource):
            carried = {file for wheel in source.wheels for file in wheel.members}
            assert carried == {file.name for file in entry(name).files}
            assert all("==" in wheel.requirement and len(wheel.sha256) == 64 for wheel in source.wheels)


@pytest.mark.parametrize("name", entries())
def test_every_model_can_be_had_without_a_hub_and_hub_sources_pin_a_commit(name: str) -> None:
    hubs = [source for source in entry(name).sources if isinstance(source, HubSource)]
    assert all(len(source.revision) == 40 for source in hubs)
    assert len(hubs) < len(entry(name).sources)
    assert entry(name).licence


@pytest.mark.parametrize("name", entries())
def test_a_stand_in_is_a_smaller_model_of_the_catalogue_with_no_stand_in_of_its_own(name: str) -> None:
    stand_in = entry(name).stand_in
    if stand_in:
        assert entry(stand_in).bytes < entry(name).bytes
        assert entry(stand_in).stand_in is None


def test_the_catalogue_knows_every_model_of_the_embedded_profile_that_has_files() -> None:
    references = profiles()["embedded"].references()
    assert {role for role, reference in references.items() if reference.name in entries()} == {"asr", "caption", "llm"}


def test_an_unknown_model_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ModelUnavailable, match="did you mean Systran/faster-whisper-base"):
        entry("Systran/faster-whisper-bas")


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "a/../b",
        "/etc/passwd",
        "a//b",
        "a\\b",
        "C:evil",
        ".hidden",
        "a/.git",
        "a.",
        "a ",
        "a\0",
        "a\n",
        "",
        "a" * 201,
        "a/b/c/d/e",
        "model.bin.partial",
    ],
)
def test_a_file_name_cannot_leave_its_models_folder(name: str) -> None:
    with pytest.raises(ValueError, match="plain file name"):
        ModelFile(name, 1, "0" * 64)


def test_a_verified_model_is_found_in_its_folder(store: Store) -> None:
    place = put(store, "org/big", b"big model")
    assert store.folder("org/big") == place
    assert store.resolve("org/big") == Resolved("org/big", place)
    assert damaged(store, "org/big") == []


def test_a_model_that_was_not_fetched_is_refused_with_the_command_that_fetches_it(store: Store) -> None:
    with pytest.raises(ModelUnavailable, match="python -m bot models pull"):
        store.folder("org/big")
    with pytest.raises(ModelUnavailable, match="python -m bot models pull"):
        store.resolve("org/big")


def test_files_without_the_mark_of_verification_do_not_count(store: Store) -> None:
    put(store, "org/big", b"big model")
    store.unmark("org/big")
    assert not store.present("org/big")


def test_a_truncated_or_absent_file_is_noticed_without_hashing(store: Store) -> None:
    place = put(store, "org/big", b"big model")
    (place / "model.bin").write_bytes(b"big")
    assert not store.present("org/big")
    (place / "model.bin").unlink()
    assert not store.present("org/big")


def test_files_verified_against_an_older_catalogue_do_not_count(store: Store, tmp_path: Path) -> None:
    put(store, "org/big", b"big model")
    newer = Entry("org/big", "MIT", (model_file("model.bin", b"BIG MODEL"),), ())
    assert not Store(tmp_path, {"org/big": newer}).present("org/big")


def test_a_damaged_mark_counts_as_no_mark(store: Store) -> None:
    place = put(store, "org/big", b"big model")
    (place / ".verified.json").write_text("{")
    assert not store.present("org/big")


def test_the_stand_in_steps_in_and_says_for_whom_only_while_the_model_is_missing(store: Store) -> None:
    small = put(store, "org/small", b"small")
    assert store.resolve("org/big") == Resolved("org/small", small, stands_in_for="org/big")
    big = put(store, "org/big", b"big model")
    assert store.resolve("org/big") == Resolved("org/big", big)


def test_full_hashing_finds_a_file_whose_size_alone_is_right(store: Store) -> None:
    put(store, "org/big", b"bad model")
    assert store.present("org/big")
    assert damaged(store, "org/big") == ["model.bin"]
