"""References that cannot work on this machine are refused before anything loads, in words that lead to one that can."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agents.errors import ReferenceInvalid
from agents.models import devices
from agents.models.reference import ModelReference
from bot.makings import Makings
from bot.settings import Settings
from bot.worded import status_of, worded
from tests.nvml import FakeNvml

GB = 10**9
TWO_GPUS = [("RTX 4090", 24 * GB, 23 * GB), ("RTX 4090", 24 * GB, 23 * GB)]


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No GPU of the machine the tests run on is seen."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(devices, "_PCI", tmp_path / "no-bus")
    monkeypatch.setattr(devices, "_AMD", tmp_path / "no-kfd")
    FakeNvml(driver=None).install(monkeypatch)


def refusal(role: str, reference: str) -> str:
    settings = Settings(_env_file=None, **{role: reference})
    with pytest.raises(ReferenceInvalid) as caught:
        Makings(settings).made(role, ModelReference.parse(reference))
    assert status_of(caught.value) == 2
    said = worded(caught.value, settings)
    assert said.startswith(f"PARLEY_{role.upper()}: ")
    assert "\n" not in said
    return said


@pytest.mark.parametrize(
    ("role", "reference", "said"),
    [
        ("llm", "lamacpp:x", r"it names no backend for llm; .*llamacpp.*; did you mean llamacpp\?$"),
        ("asr", "faster-wisper:x", r"it names no backend for asr; .*did you mean faster-whisper\?$"),
        ("asr", "faster-whisper:x?bean=3", r"no option 'bean'; .*beam.*; did you mean beam\?$"),
        (
            "asr",
            "faster-whisper:Systran/faster-whisper-base?device=cdua",
            r"device=cdua is wrong; .*cuda.*; did you mean cuda\?$",
        ),
        (
            "asr",
            "faster-whisper:Systran/faster-whisper-base?device=cuda",
            r"device=cuda is not there; this machine has auto, cpu\.$",
        ),
        ("vqa", "scripted:x?confidnce=1", r"no option 'confidnce'.*did you mean confidence\?$"),
        ("llm", "scripted:x?fail=laod", r"fail=laod is wrong.*did you mean load\?$"),
        ("llm", "llamacpp:a/b?contxt=9", r"no option 'contxt'.*did you mean context\?$"),
        ("llm", "openai:gpt", r"the name is no address.*openai:http://host"),
        ("llm", "openai:http://h/v1", r"the name is no address.*openai:http://host"),
        ("llm", "openai:http://h/v1#m?contxt=9", r"no option 'contxt'.*did you mean context\?$"),
    ],
)
def test_what_is_wrong_what_is_allowed_and_the_nearest_are_said(role: str, reference: str, said: str) -> None:
    assert re.search(said, refusal(role, reference))


def test_a_gpu_beyond_those_there_are_is_refused_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeNvml(TWO_GPUS).install(monkeypatch)
    assert "this machine has auto, cpu, cuda, cuda:0, cuda:1; did you mean cuda:" in refusal(
        "asr", "faster-whisper:Systran/faster-whisper-base?device=cuda:3"
    )
    reference = "faster-whisper:Systran/faster-whisper-base?device=cuda"
    assert Makings(Settings(_env_file=None)).made("asr", ModelReference.parse(reference)).card.reference == reference


def test_a_model_laid_over_several_gpus_needs_each_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeNvml(TWO_GPUS).install(monkeypatch)
    assert Makings(Settings(_env_file=None)).made("llm", ModelReference.parse("llamacpp:a/b?device=cuda:0+1"))
    assert "device=cuda:0+2 is not there" in refusal("llm", "llamacpp:a/b?device=cuda:0+2")
    assert "device=cuda:0+1 is wrong; it runs on one GPU" in refusal("asr", "faster-whisper:a/b?device=cuda:0+1")


def test_gpus_that_are_hidden_from_cuda_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeNvml(TWO_GPUS).install(monkeypatch)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    assert "CUDA_VISIBLE_DEVICES hides others" in refusal(
        "asr", "faster-whisper:Systran/faster-whisper-base?device=cuda:1"
    )


def test_a_gpu_without_its_driver_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    card = tmp_path / "bus" / "0000:01:00.0"
    card.mkdir(parents=True)
    (card / "vendor").write_text("0x10de\n")
    (card / "class").write_text("0x030200\n")
    monkeypatch.setattr(devices, "_PCI", tmp_path / "bus")
    assert "install NVIDIA's driver" in refusal("asr", "faster-whisper:Systran/faster-whisper-base?device=cuda")


def test_a_gpu_of_amd_passes_for_cuda(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(devices, "_AMD", tmp_path)
    assert Makings(Settings(_env_file=None)).made(
        "asr", ModelReference.parse("faster-whisper:Systran/faster-whisper-base?device=cuda")
    )


def test_a_path_that_leads_nowhere_is_refused_with_the_name_beside_it(tmp_path: Path) -> None:
    (tmp_path / "qwen.gguf").write_bytes(b"GGUF")
    said = refusal("llm", f"llamacpp:{tmp_path}/qwem.gguf")
    assert f"{tmp_path}/qwem.gguf is not there" in said
    assert said.endswith(f"did you mean {tmp_path}/qwen.gguf?")
    assert "name a file or folder that exists." in refusal("llm", "llamacpp:~nobody-of-that-name/x.gguf")
    assert "is not there" in refusal("llm", f"llamacpp:/{'x' * 300}")


def test_the_place_of_a_wrong_reference_is_named_when_a_profile_holds_it() -> None:
    with pytest.raises(ReferenceInvalid) as caught:
        Makings(Settings(_env_file=None, profile="own")).made("llm", ModelReference.parse("lamacpp:x"))
    assert worded(caught.value, Settings(_env_file=None)).startswith("PARLEY_PROFILE=own, llm: it names no backend")


def test_one_reference_has_a_host_for_each_adapter_and_one_for_one() -> None:
    makings, reference = Makings(Settings(_env_file=None)), ModelReference.parse("scripted:both")
    caption, ocr = makings.made("caption", reference), makings.made("ocr", reference)
    assert caption.host is not ocr.host
    assert makings.made("caption", reference).host is caption.host
