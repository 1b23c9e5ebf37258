"""What settings ask for is what is planned, and what is planned is where models are loaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from agents.models import builds
from agents.models.placement import PlanImpossible
from agents.models.reference import ModelReference
from agents.models.room import Policy
from bot.checking.order import Order
from bot.checking.profiles import trials
from bot.chosen import chosen_profile
from bot.hosting import policy_of
from bot.makings import Makings
from bot.models import Models
from bot.outline import outline
from bot.settings import Settings
from bot.worded import status_of, worded
from tests.bot.heavy import GB, Heavy, gpus, install

PHOTO = Image.new("RGB", (8, 8))


@pytest.fixture(autouse=True)
def _heavy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    install(monkeypatch)
    builds.barred.cache_clear()
    yield
    builds.barred.cache_clear()


def settings(**set_to: Any) -> Settings:
    return Settings(_env_file=None, **{"profile": "scripted", "caption": "heavy:a?gb=5", "apart": "none", **set_to})


def devices(models: Models, role: str = "caption") -> tuple[str, ...]:
    return next(one.devices for one in models.plan.placed if role in one.wish.roles)


async def seen(models: Models) -> str:
    assert models.senses.captioner
    (finding,) = await models.senses.captioner.perceive(PHOTO)
    return finding.text


async def test_a_model_is_loaded_where_the_plan_puts_it_and_knows_its_device(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gpus(monkeypatch, tmp_path, 4, 8)
    models = Models(settings())
    assert devices(models) == ("cuda:1", "cpu")
    assert await seen(models) == "cuda:1"
    assert models.senses.captioner
    assert models.senses.captioner.card.together == 4, "a batch is as large as the device makes sense of"
    assert models.senses.captioner.card.reference == "heavy:a?gb=5"
    assert (
        models.metrics.registry.get_sample_value(
            "parley_model_memory_bytes", {"model": "heavy:a?gb=5", "device": "cuda:1", "kind": "estimated"}
        )
        == 5 * GB
    )
    await models.stop()


async def test_without_a_gpu_a_model_stays_on_the_cpu(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gpus(monkeypatch, tmp_path)
    models = Models(settings())
    assert devices(models) == ("cpu",)
    assert await seen(models) == "cpu"
    await models.stop()


async def test_a_gpu_that_is_gone_by_the_time_of_loading_leaves_the_others_and_the_cpu(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gpus(monkeypatch, tmp_path, 8, 6)
    models = Models(settings())
    monkeypatch.setattr(Heavy, "lost", frozenset({"cuda:0"}))
    assert await seen(models) == "cuda:1"
    monkeypatch.setattr(Heavy, "lost", frozenset({"cuda:0", "cuda:1"}))
    other = Models(settings())
    assert await seen(other) == "cpu"
    assert Heavy.tried == ["cuda:0", "cuda:1", "cuda:0", "cuda:1", "cpu"]
    await models.stop()
    await other.stop()


def test_gpus_are_numbered_as_cuda_shows_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gpus(monkeypatch, tmp_path, 20, 8)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    plan = Models(settings()).plan
    assert dict(plan.room.gpus) == {"cuda:0": 8 * GB}
    assert plan.placed[1].devices == ("cuda:0", "cpu")


def test_settings_choose_the_gpus_the_budgets_and_how_models_share_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gpus(monkeypatch, tmp_path, 20, 20, 20)
    two = {"caption": "heavy:a?gb=5", "vqa": "heavy:b?gb=4"}
    shared, spread = Models(settings(**two)), Models(settings(**two, placement="spread"))
    assert [devices(shared, role)[0] for role in two] == ["cuda:0", "cuda:0"]
    assert [devices(spread, role)[0] for role in two] == ["cuda:0", "cuda:1"]
    assert devices(Models(settings(gpus="2,1")))[0] == "cuda:1"
    assert devices(Models(settings(gpus="none"))) == ("cpu",)
    assert devices(Models(settings(vram_gb=3))) == ("cpu",)
    assert policy_of(settings(gpus="0,2", vram_gb=3, ram_gb=1.5, placement="spread")) == Policy(
        "spread", frozenset({0, 2}), 3 * GB, 3 * GB // 2
    )


def test_idle_models_leave_memory_where_the_settings_say_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gpus(monkeypatch, tmp_path)
    makings = Makings(settings(idle_minutes=2))
    makings.made("caption", ModelReference.parse("heavy:a"))
    assert makings._makings["heavy:a"].idle == 120


def test_roles_with_equal_references_are_one_model_of_the_plan(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gpus(monkeypatch, tmp_path, 8)
    plan = Models(settings(vqa="heavy:a?gb=5")).plan
    assert [one.wish.roles for one in plan.placed if one.wish.reference.backend == "heavy"] == [("caption", "vqa")]
    assert plan.taken()["cuda:0"] == 5 * GB


async def test_a_model_without_room_is_left_to_the_next_of_its_list(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gpus(monkeypatch, tmp_path, 4)
    models = Models(settings(caption="heavy:a?gb=5 | heavy:b?gb=3"))
    assert models.references["caption"] == "heavy:b?gb=3"
    assert await seen(models) == "cuda:0"
    assert (
        "caption (heavy:a): no GPU has 5.0 GB left (4.0 GB at most): the next in its list answers instead"
        in outline(models.plan)
    )
    await models.stop()


async def test_a_start_without_the_gpu_of_the_first_model_of_a_list_goes_on_with_the_next(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gpus(monkeypatch, tmp_path)
    models = Models(settings(caption="heavy:a?gb=5&device=cuda:0 | heavy:b?gb=3"))
    assert await seen(models) == "cpu"
    assert "caption (heavy:a): cuda:0 cannot be used: the next in its list answers instead" in outline(models.plan)
    await models.stop()


def test_both_models_of_a_list_are_counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gpus(monkeypatch, tmp_path, 8, 4)
    plan = Models(settings(caption="heavy:a?gb=5 | heavy:b?gb=3")).plan
    assert plan.taken()["cuda:0"] == 8 * GB
    assert [one.devices for one in plan.placed if one.wish.reference.backend == "heavy"] == [
        ("cuda:0",),
        ("cuda:0", "cuda:1", "cpu"),
    ]


def test_a_house_that_does_not_fit_is_refused_line_by_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gpus(monkeypatch, tmp_path, 8, 8)
    chosen = settings(caption="heavy:a?gb=6&device=cuda:0", vqa="heavy:b?gb=5&device=cuda:0")
    with pytest.raises(PlanImpossible) as caught:
        Models(chosen)
    assert status_of(caught.value) == 2
    assert worded(caught.value, chosen).splitlines() == [
        "These models do not fit this machine.",
        "cuda:0: 11.0 GB are wanted, 3.0 GB more than the 8.0 GB for models: "
        "caption (heavy:a) 6.0 GB, vqa (heavy:b) 5.0 GB",
        "What would help, the nearest first:",
        "  write device=auto for caption (heavy:a), so that it goes where there is room",
        "  write device=auto for vqa (heavy:b), so that it goes where there is room",
        "  take a smaller model or quantisation for caption (heavy:a): 20 % less would do",
        "  take a smaller model or quantisation for vqa (heavy:b): 20 % less would do",
        "  leave out vqa (heavy:b)",
        "  leave out caption (heavy:a)",
        "Models may have what is free now, unless PARLEY_RAM_GB and PARLEY_VRAM_GB say otherwise.",
    ]


def test_the_start_tells_in_a_few_lines_what_goes_where(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gpus(monkeypatch, tmp_path, 8, 4)
    lines = outline(Models(settings(vqa="heavy:b?gb=3&device=cuda:1", ram_gb=10)).plan)
    assert lines == [
        "cuda:0: caption 5.0 GB; about 5.0 of 8.0 GB",
        "cuda:1: vqa 3.0 GB; about 3.0 of 4.0 GB",
        "cpu: asr, ocr, llm: about 0.2 of 10.0 GB of memory",
    ]
    gpus(monkeypatch, tmp_path)
    assert outline(Models(settings(ram_gb=10, vqa="heavy:b?gb=unknown")).plan) == [
        "models on the CPU: about 5.0 of 10.0 GB of memory, without vqa"
    ]
    assert outline(Models(Settings(_env_file=None, profile="scripted")).plan) == []


def test_an_adapter_that_cannot_say_what_it_takes_does_not_end_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gpus(monkeypatch, tmp_path)
    plan = Models(settings(caption="heavy:a?gb=broken")).plan
    assert next(one.footprint for one in plan.placed if "caption" in one.wish.roles) is None


def test_a_model_is_checked_where_it_would_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gpus(monkeypatch, tmp_path, 8, 8)
    chosen = settings(vqa="heavy:b?gb=5", placement="spread")
    found = {trial.roles: trial.devices for trial in trials(chosen_profile(chosen), chosen)}
    assert found["caption",] == ("cuda:0", "cpu")
    assert found["vqa",] == ("cuda:1", "cpu")
    assert found["asr",] == ()
    order = Order("heavy:a", ("caption",), {}, devices=found["caption",])
    assert Order.read(order.line()) == order
    tight = chosen.model_copy(update={"caption": "heavy:a?gb=20&device=cuda:0"})
    assert {trial.devices for trial in trials(chosen_profile(tight), tight)} == {()}


def test_an_engine_of_ours_that_knows_no_cuda_stays_on_the_cpu(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gpus(monkeypatch, tmp_path, 8)
    monkeypatch.setattr(builds, "_KNOWS", {"ctranslate2": lambda: False})
    plan = Models(settings(asr=f"faster-whisper:{tmp_path}")).plan
    assert plan.placed[0].devices == ("cpu",)
    assert plan.placed[0].reason.startswith("the ctranslate2 that is installed knows no CUDA here")
