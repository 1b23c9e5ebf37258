"""Engines in processes of their own: what they do to themselves ends there, and each item is answered or refused."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from agents.errors import (
    DeviceLost,
    ModelCrashed,
    ModelError,
    ModelLate,
    ModelOutOfMemory,
    ModelRefused,
    ModelUnavailable,
)
from agents.models.apart import failures
from agents.models.apart.engine import Engine
from agents.models.apart.order import Order
from agents.models.apart.port import Apart
from agents.models.reference import ModelReference
from agents.models.scripted import ScriptedEmbedder, ScriptedTranscriber
from agents.ports import Question, Sound
from tests.agents.models.apart.echo import Echo
from tests.agents.models.apart.engines import Failing
from tests.agents.models.apart.ports import Make, said
from tests.process import ROOT


def test_what_the_adapter_finds_comes_back_and_its_process_is_another(port: Apart) -> None:
    assert said(port, "one", "two") == ["eno", "owt"]
    assert said(port, "pid") == [str(port.pid)]
    assert port.pid != os.getpid()
    assert port.card == Failing.declare(ModelReference.parse(port.card.reference))


def test_items_and_findings_of_every_kind_arrive_as_they_were() -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (97, 311, 3), np.uint8)
    picture, samples = Image.fromarray(pixels), np.linspace(-1, 1, 5_000, dtype=np.float32)
    reference = ModelReference.parse("echo:echo")
    port, inside = Apart(Echo, reference, None), Echo(reference, None)
    for method, items in {
        "caption": [picture, Image.new("RGB", (1, 1)), picture.convert("L").convert("RGB")],
        "answer": [Question(picture, "多少钱？ \ud83d\x00")],
        "transcribe": [Sound(samples), Sound(samples[:0], 8_000), Sound(samples[::2])],
        "identify": ["", "hello", "line\nline\u2028"],
    }.items():
        assert getattr(port, method)(items) == getattr(inside, method)(items)
        assert getattr(port, method)([]) == []
    port.release()


def test_vectors_arrive_as_they_were_even_of_no_text() -> None:
    reference = ModelReference.parse("scripted:vectors")
    port, inside = Apart(ScriptedEmbedder, reference, None), ScriptedEmbedder(reference)
    for texts in (["a fine day", "", "noodles"], []):
        assert np.array_equal(port.embed(texts), inside.embed(texts))
        assert port.embed(texts).dtype == np.float32
    port.release()


@pytest.mark.parametrize("order", ["abort", "leave"])
def test_an_item_that_ends_every_process_fails_alone_and_the_next_is_answered(port: Apart, order: str) -> None:
    before = port.pid
    with pytest.raises(ModelCrashed) as crash:
        port.read_sentiment([order])
    assert crash.value.retryable
    assert said(port, "one") == ["eno"]
    assert port.pid != before


def test_a_process_killed_from_outside_is_started_again_and_its_item_answered(port: Apart, tmp_path: Path) -> None:
    assert said(port, "kill-once") == ["ecno-llik"]
    assert [line.split()[-1] for line in (tmp_path / "notes").read_text().splitlines()] == ["1", "killed", "1"]
    os.kill(port.pid, signal.SIGKILL)
    assert said(port, "one") == ["eno"], "one that died while nobody asked is nobody's failure"


def test_a_batch_whose_process_died_is_left_to_the_host(port: Apart, tmp_path: Path) -> None:
    with pytest.raises(ModelCrashed):
        port.read_sentiment(["one", "kill-once"])
    assert "2" in (tmp_path / "notes").read_text().split(), "it was asked for both"
    assert said(port, "one", "kill-once") == ["eno", "ecno-llik"]


def test_an_engine_that_hangs_is_killed_when_nobody_waits_any_more(port: Apart) -> None:
    hanging = psutil.Process(port.pid)
    with pytest.raises(ModelLate):
        port.read_sentiment(["hang"])
    assert not hanging.is_running()
    assert said(port, "one") == ["eno"]


@pytest.mark.parametrize("nonsense", ['{"findings": "none"}', "{not even json}", "[]", "everything"])
def test_nonsense_from_the_process_is_a_crash_and_ends_it(port: Apart, nonsense: str) -> None:
    speaking = psutil.Process(port.pid)
    with pytest.raises(ModelCrashed, match="nonsense"):
        port.read_sentiment([nonsense])
    assert not speaking.is_running()


def test_what_the_adapter_raises_crosses_as_it_is_and_without_its_text(port: Apart) -> None:
    errors = {
        "no-memory": ModelOutOfMemory(port.card.reference, "no room"),
        "refuse": ModelRefused(port.card.reference, "too long"),
        "missing": ModelUnavailable(port.card.reference, "no file model.bin"),
        "raise": ModelCrashed(port.card.reference, "RuntimeError"),
        "panic": ModelCrashed(port.card.reference, "SystemExit"),
    }
    before = port.pid
    for order, meant in errors.items():
        with pytest.raises(ModelError) as error:
            port.read_sentiment([order])
        assert (type(error.value), str(error.value)) == (type(meant), str(meant))
    assert said(port, "pid") == [str(before)], "its process stays as it is"


def test_a_call_that_we_broke_off_ourselves_leaves_no_answer_for_the_next(
    port: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    def put(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch, pytest.raises(MemoryError):
        patch.setattr("agents.models.apart.items.put", put)
        port.read_sentiment(["somebody else's"])
    assert said(port, "one") == ["eno"]


def test_what_an_error_tells_at_length_crosses_in_short() -> None:
    error = ModelUnavailable("m", "\N{GRINNING FACE}" * 100_000)
    told = failures.told(error)
    assert len(json.dumps(told)) < 1 << 13
    assert told["detail"].startswith("\N{GRINNING FACE}")
    assert isinstance(failures.meant(told, "m"), ModelUnavailable)


def test_one_that_has_ended_is_signalled_no_more_once_it_was_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = ModelReference.parse(f"failing:engine?folder={tmp_path}")
    engine = Engine(Order.of(Failing, reference, None), within=60)
    os.killpg(engine.pid, signal.SIGKILL)
    os.waitid(os.P_PID, engine.pid, os.WEXITED | os.WNOWAIT)
    assert not engine.running
    signalled: list[int] = []
    monkeypatch.setattr(os, "killpg", lambda group, _: signalled.append(group))
    engine.stop()
    del engine
    gc.collect()
    assert signalled == []


def test_its_process_has_a_group_of_its_own_and_our_session(port: Apart) -> None:
    assert (os.getpgid(port.pid), os.getsid(port.pid)) == (port.pid, os.getsid(0))


def test_a_device_lost_to_one_process_is_tried_from_another(port: Apart) -> None:
    before = port.pid
    assert said(port, "lost-once") == ["ecno-tsol"]
    assert port.pid != before
    with pytest.raises(DeviceLost, match="cuda:0 is gone"):
        port.read_sentiment(["lost"])


def test_what_an_engine_prints_does_no_harm(port: Apart, capfd: pytest.CaptureFixture[str]) -> None:
    assert said(port, "print") == ["tnirp"]
    assert capfd.readouterr().out == ""


def test_its_process_knows_neither_settings_nor_tokens(monkeypatch: pytest.MonkeyPatch, make: Make) -> None:
    for name in ("PARLEY_API_KEYS", "TELEGRAM_BOT_TOKEN", "HF_TOKEN", "OPENAI_API_KEY", "aws_secret_access_key"):
        monkeypatch.setenv(name, "secret")
    (known,) = said(make(), "environment")
    assert "PATH" in known.split()
    assert not [name for name in known.split() if any(word in name.upper() for word in ("PARLEY", "TOKEN", "KEY"))]


def test_its_memory_is_given_back_when_it_is_released_or_forgotten(make: Make) -> None:
    released, forgotten = make(), Apart(ScriptedTranscriber, ModelReference.parse("scripted:words"), None)
    processes = [psutil.Process(port.pid) for port in (released, forgotten)]
    assert all(process.is_running() for process in processes)
    released.release()
    released.release()
    del forgotten
    gc.collect()
    assert not any(process.is_running() for process in processes)
    assert said(released, "one") == ["eno"], "it comes back when it is asked again"


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    script = (
        "from agents.models.apart.port import Apart\n"
        "from agents.models.reference import ModelReference\n"
        "from tests.agents.models.apart.engines import Failing\n"
        f"port = Apart(Failing, ModelReference.parse('failing:engine?folder={tmp_path}'), None)\n"
        "print(port.pid, flush=True)\n"
        "port.read_sentiment(['sleep'])\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        engine = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    assert psutil.wait_procs([engine], timeout=5)[1] == []


def test_many_threads_with_a_model_each_do_not_disturb_one_another(make: Make) -> None:
    found: list[list[str]] = []
    threads = [threading.Thread(target=lambda: found.append(said(make(), "one"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [["eno"]] * 2
