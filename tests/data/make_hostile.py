"""Write ``tests/data/hostile``: files that are odd, damaged or malicious, and a manifest of what must come of each.

``python -m tests.data.make_hostile``. Everything is made by code of ours from fixed seeds; what an encoder makes may
differ in bytes between its versions, never in name or outcome.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.data.making.bad_pictures import bad_pictures
from tests.data.making.bad_sounds import bad_sounds
from tests.data.making.files import Made
from tests.data.making.odd_pictures import odd_pictures
from tests.data.making.odd_sounds import odd_sounds

__all__ = ["FOLDER", "MANIFEST", "corpus", "main"]

FOLDER = Path(__file__).parent / "hostile"
MANIFEST = FOLDER / "manifest.json"


def corpus() -> list[Made]:
    """Every file, ordered by name."""
    made = [*odd_pictures(), *bad_pictures(), *odd_sounds(), *bad_sounds()]
    return sorted(made, key=lambda one: (one.sent_as, one.name))


def main() -> None:
    made = corpus()
    for old in FOLDER.glob("*/*"):
        old.unlink()
    told = []
    for one in made:
        path = FOLDER / one.sent_as / one.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one.data)
        told.append({"file": f"{one.sent_as}/{one.name}", "outcome": one.outcome, "fact": one.fact})
    lines = ",\n".join(json.dumps(line) for line in told)
    MANIFEST.write_text(f"[\n{lines}\n]\n", "utf-8")


if __name__ == "__main__":
    main()
