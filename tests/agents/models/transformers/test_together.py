"""Answers written together are those that transformers' ``generate`` writes alone, whoever comes and leaves."""

from __future__ import annotations

import gc
import random
import weakref
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from agents.errors import ModelOutOfMemory, ModelUnavailable
from agents.models.reference import ModelReference
from agents.models.transformers import writer
from agents.models.transformers.answer import Answer, Order
from agents.models.transformers.pieces import Reader
from agents.models.transformers.text import TextModel
from tests.tiny.kept import text_model
from tests.tiny.text import save_causal_model

SLOTS = 4


class Asked:
    """One answer, and what its reader was told."""

    def __init__(self, text: str, most: int, stops: Sequence[str] = (), temperature: float = 0.0) -> None:
        self.told: list[str] = []
        self.reader = Reader(self.told.append)
        self.answer = Answer(Order([HumanMessage(text)], most, temperature, 0.9, stops, self.reader))
        self.usage: Any = None

    def alone(self, model: TextModel) -> list[int]:
        """The tokens ``generate`` gives."""
        order = self.answer.order
        inputs = model._inputs(order.messages)
        written = model._model.generate(**inputs, max_new_tokens=order.most, do_sample=False, top_k=None)
        return written[0, inputs["input_ids"].shape[1] :].tolist()


def advanced(model: TextModel, asked: Sequence[Asked]) -> None:
    """One call of the model, as its host makes it."""
    for one, usage in zip(asked, model.advance([one.answer for one in asked]), strict=True):
        one.usage = usage


def finished(model: TextModel, asked: Sequence[Asked]) -> None:
    while waiting := [one for one in asked if one.usage is None]:
        advanced(model, waiting[:SLOTS])


def loaded(place: Path, options: str = "") -> TextModel:
    return TextModel(ModelReference.parse(f"transformers:tiny?temperature=0{options}"), place)


