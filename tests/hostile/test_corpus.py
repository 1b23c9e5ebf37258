"""Every file of the corpus comes to what is promised, here and in a child, in bounded memory."""

from __future__ import annotations

import io
import zlib

import numpy as np
import pytest
from PIL import Image

from agents import pictures, sounds
from agents.decoding.inside import InsideDecoder
from agents.decoding.pool import DecodingPool
from agents.errors import MediaUnreadable
from agents.limits import Limits
from agents.ports import Decoder
from tests.data.make_hostile import FOLDER, corpus
from tests.data.making.blocks import png
from tests.data.making.files import DECODES
from tests.data.making.long_sounds import silent_flac
from tests.hostile.corpus import Case, cases, outcome, peak

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning"),  # Pillow's remarks on damage
]

RED = (192, 24, 24)
RESTING = 100 << 20  # bytes a child has before it decodes anything, and to spare
SCENES = (
    "baseline progressive subsampled restarts cmyk-adobe exif-1 exif-2 exif-3 exif-4 exif-5 exif-6 exif-7 exif-8 "
    "mpo-of-a-phone plain mode-p mode-rgba animated lossy lossless alpha several polyglot-zip "
    "polyglot-html polyglot-pdf polyglot-php rubbish-after named-png named-jpg mode-rgb runs from-the-top "
    "thirty-two-bits interlaced too-much-data exif-nonsense exif-broken"
).split()


async def test_the_folder_holds_what_the_script_makes_and_the_manifest_tells_all_of_it() -> None:
    made = {f"{one.sent_as}/{one.name}": one.outcome for one in corpus()}
    assert len(made) >= 200
    assert {str(path.relative_to(FOLDER)) for path in FOLDER.glob("*/*")} == made.keys()
    assert {case.file: case.outcome for case in cases()} == made
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 4_000_000


async def unkept(decoder: Decoder) -> dict[str, object]:
    """What came out otherwise than promised."""
    found = {}
    for case in cases():
        reached, fact = await outcome(decoder, case.sent_as, case.data)
        if reached != case.outcome or not _fits(case, fact):
            found[case.file] = (reached, fact)
    return found


def _fits(case: Case, fact: list[int] | float | None) -> bool:
    if case.fact is None:
        return True
    return fact == case.fact if isinstance(case.fact, list) else fact == pytest.approx(case.fact, abs=0.15)


async def test_every_file_comes_to_what_is_promised() -> None:
    assert await unkept(InsideDecoder(Limits())) == {}


async def test_every_file_comes_to_what_is_promised_in_a_child_that_survives_it(pool: DecodingPool) -> None:
    await pool.warm()
    before = set(pool.pids)
    assert await unkept(pool) == {}
    assert set(pool.pids) == before, "a child was given up"
    most = max([await peak(pid) for pid in pool.pids])
    print(f"\npeak memory of a decoding child over the corpus: {most >> 20} MB")
    assert most < RESTING + Limits().decode_memory


def scenes() -> list[Case]:
    """Photos of the red board, whatever their format."""
    shown = [case for case in cases() if case.sent_as == "photo" and case.outcome == DECODES]
    return [case for case in shown if case.file.removeprefix("photo/").split(".")[0] in SCENES]


@pytest.mark.parametrize("case", scenes(), ids=lambda case: case.file)
async def test_what_is_shown_is_what_is_seen(case: Case) -> None:
    picture = pictures.decode(case.data, max_megapixels=1)
    centre = picture.getpixel((picture.width // 2, picture.height // 2))
    assert np.abs(np.subtract(centre, RED)).max() < 45


async def test_three_hours_are_refused_without_being_decoded_whole() -> None:
    stated, unstated = silent_flac(3 * 3_600), silent_flac(3 * 3_600, stated=False)
    for data in (stated, unstated):
        with pytest.raises(MediaUnreadable, match="too-long"):
            sounds.decode(data, max_minutes=15)
    assert sounds.decode(silent_flac(60), max_minutes=15).seconds == pytest.approx(57.3, abs=1)


async def test_the_largest_that_is_taken_stays_within_its_memory(pool: DecodingPool) -> None:
    side = 7_000
    transparent = png((side, side), (b"\0" + bytes(4 * side)) * side, colour=6)
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = io.BytesIO()
    Image.new("RGB", (side, side)).save(turned, "JPEG", exif=exif)
    await pool.warm()
    for data in (transparent, turned.getvalue()):
        assert (await pool.picture(data)).size == (side, side)
    most = max([await peak(pid) for pid in pool.pids])
    print(f"\npeak memory of a decoding child at 49 megapixels: {most >> 20} MB")
    assert most < RESTING + Limits().decode_memory


async def test_data_behind_the_picture_is_not_unpacked(pool: DecodingPool) -> None:
    rows = (b"\0" + bytes(30)) * 10
    bomb = png((10, 10), rows + bytes(200_000_000))
    assert len(bomb) < 300_000
    assert (await pool.picture(bomb)).size == (10, 10)
    with pytest.raises(MediaUnreadable, match="truncated"):
        await pool.picture(bomb[:33] + zlib.compress(bytes(1_000_000)))
