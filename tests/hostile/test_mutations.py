"""Whatever is done to a file of any format: it is decoded or refused, in time, here and in a child alike.

The long lane tries many more, and other ones at every run.
"""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.decoding.inside import InsideDecoder
from agents.decoding.pool import DecodingPool
from agents.limits import Limits
from tests.data.making.files import DECODES
from tests.hostile.corpus import outcome
from tests.hostile.lane import TIMES, WHOLE
from tests.hostile.mutation import SEEDS, mutated

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(3_600),
    pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning"),  # Pillow's remarks on damage
]

REASONS = {
    "photo": {DECODES, "empty", "not-an-image", "truncated", "too-large"},
    "voice": {DECODES, "empty", "not-sound", "no-sound", "truncated", "too-long"},
    "video": {DECODES, "empty", "not-video", "truncated", "too-large"},
    "document": {DECODES, "empty", "not-text", "no-text", "encrypted", "truncated"},
}
# Damage that makes a decoder slow or greedy is given up, which is right too; a child that crashes says the same.
GIVEN_UP = "too-costly"


@pytest.mark.parametrize("name", SEEDS)
@settings(
    max_examples=40 * TIMES,
    deadline=None,
    database=None,
    derandomize=not WHOLE,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
async def test_damage_ends_in_a_decoded_value_or_a_refusal(pool: DecodingPool, name: str, data: st.DataObject) -> None:
    sent_as = name.partition("/")[0]
    damaged = data.draw(mutated(name))
    async with asyncio.timeout(Limits().decode_deadline + 10):
        there = await outcome(pool, sent_as, damaged)
    assert there[0] in REASONS[sent_as] | {GIVEN_UP}
    if there[0] != GIVEN_UP:
        here = await outcome(InsideDecoder(Limits()), sent_as, damaged)
        assert here[0] in REASONS[sent_as]
        assert DECODES not in {here[0], there[0]} or here == there
