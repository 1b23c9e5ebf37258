"""The intake desk: what came in is kept first, then worked on, a queue a chat.

Order is kept inside a chat, chats run in parallel up to a bound and take turns, so a chat that floods delays only
itself. Rows that belong together are one turn, and wait for one another. A bounded number of rows a chat waits in
memory; the rest waits in the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from agents.errors import ParleyError
from bot.ages import Ages
from bot.backlog import Backlog, Chat
from bot.deaths import APART, SUSPECT, code_after, deaths
from bot.desk_facts import DeskFacts
from bot.gathering import MOST, Gathering, Group
from bot.incoming import Incoming
from bot.patience import Patience
from bot.queueing import ChatKey, Queueing
from bot.tries import Tries, Work
from storage.errors import StorageError
from storage.ports import Arrival, Inbox, InboxRow, InboxState

__all__ = ["Desk"]

_log = structlog.get_logger()


class Desk:
    """Accepts, orders, works, retries and buries.

    ``work`` answers the rows of one turn, its head first, and returns the channel's id of the last message of its
    answer, or raises RowFailed; ``buried`` is told of the head of a turn given up, and ``delayed`` of what has to wait
    because storage is in trouble, maybe often. Neither may raise.
    """

    def __init__(
        self,
        inbox: Inbox,
        work: Work,
        buried: Callable[[InboxRow], Awaitable[None]],
        delayed: Callable[[Arrival | InboxRow], Awaitable[None]],
        *,
        workers: int = 8,
        patience: Patience | None = None,
        ages: Ages | None = None,
        gathering: Gathering | None = None,
    ) -> None:
        self._inbox = inbox
        self._delayed = delayed
        self._workers = workers
        self._patience = patience or Patience()
        self._ages = ages or Ages()
        self._gathering = gathering or Gathering()
        self._chats: dict[ChatKey, Chat] = {}
        self._ready = Queueing(workers)
        self._tries = Tries(inbox, work, buried, delayed, self._ready.took, self._patience, self._ages, self._gathering)
        self._tasks: list[asyncio.Task[None]] = []
        self._busy: set[asyncio.Task[None]] = set()
        self._begun_chats: set[ChatKey] = set()
        self._stopping = False
        self._begun = False
        self._recovered = asyncio.Event()
        self._pauses: set[asyncio.TimerHandle] = set()
        self._backlog = Backlog()
        self._idle = asyncio.Event()
        self._idle.set()
        self._doubtful = 0

    def facts(self) -> DeskFacts:
        """How it stands now; it takes longer the more chats wait."""
        first = (chat.rows[0].row for chat in self._chats.values() if chat.rows)
        oldest = min(first, key=lambda row: row.id, default=None)
        working = len(self._busy)
        waited = self._ages.of(oldest) if oldest else 0.0
        waiting = max(0, self._backlog.held - working)
        return DeskFacts(dict(self._tries.outcomes), working, waiting, waited, self._doubtful)

    def waiting(self, longer: float) -> list[ChatKey]:
        """Chats whose next row has waited longer than that many seconds for its first try."""
        before = self._ages.now() - longer
        return [key for key, chat in self._chats.items() if chat.since < before and self.waits(key) is not None]

    def waits(self, key: ChatKey) -> tuple[InboxRow, float | None] | None:
        """The chat's next row and the seconds it will wait, if known; None once it has been begun.

        What waits for the chat to move there waits as long as that does, which nobody knows.
        """
        chat = self._chats.get(key)
        if chat is None or not chat.rows or chat.failures or key in self._begun_chats:
            return None
        spoken = next((waiting.row for waiting in chat.rows if not waiting.moves), None)
        if spoken is None:
            return None
        return spoken, None if chat.rows[0].moves else self._ready.wait(chat.number)

    async def accept(self, incoming: Incoming) -> bool:
        """As ``accept_all``, for one."""
        (new,) = await self.accept_all([incoming])
        return new

    async def accept_all(self, said: Sequence[Incoming]) -> list[bool]:
        """Commit all or nothing, then queue; False where it was accepted before. Raises what storage raises.

        What comes before the start is committed all the same: :meth:`start` finds it. What comes while that recovers
        waits until it is through, so that order is kept.
        """
        await self._backlog.room.wait()
        arrivals = [incoming.arrival() for incoming in said]
        try:
            rows = await self._inbox.accept(arrivals)
        except StorageError:
            await self._delayed(arrivals[0])
            raise
        new = [row for row in rows if row is not None]
        for row in new:
            self._ages.accepted(row)
        if self._begun and new:
            await self._recovered.wait()
            self._queue(new)
        return [row is not None for row in rows]

    async def start(self) -> int:
        """Begin to work on everything accepted and not done; how many rows that is."""
        self._stopping, self._begun = False, True
        self._recovered.clear()
        self._tasks = [asyncio.create_task(self._worker(), name=f"desk-{n}") for n in range(self._workers)]
        recovered = 0
        await self._recover()
        async for row in self._inbox.unfinished():
            await self._backlog.room.wait()
            self._ages.left(row)
            await self._look_for_deaths(row)
            self._queue([row])
            recovered += 1
        self._recovered.set()
        return recovered

    async def _recover(self) -> None:
        """A disk that takes nothing now does not keep us from starting."""
        try:
            self._doubtful = await self._inbox.recover()
        except StorageError as error:
            _log.warning("what was sent not settled", code=error.code)
        if self._doubtful:
            _log.warning("answers in doubt, looked for before they are sent", rows=self._doubtful)

    async def _look_for_deaths(self, row: InboxRow) -> None:
        """Count that the process ended amid a turn, and hold one back that may be why."""
        if row.state is not InboxState.RUNNING or row.head != row.id:
            return
        try:
            await self._inbox.retry(row.id, code_after(row.error))
        except StorageError as error:
            _log.warning("row state not kept", row=row.id, code=error.code)
        key = (row.channel, row.chat)
        if deaths(row.error) + 1 >= SUSPECT and key not in self._chats:
            self._chats[key] = Chat(self._ages.now(), scheduled=True)
            self._pause(key, APART * (1 + len(self._pauses)))

    async def stop(self, grace: float = 1.5) -> None:
        """Give rows under way ``grace`` seconds, then break off; what is unfinished is recovered at the next start."""
        gathering = [chat.gathering for chat in self._chats.values() if chat.gathering]
        for timer in (*self._pauses, *gathering):
            timer.cancel()
        self._stopping = True
        for task in set(self._tasks) - self._busy:
            task.cancel()
        if self._busy:
            await asyncio.wait(self._busy, timeout=grace)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def idle(self) -> None:
        """Wait until no row is queued, worked on or pausing."""
        await self._idle.wait()

    def _queue(self, rows: Sequence[InboxRow]) -> None:
        """Queue what arrived at the same moment."""
        now = self._ages.now()
        for row in rows:
            key = (row.channel, row.chat)
            chat = self._chats.get(key)
            if chat is None:
                chat = self._chats[key] = Chat(now)
            self._backlog.add(chat, row, now)
        self._idle.clear()
        for key in dict.fromkeys((row.channel, row.chat) for row in rows):
            self._schedule(key, self._chats[key])

    def _schedule(self, key: ChatKey, chat: Chat) -> None:
        """Have the chat's next turn worked on as soon as it is whole."""
        if chat.scheduled:
            return
        if chat.gathering is not None:
            chat.gathering.cancel()
            chat.gathering = None
        group = self._gathering.group(chat.rows, self._ages.now())
        if group.wait > 0:
            chat.gathering = asyncio.get_running_loop().call_later(group.wait, self._schedule, key, chat)
        else:
            chat.scheduled = True
            self._join(key, chat, group)

    def _join(self, key: ChatKey, chat: Chat, group: Group) -> None:
        chat.number = self._ready.join(key, media=any(chat.rows[place].media for place in group.taken))

    async def _worker(self) -> None:
        me = asyncio.current_task()
        assert me is not None  # noqa: S101 - this runs as a task
        while not self._stopping:
            key = await self._ready.next()
            self._busy.add(me)
            self._begun_chats.add(key)
            try:
                await self._advance(key)
            finally:
                self._busy.discard(me)
                self._begun_chats.discard(key)

    async def _advance(self, key: ChatKey) -> None:
        """One try of the first turn of a chat; one to which more has come while it waited may not be whole any more."""
        chat = self._chats[key]
        if self._grows(chat):
            self._ready.done(key)
            self._release(key, chat, None)
            return
        try:
            settled = await self._tries.make(chat)
        finally:
            self._ready.done(key)
        if isinstance(settled, float):
            self._release(key, chat, settled)
            return
        chat.answered, chat.message, chat.failures, chat.since = False, None, 0, self._ages.now()
        self._backlog.drop(chat, settled)
        await self._refill(key, chat, settled[-1].id)
        self._release(key, chat, None)

    def _grows(self, chat: Chat) -> bool:
        return not chat.answered and self._gathering.group(chat.rows, self._ages.now()).wait > 0

    def _release(self, key: ChatKey, chat: Chat, pause: float | None) -> None:
        chat.scheduled = False
        if not chat.rows:
            del self._chats[key]
            if not self._chats:
                self._idle.set()
        elif pause:
            chat.scheduled = True
            self._pause(key, pause)
        else:
            self._schedule(key, chat)

    def _pause(self, key: ChatKey, seconds: float) -> None:
        def resume() -> None:
            self._pauses.discard(handle)
            chat = self._chats[key]
            self._join(key, chat, self._gathering.group(chat.rows, self._ages.now()))

        handle = asyncio.get_running_loop().call_later(seconds, resume)
        self._pauses.add(handle)

    async def _refill(self, key: ChatKey, chat: Chat, last: int) -> None:
        """Read on from the database. A row that arrives while we read may be missed, so ``passed_by`` is looked at."""
        while chat.spilled and len(chat.rows) < min(MOST, self._backlog.window):
            chat.passed_by = 0
            room = self._backlog.window - len(chat.rows)
            after = chat.rows[-1].row.id if chat.rows else last
            try:
                rows = await self._inbox.waiting(*key, after=after, limit=room)
            except ParleyError as error:
                _log.warning("inbox not read", code=error.code)
                chat.passed_by = 1
                await asyncio.sleep(self._patience.backoff)
                continue
            self._backlog.hold(chat, rows, self._ages.now())
            chat.spilled = len(rows) == room or chat.passed_by > 0
