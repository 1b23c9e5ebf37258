"""How much is done: a share in the default suite, everything in the long lane (`make hostile`, HOSTILE_TIMES > 1)."""

from __future__ import annotations

import os

__all__ = ["TIMES", "WHOLE"]

TIMES = int(os.environ.get("HOSTILE_TIMES", "1"))
WHOLE = TIMES > 1
