"""A photo gets a name when one is probable, and none when every name would be a guess in the dark."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from agents import pictures
from agents.errors import ModelUnavailable, ReferenceInvalid
from agents.models.imagenet import ImageNet
from agents.models.imagenet_names import FAMILIES, PLAIN
from agents.models.reference import ModelReference
from tests.embedded import folder

PHOTOS = json.loads((Path(__file__).parents[2] / "data" / "photos.json").read_text("utf-8"))["photos"]


def reference(text: str = "imagenet:efficientnet-lite0") -> ModelReference:
    return ModelReference.parse(text)


def shipped(photo: dict[str, str]) -> Image.Image:
    """A photo out of the package it ships in, without importing the package."""
    spec = find_spec(photo["package"])
    assert spec is not None and spec.origin is not None
    return pictures.decode((Path(spec.origin).parent / photo["path"]).read_bytes(), max_megapixels=50)


def test_it_declares_that_it_names_one_thing_in_english():
    card = ImageNet.declare(reference())
    assert card.sentences is False
    assert card.languages == {"en"}
    assert 0.4 <= card.half_from <= card.sure_from <= 1


def test_the_thresholds_can_be_set():
    card = ImageNet.declare(reference("imagenet:efficientnet-lite0?sure=80&half=50"))
    assert (card.sure_from, card.half_from) == (0.8, 0.5)


@pytest.mark.parametrize("text", ["imagenet:resnet", "imagenet:efficientnet-lite0?sure=101"])
def test_what_it_cannot_be_is_refused(text):
    with pytest.raises(ReferenceInvalid):
        ImageNet.declare(reference(text))


@pytest.mark.parametrize("place", [None, Path("/nowhere")])
def test_missing_weights_are_unavailable(place):
    with pytest.raises(ModelUnavailable):
        ImageNet(reference(), place)


@pytest.mark.embedded
def test_families_and_plain_names_stand_on_the_labels():
    labels = json.loads((folder("efficientnet-lite0") / "labels.json").read_text("utf-8"))
    assert set(PLAIN) <= {label.partition(",")[0] for label in labels.values()}
    proof = {"dog": "corgi", "cat": "tabby", "butterfly": "monarch", "frog": "bullfrog", "bear": "ice bear"}
    proof |= {"bus": "school bus", "guitar": "electric guitar", "spider": "tarantula", "car": "convertible"}
    for family, member in proof.items():
        assert any(member in labels[str(index)] for index in FAMILIES[family])
    assert all(0 <= index < 1000 for members in FAMILIES.values() for index in members)
    assert all(len(set(members)) == len(members) for members in FAMILIES.values())


@pytest.mark.embedded
def test_seven_of_ten_real_photos_are_named_rightly(classifier):
    right, named = 0, []
    for photo in PHOTOS:
        found = classifier.caption([shipped(photo)])[0]
        right += bool(found) and found[0].text in photo["accepted"]
        named.append((photo["path"], [(one.text, round(one.confidence, 2)) for one in found]))
    print(f"{right} of {len(PHOTOS)} named rightly:", *named, sep="\n  ")
    assert len(PHOTOS) == 10
    assert right >= 7


@pytest.mark.embedded
def test_where_no_breed_is_sure_the_family_is_named_first(classifier):
    cat = next(photo for photo in PHOTOS if photo["path"].endswith("chelsea.png"))
    found = classifier.caption([shipped(cat)])[0]
    assert found[0].text == "cat"
    assert found[0].confidence >= classifier.card.sure_from
    assert [one.confidence for one in found] == sorted((one.confidence for one in found), reverse=True)


def nothing_to_name() -> list[Image.Image]:
    chance = np.random.default_rng(0)
    plain = [Image.new("RGB", (300, 200), colour) for colour in ("white", "black", "red", "#3060c0", "grey")]
    noisy = [Image.fromarray(chance.integers(0, 255, (200, 300, 3), np.uint8)) for _ in range(3)]
    ramp = np.tile(np.linspace(0, 255, 300, dtype=np.uint8), (200, 1))
    return [*plain, *noisy, Image.fromarray(ramp).convert("RGB"), Image.new("RGB", (1, 1)), Image.new("RGB", (900, 2))]


@pytest.mark.embedded
def test_a_picture_of_nothing_gets_no_name(classifier):
    for found in classifier.caption(nothing_to_name()):
        assert all(one.confidence < classifier.card.sure_from for one in found)
        assert all(one.confidence >= classifier.card.half_from for one in found)


@pytest.mark.embedded
def test_names_below_the_threshold_are_not_claimed():
    strict = ImageNet(reference("imagenet:efficientnet-lite0?sure=99&half=99"), folder("efficientnet-lite0"))
    assert strict.caption([shipped(PHOTOS[0])]) == [[]]


@pytest.mark.embedded
def test_a_batch_gives_what_single_pictures_give(classifier):
    batch = [shipped(photo) for photo in PHOTOS[:3]]
    together, alone = classifier.caption(batch), [classifier.caption([one])[0] for one in batch]
    assert [[one.text for one in found] for found in together] == [[one.text for one in found] for found in alone]
