"""The process of one engine: ``python -m agents.models.apart.child``, see engine.py for the side that starts it.

It reads one line (:class:`Order`), loads the model, says how that went, and then answers one call after another from
its socket until its parent goes or kills it.
"""

from __future__ import annotations

import os
import resource
import socket
from contextlib import suppress
from typing import Any

from agents.models.apart import failures, findings, items
from agents.models.apart.order import Order
from agents.models.apart.wire import Gone, Wire
from agents.models.engine_errors import of_loading, of_working
from agents.models.lifeline import end_with_parent, first_line

__all__ = ["main"]


def main() -> None:
    """Raises Gone when the parent wants no more."""
    end_with_parent()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no dump with what somebody sent in it
    os.dup2(2, 1)  # answers on standard output are the parent's alone
    number, order = Order.read(first_line())
    with socket.socket(fileno=number) as end:
        wire = Wire(end)
        try:
            port = order.made()
        except BaseException as exc:  # engines raise anything; see agents/models/host.py
            wire.say({"error": failures.told(of_loading(order.reference, exc))})
            return
        wire.say({"ready": True})
        while True:
            _serve(wire, port, order.reference)


def _serve(wire: Wire, port: Any, reference: str) -> None:
    """One call: nothing of what it was about is kept afterwards."""
    called = wire.hear()
    given = [items.taken(wire, one) for one in called["items"]]
    try:
        found = getattr(port, called["method"])(given)
        vectors = called["method"] == "embed"
        said = {"vectors": list(found.shape)} if vectors else {"findings": findings.written(found)}
    except BaseException as exc:  # see above
        wire.say({"error": failures.told(of_working(reference, exc))})
        return
    wire.say(said)
    if vectors:
        wire.put(found.astype("<f4").tobytes())


if __name__ == "__main__":
    with suppress(Gone, BrokenPipeError, ConnectionResetError):
        main()
