"""Who waits behind many others hears so once, and for about how long; who is being answered does not."""

from __future__ import annotations

import asyncio

import pytest

from bot.access import Access
from bot.inbox import Desk
from bot.incoming import Incoming, IncomingText, Sender
from bot.long_waits import telling_of_long_waits
from bot.notices import Notices
from bot.patience import Patience, RowFailed
from bot.queueing import Queueing
from bot.texts import Texts
from storage.memory import MemoryInbox
from storage.ports import Arrival, InboxRow
from tests.bot.desks import alone
from tests.bot.test_notices import Line
from tests.waiting import until


def incoming(chat: str, locale: str = "en") -> Incoming:
    return Incoming(
        channel="line",
        chat=chat,
        key=f"{chat}-1",
        sender=Sender(id=chat, locale=locale),
        parts=(IncomingText(text="hi"),),
    )


async def nobody(_: Arrival | InboxRow) -> None: ...


async def test_those_who_wait_are_told_once_and_in_their_language() -> None:
    gate, line = asyncio.Event(), Line()
    notices = Notices({"line": line}, {"line": Access(everybody=True)}, Texts())

    async def work(row: InboxRow) -> None:
        await gate.wait()

    desk = Desk(MemoryInbox(), alone(work), nobody, nobody, workers=1)
    await desk.start()
    for chat, locale in (("first", "en"), ("second", "en"), ("third", "zh")):
        await desk.accept(incoming(chat, locale))
    telling = asyncio.create_task(telling_of_long_waits(desk, notices.crowded, after=0.1, every=0.02))
    await until(lambda: len(line.sent) == 2, within=5)
    await asyncio.sleep(0.2)  # further rounds
    assert [chat for chat, _ in line.sent] == ["second", "third"], "the first is being answered"
    assert "Many people are writing" in line.sent[0][1]
    assert "人很多" in line.sent[1][1]
    gate.set()
    await desk.idle()
    telling.cancel()
    await asyncio.gather(telling, return_exceptions=True)
    await desk.stop()


async def test_however_many_wait_each_is_told_once() -> None:
    gate, rounds, line = asyncio.Event(), 0, Line()
    notices = Notices({"line": line}, {"line": Access(everybody=True)}, Texts())
    crowd = 3000

    async def work(row: InboxRow) -> None:
        await gate.wait()

    async def tell(row: InboxRow, seconds: float | None) -> None:
        nonlocal rounds
        rounds += row.chat == str(crowd)  # the last of each round
        await notices.crowded(row, seconds)

    desk = Desk(MemoryInbox(), alone(work), nobody, nobody, workers=1)
    await desk.start()
    for number in range(crowd + 1):
        await desk.accept(incoming(str(number)))
    telling = asyncio.create_task(telling_of_long_waits(desk, tell, after=0, every=0))
    await until(lambda: rounds == 3, within=60)
    assert len(line.sent) == crowd
    telling.cancel()
    await asyncio.gather(telling, return_exceptions=True)
    await desk.stop(grace=0)


async def test_the_wait_is_estimated_from_those_ahead_and_their_pace() -> None:
    gate, begun = asyncio.Semaphore(0), 0

    async def work(row: InboxRow) -> None:
        nonlocal begun
        begun += 1
        await gate.acquire()

    desk = Desk(MemoryInbox(), alone(work), nobody, nobody, workers=1)
    await desk.start()
    for number in range(4):
        await desk.accept(incoming(str(number)))
    await until(lambda: begun == 1, within=5)
    assert desk.waiting(60) == []
    assert desk.waits(("line", "0")) is None
    known = desk.waits(("line", "3"))
    assert known is not None and known[1] is None, "before one is answered nobody knows"
    gate.release()
    await until(lambda: begun == 2, within=5)
    second, third = desk.waits(("line", "2")), desk.waits(("line", "3"))
    assert second and third and second[1] and third[1]
    assert second[0].chat == "2" and third[1] > second[1]
    for _ in range(4):
        gate.release()
    await desk.idle()
    assert desk.waits(("line", "3")) is None
    await desk.stop()


async def test_one_whose_try_failed_hears_of_that_and_not_of_the_crowd() -> None:
    async def work(row: InboxRow) -> None:
        raise RowFailed("unreachable", retryable=True, outside=True, pause=60)

    desk = Desk(MemoryInbox(), alone(work), nobody, nobody, patience=Patience(backoff=60))
    await desk.start()
    await desk.accept(incoming("a"))
    await until(lambda: desk.facts().outcomes["retried"] == 1, within=5)
    assert desk.waits(("line", "a")) is None
    await desk.stop()


async def test_a_queue_knows_how_long_those_at_its_end_will_wait() -> None:
    queue = Queueing(workers=4)
    numbers = [queue.join(("line", str(n))) for n in range(8)]
    assert queue.wait(numbers[-1]) is None
    queue.took(2.0)
    assert queue.wait(numbers[-1]) == pytest.approx(2 * (1 + 8 / 4))
    for _ in range(8):
        await queue.next()
    assert queue.wait(numbers[-1]) == pytest.approx(2)
    for _ in range(60):
        queue.took(4.0)
    assert queue.wait(numbers[-1]) == pytest.approx(4, rel=0.01)


@pytest.mark.parametrize(("locale", "said"), [("en", "in about 3 minutes"), ("zh", "大约 3分钟后")])
async def test_the_estimate_is_told_in_words(locale: str, said: str) -> None:
    line = Line()
    notices = Notices({"line": line}, {"line": Access(everybody=True)}, Texts())
    (row,) = await MemoryInbox().accept([Arrival("line", "a", "1", incoming("a", locale).model_dump_json())])
    assert row is not None
    await notices.crowded(row, 140.0)
    await notices.crowded(row, 100.0)
    assert len(line.sent) == 1 and said in line.sent[0][1]
