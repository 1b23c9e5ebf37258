"""One model at a time is loaded by transformers: its lazy imports and ``from_pretrained`` are not made for threads.

Two loads at once were seen to break off with an AttributeError of a module that was half imported.
"""

from __future__ import annotations

import threading

__all__ = ["ALONE"]

ALONE = threading.RLock()
