"""Text in pictures is read row by row, English and Chinese, from files that are already here."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from agents import pictures
from agents.errors import ModelUnavailable, ReferenceInvalid
from agents.models import rapidocr
from agents.models.rapidocr import RapidOcr
from agents.models.reference import ModelReference
from agents.values import Box, Finding
from tests.pictures import CHINESE_MENU, CHINESE_SIGNS, MENU, menu, sign


def read(reader: RapidOcr, data: bytes) -> list[Finding]:
    return reader.read([pictures.decode(data, max_megapixels=50)])[0]


def texts(findings: list[Finding]) -> list[str]:
    return [finding.text for finding in findings]


def test_each_dish_stands_on_one_line_with_its_price(reader):
    found = read(reader, menu())
    assert texts(found) == [f"{dish} {price}" for dish, price in MENU]
    assert all(one.confidence >= reader.card.sure_from for one in found)


def test_a_chinese_menu_is_read_row_by_row(reader):
    assert texts(read(reader, menu(CHINESE_MENU))) == [f"{dish} {price}" for dish, price in CHINESE_MENU]


@pytest.mark.parametrize("text", ["SALE 50%", "NO ENTRY\nSTAFF ONLY", *CHINESE_SIGNS])
def test_a_sign_is_read(reader, text):
    assert texts(read(reader, sign(text))) == text.split("\n")


def test_places_are_pixels_of_the_picture_that_was_sent(reader):
    small = pictures.decode(sign("EXIT"), max_megapixels=50)
    (near,) = reader.read([small])[0]
    (far,) = reader.read([small.resize((small.width * 5, small.height * 5))])[0]
    assert isinstance(near.place, Box) and isinstance(far.place, Box)
    assert near.place.left > 60 and near.place.right < small.width
    for side in ("left", "top", "right", "bottom"):
        assert getattr(far.place, side) == pytest.approx(5 * getattr(near.place, side), abs=80)


@pytest.mark.parametrize("size", [(300, 200), (1, 1), (1, 3_000), (3_000, 2), (20_000, 3), (60, 2_000)])
def test_a_picture_without_text_of_any_shape_is_nothing(reader, size):
    assert reader.read([Image.new("RGB", size, "white")]) == [[]]


def test_several_pictures_are_read_in_order(reader):
    both = [pictures.decode(sign(text), max_megapixels=50) for text in ("OPEN", "CLOSED")]
    assert [texts(found) for found in reader.read(both)] == [["OPEN"], ["CLOSED"]]


def test_it_says_nothing_on_standard_output_or_error(reader, capfd):
    read(reader, menu())
    reader.read([Image.new("RGB", (64, 64))])
    said = capfd.readouterr()
    assert said.out + said.err == ""


def test_a_model_that_is_not_in_the_wheel_is_refused():
    with pytest.raises(ReferenceInvalid):
        RapidOcr.declare(ModelReference.parse("rapidocr:PP-OCRv9"))


@pytest.mark.parametrize("problem", ["absent", "empty"])
def test_missing_files_are_unavailable_rather_than_downloaded(monkeypatch, tmp_path, problem):
    origin = type("Spec", (), {"origin": str(tmp_path / "__init__.py")})
    monkeypatch.setattr(rapidocr, "find_spec", lambda name: None if problem == "absent" else origin)
    with pytest.raises(ModelUnavailable, match="make install"):
        RapidOcr(ModelReference.parse("rapidocr:PP-OCRv6"))


def test_uncertain_text_is_left_out():
    strict = RapidOcr(ModelReference.parse("rapidocr:PP-OCRv6?score=100"))
    blurred = Image.open(io.BytesIO(menu())).resize((190, 108)).resize((760, 432))
    assert strict.read([blurred]) == [[]]
