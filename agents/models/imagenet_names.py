"""What people call ImageNet's 1,000 classes: plainer names for some, and families of classes that share one name.

ImageNet tells 118 breeds of dog apart; where none is sure, "dog" still is. Families go by class number in ILSVRC 2012,
whose animals stand next to one another by kinship; a test holds them against the labels.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["FAMILIES", "PLAIN"]


def _from(first: int, last: int) -> tuple[int, ...]:
    return tuple(range(first, last + 1))


FAMILIES: Mapping[str, tuple[int, ...]] = {
    "fish": (0, 1, *_from(389, 397)),
    "shark": _from(2, 4),
    "bird": (*_from(7, 24), *_from(80, 100), *_from(127, 146)),
    "salamander": _from(25, 29),
    "frog": _from(30, 32),
    "turtle": _from(33, 37),
    "lizard": _from(38, 48),
    "crocodile": (49, 50),
    "snake": _from(52, 68),
    "spider": _from(72, 77),
    "crab": _from(118, 121),
    "lobster": (122, 123),
    "dog": _from(151, 268),
    "wolf": _from(269, 272),
    "fox": _from(277, 280),
    "cat": _from(281, 285),
    "big cat": _from(286, 293),
    "bear": _from(294, 297),
    "beetle": _from(300, 307),
    "dragonfly": (319, 320),
    "butterfly": _from(321, 326),
    "rabbit": _from(330, 332),
    "ape": _from(365, 369),
    "monkey": _from(370, 382),
    "elephant": (385, 386),
    "mushroom": (947, *_from(991, 997)),
    "car": (436, 468, 511, 609, 627, 656, 661, 751, 817),
    "truck": (555, 569, 675, 717, 864, 867),
    "bus": (654, 779, 874),
    "motorcycle": (665, 670),
    "bicycle": (444, 671),
    "train": (466, 547, 565, 705, 820, 829),
    "aircraft": (404, 895),
    "boat": (472, 484, 554, 576, 625, 814, 871, 914),
    "ship": (403, 510, 628, 724, 780, 833),
    "rocket": (657, 744),
    "computer": (527, 590, 620, 681),
    "clock": (409, 530, 892),
    "telephone": (487, 528, 707),
    "guitar": (402, 546),
    "piano": (579, 881),
    "cup": (504, 968),
    "bottle": (440, 720, 737, 898, 907),
    "ball": (429, 430, 522, 574, 722, 768, 805, 852, 890),
    "chair": (423, 559, 765),
    "bridge": (821, 839, 888),
}

# First synonyms of the labels that mislead when they stand alone.
PLAIN: Mapping[str, str] = {
    "Angora": "Angora rabbit",
    "Cardigan": "Cardigan Welsh corgi",
    "Pembroke": "Pembroke Welsh corgi",
    "cab": "taxi",
    "cock": "rooster",
    "file": "file cabinet",
    "hip": "rose hip",
    "ice bear": "polar bear",
    "liner": "ocean liner",
    "mouse": "computer mouse",
    "notebook": "notebook computer",
    "organ": "pipe organ",
    "pirate": "pirate ship",
    "plane": "carpenter's plane",
    "pot": "flowerpot",
    "puck": "hockey puck",
    "racer": "race car",
    "tank": "army tank",
    "upright": "upright piano",
}
