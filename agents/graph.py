"""The graph of a turn: nodes and edges only. What the nodes do is in ``steps.py``."""

from __future__ import annotations

from typing import Literal

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agents.courses import Way
from agents.steps import State, Steps, TurnContext

__all__ = ["build"]


# Every node and edge is asynchronous, also those that wait for nothing: LangGraph sends a synchronous one to a thread,
# and a hop to a thread and back costs more than deciding. A node is a place where the way forks: fusing, speaking and
# guarding follow one another in one, and routing comes before the first, since every further node costs a turn as much
# as two writes to the database.


def build(steps: Steps) -> CompiledStateGraph[State, TurnContext, State, State]:
    """The compiled graph; what ``steps.route`` gives goes in. It keeps no state of its own; one serves all turns."""
    graph = StateGraph(State, context_schema=TurnContext)
    graph.add_node("perceive", steps.perceive)
    graph.add_node("ask", steps.ask)
    graph.add_node("answer", steps.answer)
    graph.add_node("tell", steps.tell)
    graph.add_conditional_edges(START, _after_route)
    graph.add_conditional_edges("perceive", _after_perceive)
    graph.add_conditional_edges("ask", _after_ask)
    graph.add_edge("answer", END)
    graph.add_edge("tell", END)
    return graph.compile()


def _by_way(state: State) -> Literal["answer", "tell"]:
    return "tell" if state["course"].way is Way.TELL else "answer"


async def _after_route(state: State) -> Literal["perceive", "answer", "tell"]:
    return _by_way(state) if "course" in state else "perceive"


async def _after_perceive(state: State) -> Literal["ask", "answer", "tell"]:
    return _by_way(state) if "course" in state else "ask"


async def _after_ask(state: State) -> Literal["answer", "tell"]:
    return _by_way(state)
