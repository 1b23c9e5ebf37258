"""The drawing of the graph is part of the contract: whoever changes the way of a turn sees it here."""

from __future__ import annotations

from tests.agents.house import House

DRAWING = """\
---
config:
  flowchart:
    curve: linear
---
graph TD;
    __start__([<p>__start__</p>]):::first
    perceive(perceive)
    ask(ask)
    answer(answer)
    tell(tell)
    __end__([<p>__end__</p>]):::last
    __start__ -.-> answer;
    __start__ -.-> perceive;
    __start__ -.-> tell;
    ask -.-> answer;
    ask -.-> tell;
    perceive -.-> answer;
    perceive -.-> ask;
    perceive -.-> tell;
    answer --> __end__;
    tell --> __end__;
    classDef default fill:#f2f0ff,line-height:1.2
    classDef first fill-opacity:0
    classDef last fill:#bfb6fc
"""


def test_the_way_of_a_turn() -> None:
    drawing = House().assistant.drawing()
    assert drawing.strip().replace("\t", "    ") == DRAWING.strip()
