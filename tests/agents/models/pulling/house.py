"""A store, a hub on this machine, and a repository in it: what tests of pulling begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from agents.models.catalogue import Store
from agents.models.fetch import Fetcher
from agents.models.sources.dialect import HUGGINGFACE, MODELSCOPE, Dialect
from agents.models.sources.hub import Hub
from agents.models.sources.packages import Packages
from agents.models.sources.progress import Failed, FetchEvent, Outcome
from agents.models.wanted import Wanted
from tests.agents.models.carriers import LocalHub
from tests.agents.models.repositories import Repository

__all__ = ["FILES", "LISTING", "NAME", "WANTED", "WEIGHTS", "House"]

NAME = "org/model"
WEIGHTS = bytes(range(256)) * 2000
WANTED = Wanted(NAME, None, ("*.json", "*.safetensors"))
FILES = {
    "config.json": b"{}",
    "model.safetensors": WEIGHTS,
    "processor.py": b"import os",
    "README.md": b"# A model",
    "vocab.txt": b"a\nb\n",
}
LISTING = f"/api/models/{NAME}/revision/main?blobs=true"


@dataclass
class House:
    """A store, and a hub on this machine."""

    root: Path
    local: LocalHub
    dialect: Dialect = HUGGINGFACE
    token: str | None = None
    events: list[FetchEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = Store(self.root, {})

    def serve(self, *repositories: Repository, revision: str | None = None) -> None:
        for repository in repositories:
            modelscope = self.dialect is MODELSCOPE
            answers = repository.modelscope if modelscope else repository.huggingface
            self.local.files |= answers(revision or self.dialect.branch)

    def pull(self, *wanted: Wanted, update: bool = False, offline: bool = False) -> list[Outcome]:
        self.events.clear()
        self.local.seen.clear()
        hub = Hub(self.local.address, dialect=self.dialect, token=self.token, offline=offline)
        finished = Fetcher(self.store, hub, Packages(), self.events.append).pull(wanted or [WANTED], update=update)
        return [one.outcome for one in finished]

    def failure(self) -> Failed:
        return next(event for event in self.events if isinstance(event, Failed))

    @property
    def place(self) -> Path:
        return self.store.place(WANTED.key)

    def content(self, name: str = "model.safetensors") -> bytes:
        return (self.place / name).read_bytes()
