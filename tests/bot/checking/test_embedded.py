"""The check over real models: the small ones of the profile ``tiny``, each in a child of its own."""

from __future__ import annotations

import pytest

from bot.checking.engines import engines
from bot.checking.order import ModelResult
from bot.checking.profiles import Deadlines, Listener, Trial, trials, try_all
from bot.chosen import chosen_profile
from bot.settings import Settings

pytestmark = [pytest.mark.embedded, pytest.mark.timeout(300)]


class Heard(Listener):
    def __init__(self) -> None:
        self.steps: list[tuple[str, str]] = []

    def step(self, trial: Trial, step: str) -> None:
        self.steps.append((trial.roles[0], step))

    def done(self, result: ModelResult) -> None:
        self.steps.append((result.roles[0].role, "done"))


@pytest.mark.long  # in short, on scripted models: test_running.py
async def test_real_models_load_and_answer_rightly_and_the_language_model_keeps_its_promises() -> None:
    settings, heard = Settings(_env_file=None), Heard()
    *senses, llm = trials(chosen_profile(settings, "tiny"), settings)
    results = await try_all(senses, settings, Deadlines(60, 60), heard)
    results += await try_all([llm], settings, Deadlines(60, 60), heard, contracts=True)
    assert [result.error for result in results] == [""] * 4
    roles = {result.roles[0].role: result.roles[0] for result in results}
    assert list(roles) == ["asr", "caption", "ocr", "llm"]
    assert roles["asr"].as_expected is True
    assert roles["ocr"].as_expected is True
    assert roles["llm"].output
    assert len(roles["llm"].contracts) == 7
    assert [contract for contract in roles["llm"].contracts if not contract.ok] == []
    assert all(result.ram_peak and result.ram_peak > 50_000_000 for result in results)
    assert heard.steps[:4] == [("asr", "verifying"), ("asr", "starting"), ("asr", "loading"), ("asr", "answering")]
    assert ("llm", "done") in heard.steps


def test_engines_tell_what_they_see_of_cuda() -> None:
    found = engines()
    assert found["torch_cuda_available"] is bool(found["torch_gpus"])
    assert found["ctranslate2_gpus"] >= 0
