"""Which model goes where: a pure decision over wishes and room, so that it can be shown for machines that are not here.

What asks for a device by its number gets it; then the largest go first, each onto a GPU that has room. What finds no
room goes onto the CPU, or is left to the next model of its role's list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from agents.errors import ParleyError
from agents.models.plan import RAM, Placed, Plan, Wish, gigabytes, gpus_in, ram_of
from agents.models.relief import Relief, reliefs
from agents.models.room import room_of
from agents.models.steps import with_steps

if TYPE_CHECKING:
    from agents.models.devices import Machine
    from agents.models.room import Policy, Room

__all__ = ["PlanImpossible", "place"]

_OFF = 0.2  # how far estimates may be off: what is over a budget by less is told, and not refused
_UNEVEN = 0.1  # of a model laid over several GPUs, what the layers' sizes cost beyond its own


class PlanImpossible(ParleyError):
    """The models do not fit this machine. ``facts`` say what is over and by how much, ``reliefs`` what would help."""

    code = "plan-impossible"

    def __init__(self, facts: Sequence[str], reliefs: Sequence[Relief]) -> None:
        super().__init__("; ".join((*facts, *(relief.words for relief in reliefs))))
        self.facts = tuple(facts)
        self.reliefs = tuple(reliefs)


def place(wishes: Sequence[Wish], machine: Machine, policy: Policy) -> Plan:
    """The plan for these models. Raises PlanImpossible where they clearly do not fit."""
    room = room_of(machine, policy)

    def drafted(wanted: Sequence[Wish]) -> _Draft:
        return _Draft(wanted, room, spread=policy.placement == "spread")

    draft = drafted(wishes)
    if draft.faults:
        raise PlanImpossible(draft.faults, reliefs(wishes, lambda wanted: not drafted(wanted).faults))
    return Plan(draft.placed(), room, tuple(draft.warnings))


class _Draft:
    """One try: every wish put somewhere, with ``faults`` where that clearly cannot be."""

    def __init__(self, wishes: Sequence[Wish], room: Room, *, spread: bool) -> None:
        self.faults: list[str] = []
        self.warnings: list[str] = []
        self._wishes, self._room, self._spread = wishes, room, spread
        self._left = dict(room.gpus)
        self._first: dict[int, Placed] = {}  # by the wish's number, each with its first device alone
        for number in sorted(range(len(wishes)), key=lambda number: _turn(wishes[number])):
            self._first[number] = self._put(wishes[number])
        self._relieve_memory()
        self._compare()

    def placed(self) -> tuple[Placed, ...]:
        """In the order of the wishes, each with what it may step down to."""
        placed = with_steps(self._first, self._left, self._room.ram)
        return tuple(placed[number] for number in range(len(self._wishes)))

    def _put(self, wish: Wish) -> Placed:
        if wish.elsewhere:
            return Placed(wish, (), "runs on another host")
        if wish.device == "":
            return Placed(wish, (), "its engine runs on the CPU alone")
        if gpus_in(wish.device):
            return self._pinned(wish, gpus_in(wish.device))
        if wish.device in {"cpu", "mps"} or (wish.device == "cuda" and self._only_uncounted):
            return self._there(wish, wish.device, f"asked for: device={wish.device}")
        return self._chosen(wish)

    def _pinned(self, wish: Wish, gpus: tuple[str, ...]) -> Placed:
        lost = [gpu for gpu in gpus if not self._room.usable(gpu)]
        if lost and not wish.last:
            return self._without_gpu(wish, f"{lost[0]} cannot be used")
        for gpu in gpus:
            if gpu in self._room.closed:
                self.faults.append(f"{wish.name} asks for {gpu}, which PARLEY_GPUS leaves out")
            elif not self._room.usable(gpu):
                self.faults.append(f"{wish.name} asks for {gpu}, which is not there")
        return self._there(wish, wish.device, f"asked for: device={wish.device}")

    def _chosen(self, wish: Wish) -> Placed:
        """For ``auto`` and ``cuda``: where there is room."""
        if wish.device == "auto" and self._only_uncounted and not wish.barred:
            return Placed(wish, (), "its engine chooses: there is a GPU whose memory is not counted here")
        if wish.device == "auto" and (wish.barred or not self._room.gpus):
            none = "no GPU may be used" if self._room.closed else "no GPU here"
            return self._there(wish, "cpu", wish.barred or none)
        fitting = [gpu for gpu, left in self._left.items() if left >= wish.vram]
        if fitting:
            return self._best(wish, fitting)
        if wish.spreads and (several := self._several(wish)):
            return self._there(wish, several, f"{gigabytes(wish.vram)} fit no single GPU, so it is laid over several")
        if wish.device == "cuda" and wish.last:
            return self._squeezed(wish)
        most = max(self._left.values(), default=0)
        return self._without_gpu(wish, f"no GPU has {gigabytes(wish.vram)} left ({gigabytes(max(0, most))} at most)")

    def _best(self, wish: Wish, fitting: Sequence[str]) -> Placed:
        """Sharing takes the fullest of the GPUs in use, else the emptiest; spreading always the emptiest."""
        used = [] if self._spread else [gpu for gpu in fitting if self._users(gpu)]
        if used:
            gpu = min(used, key=lambda gpu: self._left[gpu])
            return self._there(wish, gpu, f"shares {gpu}, where {gigabytes(self._left[gpu])} were left")
        gpu = self._emptiest(fitting)
        return self._there(wish, gpu, f"{gpu} has the most room, {gigabytes(self._left[gpu])}")

    def _several(self, wish: Wish) -> str:
        """The fewest GPUs that hold it together, as a device; empty when they all do not."""
        taken: list[str] = []
        for gpu in sorted((one for one in self._left if self._left[one] > 0), key=lambda gpu: -self._left[gpu]):
            taken.append(gpu)
            if sum(self._left[one] for one in taken) >= wish.vram * (1 + _UNEVEN):
                return "cuda:" + "+".join(sorted((one.removeprefix("cuda:") for one in taken), key=int))
        return ""

    def _squeezed(self, wish: Wish) -> Placed:
        """It asks for a GPU and none has room by the estimates, which may be off."""
        if not self._left:
            self.faults.append(f"{wish.name} asks for a GPU (device=cuda), and none may be used")
            return Placed(wish, (), "")
        gpu = self._emptiest(self._left)
        if wish.vram * (1 - _OFF) > self._left[gpu]:
            rest = gigabytes(max(0, self._left[gpu]))
            self.faults.append(
                f"{wish.name} takes {gigabytes(wish.vram)} of a GPU, and {gpu} has the most left, {rest}"
            )
            return Placed(wish, (), "")
        return self._there(wish, gpu, f"asked for: device=cuda; {gpu} comes nearest")

    def _without_gpu(self, wish: Wish, why: str) -> Placed:
        if wish.last:
            return self._there(wish, "cpu", why)
        return Placed(wish, (), f"{why}: the next in its list answers instead", left_out=True)

    def _there(self, wish: Wish, device: str, reason: str) -> Placed:
        gpus = gpus_in(device)
        unknown = wish.gpu is None if gpus or device == "cuda" else wish.cpu is None
        shares = self._shares(wish.vram, gpus)
        for gpu in shares.keys() & self._left.keys():
            self._left[gpu] -= shares[gpu]
        if gpus and wish.barred:
            self.warnings.append(f"{wish.name}: {wish.barred}")
        return Placed(wish, (device,), reason + ("; what it takes is not known yet" if unknown else ""), shares)

    def _shares(self, vram: int, gpus: Sequence[str]) -> dict[str, int]:
        """What each of them holds of it: as much as its room, as engines lay a model out."""
        if len(gpus) < 2:
            return dict.fromkeys(gpus, vram)
        rooms = [max(1, self._left.get(gpu, 1)) for gpu in gpus]
        return {gpu: vram * room // sum(rooms) for gpu, room in zip(gpus, rooms, strict=True)}

    def _emptiest(self, gpus: Iterable[str]) -> str:
        return max(gpus, key=lambda gpu: self._left[gpu])

    def _users(self, gpu: str) -> list[Placed]:
        return [one for one in self._first.values() if gpu in one.vram]

    @property
    def _only_uncounted(self) -> bool:
        return self._room.uncounted and not self._room.gpus

    def _certain_ram(self) -> int:
        """Bytes of the machine's memory without models that may go onto a GPU with memory of its own."""
        return ram_of([one for one in self._first.values() if self._room.shared or not _chosen_by_engine(one)])

    def _relieve_memory(self) -> None:
        """While memory clearly does not suffice, the largest on the CPU that another of its list answers for goes."""
        while _clearly_over(self._certain_ram(), self._room.ram):
            on_cpu = [number for number, one in self._first.items() if one.place == "cpu" and one.ram]
            spare = [number for number in on_cpu if not self._wishes[number].last]
            number = max(spare, key=lambda number: self._first[number].ram, default=None)
            if number is None:
                return
            why = (
                f"memory has no room for its {gigabytes(self._first[number].ram)}: the next in its list answers instead"
            )
            self._first[number] = Placed(self._wishes[number], (), why, left_out=True)

    def _compare(self) -> None:
        """What is taken of every device with its budget."""
        for gpu in self._room.untold:
            self.warnings.append(f"{gpu}: nobody tells its memory, so nothing is counted there without PARLEY_VRAM_GB")
        for gpu, left in self._left.items():
            taken = self._room.gpus[gpu] - left
            self._weigh(gpu, taken, self._room.gpus[gpu], self._users(gpu), certain=taken)
        placed = list(self._first.values())
        users = [one for one in placed if one.ram]
        self._weigh(RAM, ram_of(placed), self._room.ram, users, certain=self._certain_ram())

    def _weigh(self, device: str, taken: int, budget: int, users: Sequence[Placed], *, certain: int) -> None:
        """``certain`` is what of ``taken`` surely goes there."""
        if taken <= budget:
            return
        what = "memory" if device == RAM else device
        sizes = sorted(((one.vram.get(device, one.ram), one.wish.name) for one in users), reverse=True)
        names = ", ".join(f"{name} {gigabytes(size)}" for size, name in sizes)
        over = (
            f"{gigabytes(taken)} are wanted, {gigabytes(taken - budget)} more than the {gigabytes(budget)} for models"
        )
        said = f"{what}: {over}: {names}" + ("; less where engines choose the GPU" if certain < taken else "")
        (self.faults if _clearly_over(certain, budget) else self.warnings).append(said)


def _clearly_over(taken: int, budget: int) -> bool:
    """By more than estimates may be off."""
    return taken * (1 - _OFF) > budget


def _chosen_by_engine(one: Placed) -> bool:
    return not one.devices and one.wish.device == "auto" and not one.left_out and not one.wish.elsewhere


def _turn(wish: Wish) -> tuple[bool, bool, bool, int, str]:
    """Those with the least choice first, then what roles ask first, then the largest."""
    return (not gpus_in(wish.device), wish.device == "auto", not wish.first, -wish.vram, str(wish.reference))
