"""``python -m bot people``: who was let in or kept out, and invites that let people in."""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from bot.commands import described

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.ports import People

__all__ = ["register"]

DONE, FAILED = 0, 1
_LARGEST_ID = 2**63 - 1
Work = Callable[[argparse.Namespace, "People"], Coroutine[Any, Any, int]]


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("people", help="invite, admit and block people", description=described(__doc__))
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    _action(actions, "list", "who was let in or kept out", _list)
    invite = _action(actions, "invite", "make a code that lets people in", _invite)
    invite.add_argument("--count", type=_count, default=1, metavar="N", help="people it lets in (1)")
    invite.add_argument("--days", type=_days, default=7.0, metavar="D", help="days it is good for (7)")
    invite.add_argument("--label", default="", metavar="TEXT", help="what you call it")
    _action(actions, "invites", "invites that still let somebody in", _invites)
    _action(actions, "revoke", "take an invite back", _revoke).add_argument("invite", type=int, metavar="ID")
    for name, help_ in (("admit", "let somebody in"), ("block", "keep somebody out"), ("forget", "undo either")):
        decide = _action(actions, name, help_, _forget if name == "forget" else _decide)
        decide.add_argument("person", type=_id, metavar="ID", help="the number that a denied person is told")
        decide.set_defaults(standing="admitted" if name == "admit" else "blocked")


def _action(actions: Any, name: str, help_: str, work: Work) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=help_)
    parser.set_defaults(run=lambda args, settings: asyncio.run(_with_people(args, settings, work)))
    return parser


def _id(text: str) -> str:
    if not re.fullmatch(r"-?[0-9]{1,20}", text):
        raise argparse.ArgumentTypeError("should be a number, as a denied person is told it")
    return text


def _count(text: str) -> int:
    from bot.inviting import MOST_PEOPLE

    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= MOST_PEOPLE):
        raise argparse.ArgumentTypeError(f"should be a number from 1 to {MOST_PEOPLE}")
    return int(text)


def _days(text: str) -> float:
    from bot.inviting import MOST_DAYS

    try:
        days = float(text)
    except ValueError:
        days = 0.0
    if not 0 < days <= MOST_DAYS:
        raise argparse.ArgumentTypeError(f"should be a number above 0, up to {MOST_DAYS}")
    return days


async def _with_people(args: argparse.Namespace, settings: Settings, work: Work) -> int:
    """Raises StorageError."""
    from storage.assembly import open_storage

    async with open_storage(settings.url, settings.media_dir, synchronous=settings.database_sync) as kept:
        return await work(args, kept.people)


async def _list(args: argparse.Namespace, people: People) -> int:
    found = False
    async for known in people.all():
        found = True
        at = known.at.isoformat(timespec="seconds")
        _row(known.id, known.standing.value, at, known.channel, known.name or "", f"by {known.by}")
    if not found:
        print("Nobody was let in or blocked beyond PARLEY_ACCESS and PARLEY_ADMINS.", file=sys.stderr)
    return DONE


async def _invite(args: argparse.Namespace, people: People) -> int:
    from bot.inviting import invite

    code, kept = await invite(people, count=args.count, days=args.days, by="operator", label=args.label)
    print(code)
    until = kept.expires_at.isoformat(timespec="minutes")
    print(f"Lets {args.count} in until {until}. They send it to the bot, or open", file=sys.stderr)
    print(f"https://t.me/YOUR_BOT?start={code}. It is shown only now.", file=sys.stderr)
    return DONE


async def _invites(args: argparse.Namespace, people: People) -> int:
    found = False
    async for invite in people.invites():
        found = True
        _row(invite.id, f"{invite.left} left", f"until {invite.expires_at.isoformat(timespec='minutes')}", invite.label)
    if not found:
        print("No invites.", file=sys.stderr)
    return DONE


async def _revoke(args: argparse.Namespace, people: People) -> int:
    if 0 < args.invite <= _LARGEST_ID and await people.revoke(args.invite):
        print(f"Invite {args.invite} lets nobody in any more.")
        return DONE
    print(f"There is no invite {args.invite}; see `python -m bot people invites`.", file=sys.stderr)
    return FAILED


async def _decide(args: argparse.Namespace, people: People) -> int:
    from datetime import UTC, datetime

    from storage.ports import Known, Standing

    await people.decide(Known("telegram", args.person, Standing(args.standing), None, "operator", datetime.now(UTC)))
    _row(args.person, f"is {args.standing}.")
    return DONE


async def _forget(args: argparse.Namespace, people: People) -> int:
    if await people.forget("telegram", args.person):
        _row(args.person, "is a stranger again.")
        return DONE
    print("Nothing was decided about them; see `python -m bot people list`.", file=sys.stderr)
    return FAILED


def _row(*facts: object) -> None:
    from bot.terminal.plain import plain

    print("\t".join(" ".join(plain(str(fact)).split()) for fact in facts))
