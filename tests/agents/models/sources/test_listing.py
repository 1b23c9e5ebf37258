"""What hubs say a repository holds is read strictly: whatever is odd is refused, in our own words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents.models.sources.listing import Listed, of_huggingface, of_modelscope
from agents.models.sources.progress import Reason, SourceFailed
from tests.agents.models.repositories import COMMIT, Repository, blob

WEIGHTS = b"weights"
REPOSITORY = Repository("org/model", {"config.json": b"{}", "model.safetensors": WEIGHTS})


def refusal(read: Any, body: bytes) -> Reason:
    with pytest.raises(SourceFailed) as caught:
        read(body)
    return caught.value.reason


def first(answers: dict[str, bytes]) -> bytes:
    return next(iter(answers.values()))


def test_hugging_face_tells_the_commit_the_licence_and_a_hash_of_every_file() -> None:
    listing = of_huggingface(first(REPOSITORY.huggingface()))
    config, weights = listing.files
    assert (listing.commit, listing.licence) == (COMMIT, "apache-2.0")
    assert config == Listed("config.json", 2, git=blob(b"{}"))
    assert (weights.bytes, len(weights.sha256), weights.git) == (len(WEIGHTS), 64, "")


def test_modelscope_tells_a_sha256_of_every_file_and_no_commit() -> None:
    listing = of_modelscope(first(REPOSITORY.modelscope()))
    assert listing.commit == ""
    assert [(file.name, file.bytes, len(file.sha256)) for file in listing.files] == [
        ("config.json", 2, 64),
        ("model.safetensors", len(WEIGHTS), 64),
    ]


def a_sibling(**changes: Any) -> bytes:
    sibling = {"rfilename": "x.bin", "size": 1, "blobId": "0" * 40} | changes
    return json.dumps({"sha": COMMIT, "siblings": [sibling]}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>please log in</html>",
        b"[" * 100_000,
        b"null",
        b'{"siblings": []}',
        b'{"sha": "main", "siblings": []}',
        b'{"sha": "%s", "siblings": {}}' % COMMIT.encode(),
        a_sibling(size=-1),
        a_sibling(size=True),
        a_sibling(size="1"),
        a_sibling(size=1e30),
        a_sibling(size=2**60),
        a_sibling(rfilename=""),
        a_sibling(rfilename="x" * 2000),
        a_sibling(rfilename=["x"]),
        a_sibling(blobId=None),
        a_sibling(blobId="0" * 39),
        a_sibling(lfs={"sha256": "short", "size": 1}),
        a_sibling(lfs={"size": 1}),
        b"\xff\xfe",
    ],
)
def test_a_list_that_is_none_is_refused(body: bytes) -> None:
    assert refusal(of_huggingface, body) is Reason.MALFORMED


@pytest.mark.parametrize("licence", [None, 7, ["mit", "bsd"], {"a": 1}, "", "mit\x1b[31m" + "x" * 500])
def test_a_licence_is_words_to_read_or_nothing(licence: object) -> None:
    answer = json.dumps({"sha": COMMIT, "siblings": [], "cardData": {"license": licence}}).encode()
    said = of_huggingface(answer).licence
    assert len(said) <= 60
    assert "\x1b" not in said


@pytest.mark.parametrize(
    "file",
    [{"Path": "x.bin", "Size": 1, "Sha256": 7}, {"Path": "x.bin", "Size": "1"}, {"Size": 1}, 7],
)
def test_an_entry_that_is_no_file_is_refused(file: object) -> None:
    assert refusal(of_modelscope, json.dumps({"Data": {"Files": [file]}}).encode()) is Reason.MALFORMED


@pytest.mark.parametrize(
    "body",
    [
        b'{"Code": 10010205001, "Success": false, "Data": null}',
        b'{"Code": 10010205001, "Success": false, "Data": {"Files": []}}',
        b'{"Code": 200, "Success": true, "Data": {"Files": []}}',
        b"{}",
    ],
)
def test_a_good_answer_that_says_there_is_nothing_is_understood(body: bytes) -> None:
    assert refusal(of_modelscope, body) is Reason.GONE


def test_a_list_as_long_as_modelscope_cuts_off_is_not_taken_for_whole() -> None:
    files = [{"Path": f"{number}.json", "Size": 1, "Sha256": "0" * 64} for number in range(3000)]
    assert refusal(of_modelscope, json.dumps({"Data": {"Files": files}}).encode()) is Reason.TOO_MANY
