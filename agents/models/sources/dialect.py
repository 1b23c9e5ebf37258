"""How the two hubs are asked: where their lists of files and the files lie, and what their answers mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from agents.models.sources.listing import Listing, of_huggingface, of_modelscope
from agents.models.sources.progress import Reason
from agents.models.wanted import BRANCH

if TYPE_CHECKING:
    from agents.models.entry import HubSource

__all__ = ["DIALECTS", "HUGGINGFACE", "MODELSCOPE", "Dialect"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """One hub's paths, below its address. ``refused`` is what an answer 401 or 403 means there."""

    name: str
    branch: str
    listing: Callable[[str, str], str]
    file: Callable[[str, str, str], str]
    read: Callable[[bytes], Listing]
    refused: Reason

    def revision(self, source: HubSource) -> str:
        """The source's revision as this hub knows it: another hub's commits are not known here."""
        return self.named(source.revision if source.hub == self.name else None)

    def named(self, revision: str | None) -> str:
        """What this hub calls a revision; without one, its main branch."""
        return revision if revision and revision != BRANCH else self.branch

    def path(self, source: HubSource, file: str) -> str:
        """Where one of our files lies."""
        return self.file(source.repository, self.revision(source), quote(source.names.get(file, file)))


HUGGINGFACE = Dialect(
    name="huggingface",
    branch="main",
    listing=lambda repository, revision: f"api/models/{repository}/revision/{quote(revision, safe='')}?blobs=true",
    file=lambda repository, revision, file: f"{repository}/resolve/{quote(revision, safe='')}/{file}",
    read=of_huggingface,
    refused=Reason.REFUSED,
)

MODELSCOPE = Dialect(
    name="modelscope",
    branch="master",
    listing=lambda repository, revision: (
        f"api/v1/models/{repository}/repo/files?{urlencode({'Revision': revision, 'Recursive': 'True'})}"
    ),
    file=lambda repository, revision, file: f"models/{repository}/resolve/{quote(revision, safe='')}/{file}",
    read=of_modelscope,
    refused=Reason.PRIVATE,
)

DIALECTS = {dialect.name: dialect for dialect in (HUGGINGFACE, MODELSCOPE)}