@pytest.fixture(autouse=True)
def short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many changes of company."""
    monkeypatch.setattr(writer, "_TOKENS", 3)
    monkeypatch.setattr(writer, "_CHUNK", {"cpu": 40})


@pytest.fixture(scope="module")
def model() -> TextModel:
    return loaded(text_model())


FAMILIES: dict[str, Callable[[Path], Path]] = {
    "full attention": lambda _: text_model(),
    "sliding windows": lambda folder: save_causal_model("mistral", folder, sliding_window=16),
    "both in turns": lambda folder: save_causal_model("gemma3_text", folder, sliding_window=16, head_dim=16),
    "positions learned": lambda folder: save_causal_model("gpt2", folder),
    "no attention": lambda folder: save_causal_model("mamba", folder, state_size=8),
    "attention and states": lambda folder: save_causal_model(
        "lfm2", folder, layer_types=["conv", "full_attention"], block_multiple_of=16
    ),
}


@pytest.fixture(scope="module", params=list(FAMILIES))
def family(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TextModel:
    return loaded(FAMILIES[request.param](tmp_path_factory.mktemp("family")))


def questions(seed: int, count: int = 7) -> list[Asked]:
    chance = random.Random(seed)
    letters = "abcdefghij "
    texts = ["".join(chance.choices(letters, k=chance.randint(1, 150))) for _ in range(count)]
    return [Asked(text, chance.randint(1, 20)) for text in texts]


def test_answers_are_those_of_generate_while_others_come_and_leave(family: TextModel) -> None:
    chance = random.Random(1)
    asked = questions(2)
    leavers = chance.sample(asked, 3)
    coming, here = list(asked), list[Asked]()
    while coming or here:
        here += [coming.pop() for _ in range(min(len(coming), chance.randint(0, 2)))]
        advanced(family, chance.sample(here, min(len(here), SLOTS)))
        for one in leavers:
            if len(one.answer.written) > 5:
                one.reader.leave()
        here = [one for one in here if one.usage is None and not one.reader.gone]
    for one in asked:
        expected = one.alone(family)
        written = one.answer.written
        assert written == expected[: len(written)]
        assert one.reader.gone or written == expected
        assert one.reader.gone or one.usage["output_tokens"] == len(expected)


def test_answers_are_those_of_generate_whoever_goes_on_alone_in_between(family: TextModel) -> None:
    one, other = Asked("Tell me of cats", 20), Asked("What do you know of the sea?", 20)
    for going in ([one, other], [one, other], [one, other], [one], [other, one], [other], [one, other]):
        advanced(family, going)
    finished(family, [one, other])
    assert [asked.answer.written for asked in (one, other)] == [one.alone(family), other.alone(family)]


def test_answers_are_those_of_generate_when_less_goes_at_once_than_before(family: TextModel) -> None:
    first, second, third = asked = [Asked("Tell me", 20), Asked("Tell me of the sea", 20), Asked("Hi", 7)]
    for going in (asked, asked, asked, asked, [first, second], [third, first]):
        advanced(family, going)
    while third.usage is None:
        advanced(family, [third, first])
    assert first.usage is second.usage is None
    finished(family, [second, first])
    assert [one.answer.written for one in asked] == [one.alone(family) for one in asked]


@pytest.mark.parametrize("seed", range(2))
def test_answers_are_those_of_generate_in_companies_that_come_again(family: TextModel, seed: int) -> None:
    chance = random.Random(seed)
    asked = [Asked("word " * chance.randint(1, 8), chance.randint(10, 30)) for _ in range(3)]
    companies = [asked[:2], asked[1:], asked[:1], asked]
    while any(one.usage is None for one in asked):
        company = [one for one in chance.choice(companies) if one.usage is None]
        if company:
            advanced(family, chance.sample(company, len(company)))
    assert [one.answer.written for one in asked] == [one.alone(family) for one in asked]


def test_rules_of_the_models_own_count_for_each_answer_by_itself(model: TextModel) -> None:
    config = model._model.generation_config
    before = config.to_dict()
    config.update(repetition_penalty=1.7, no_repeat_ngram_size=3, begin_suppress_tokens=[70, 71], min_new_tokens=4)
    try:
        asked = questions(3, 4)
        finished(model, asked)
        assert [one.answer.written for one in asked] == [one.alone(model) for one in asked]
    finally:
        config.update(**before)


def test_text_is_told_as_it_comes_and_ends_before_a_stop(model: TextModel) -> None:
    plain = Asked("Tell me", 24)
    finished(model, [plain])
    text = "".join(plain.told)
    assert len(plain.told) > 5
    stop = text[9:11]
    asked = [Asked("Tell me", 24, [stop]), Asked("Tell me", 24), Asked("Something else", 24)]
    finished(model, asked)
    assert "".join(asked[0].told) == text[: text.index(stop)]
    assert len(asked[0].answer.written) < 24
    assert "".join(asked[1].told) == text


def test_drawing_goes_on_beside_choosing(model: TextModel) -> None:
    asked = [Asked("Tell me", 12), *(Asked("Tell me", 12, temperature=2.0) for _ in range(3))]
    finished(model, asked)
    assert asked[0].answer.written == asked[0].alone(model)
    assert len({tuple(one.answer.written) for one in asked}) > 2


@pytest.fixture
def failing(family: TextModel) -> Iterator[list[bool]]:
    """Whether the next forwards of a layer fail: in the middle, when some of the cache is written."""
    plan: list[bool] = []
    import torch

    def fail(*_: object) -> None:
        if plan and plan.pop():
            raise torch.OutOfMemoryError("CUDA out of memory")

    last = [module for module in family._model.modules() if isinstance(module, torch.nn.ModuleList)][-1][-1]
    hook = last.register_forward_pre_hook(fail)
    yield plan
    hook.remove()


def test_an_answer_survives_a_lack_of_memory_in_its_middle(family: TextModel, failing: list[bool]) -> None:
    asked = questions(4, 3)
    chance = random.Random(5)
    lacks = 0
    while waiting := [one for one in asked if one.usage is None]:
        failing[:] = [chance.random() < 0.1 for _ in range(6)]
        try:
            advanced(family, waiting)
        except ModelOutOfMemory:
            lacks += 1
    failing.clear()
    assert lacks
    assert [one.answer.written for one in asked] == [one.alone(family) for one in asked]
    assert ["".join(one.told) for one in asked] == [family._tokenizer.decode(one.answer.written) for one in asked]


def test_another_loaded_model_goes_on_where_the_first_was_taken_away(model: TextModel) -> None:
    asked = questions(6, 3)
    first = loaded(text_model())
    for _ in range(5):
        advanced(first, asked)
    taken = weakref.ref(first._model)
    first.release()
    gc.collect()
    assert taken() is None
    assert any(one.answer.written for one in asked)
    finished(model, asked)
    assert [one.answer.written for one in asked] == [one.alone(model) for one in asked]


def test_whoever_leaves_while_his_prompt_is_read_costs_one_piece_of_it(model: TextModel) -> None:
    long = Asked("word " * 400, 5)
    advanced(model, [long])
    assert long.answer.begun.course.seen == 40
    long.reader.leave()
    advanced(model, [long])
    assert long.usage["output_tokens"] == 0


def test_others_write_while_a_long_prompt_is_read(model: TextModel) -> None:
    long, short = Asked("word " * 300, 2), Asked("Hi", 30)
    for _ in range(6):
        advanced(model, [long, short])
    assert not long.answer.written
    assert len(short.answer.written) > 10


def test_a_model_whose_answers_cannot_be_interrupted_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="cannot be interrupted"):
        loaded(save_causal_model("rwkv", tmp_path))
