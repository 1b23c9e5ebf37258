"""A file of the operator's own profiles is read strictly, and what is wrong is said in one line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agents.models.profiles import ProfilesInvalid, profile, profiles


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "mine.toml"


def refusal(own: Path, text: str | bytes) -> str:
    own.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ProfilesInvalid) as caught:
        profiles(own)
    said = str(caught.value)
    assert said.startswith(f"{own}: ")
    assert "\n" not in said
    return said.removeprefix(f"{own}: ")


def test_own_profiles_are_added_to_ours(own: Path) -> None:
    own.write_text('[mine]\nllm = "scripted:echo"\nnotes = "Mine."\nram_gb = 1\n')
    mine = profile("mine", own)
    assert (str(mine.llm), mine.notes, mine.ram_gb, mine.asr) == ("scripted:echo", "Mine.", 1.0, None)
    assert list(profiles(own)) == [*profiles(), "mine"]
    assert "mine" not in profiles()


def test_a_profile_extends_another_and_changes_single_roles(own: Path) -> None:
    own.write_text('[b]\nextends = "a"\nocr = ""\n\n[a]\nextends = "cpu"\nllm = "scripted:echo"\n')
    a, b, cpu = profile("a", own), profile("b", own), profile("cpu")
    assert (str(a.llm), a.asr, a.ocr, a.ram_gb) == ("scripted:echo", cpu.asr, cpu.ocr, cpu.ram_gb)
    assert (b.llm, b.asr, b.ocr) == (a.llm, cpu.asr, None)
    assert b.notes == "Your own, on top of a."


def test_a_profile_of_ours_is_replaced_by_one_of_its_name_which_may_build_on_it(own: Path) -> None:
    own.write_text('[cpu]\nextends = "cpu"\nvqa = ""\n\n[tiny]\nllm = "scripted:echo"\n\n[more]\nextends = "cpu"\n')
    assert profile("cpu", own).vqa is None
    assert profile("cpu", own).llm == profile("cpu").llm
    assert profile("tiny", own).asr is None
    assert profile("more", own).vqa is None


def test_a_role_may_have_the_model_of_another(own: Path) -> None:
    own.write_text('[a]\nllm = "scripted:x"\nvqa = "llm"\n\n[b]\nextends = "a"\nllm = "scripted:y"\ncaption = "vqa"\n')
    assert profile("a", own).vqa == profile("a", own).llm
    b = profile("b", own)
    assert [str(b.llm), str(b.vqa), str(b.caption)] == ["scripted:y", "scripted:x", "scripted:x"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[mine]\nllm = "llm"', "[mine] llm: llm has no reference of its own here"),
        ('[mine]\nllm = "scripted:x"\nvqa = "caption"', "[mine] vqa: caption has no reference of its own here"),
        ('[mine]\nllm = "scripted:x"\nvqa = "caption"\ncaption = "vqa"', "[mine] caption: vqa has no reference of its"),
        ('[mine]\nllm = "scripted:echo"\nasrr = "x:y"', "[mine]: no role or field 'asrr'; there are .*mean asr?"),
        ('[mine]\nasr = "scripted:transcript"', "[mine]: llm is missing"),
        ('[mine]\nextends = "cpuu"', "[mine] extends: no profile is named 'cpuu'; .*did you mean cpu?"),
        ('[mine]\nextends = "mine"', "[mine] extends: no profile is named 'mine'"),
        ('[a]\nextends = "b"\n[b]\nextends = "a"', "extends: it leads back to itself"),
        ("[mine]\nextends = 7", "[mine] extends: no profile is named 7"),
        ('[mine]\nextends = "cpu"\nllm = ""', "[mine]: llm is missing"),
        ("[mine]\nllm = 7", "[mine] llm: should be a model reference in quotes"),
        ('[mine]\nllm = "nonsense"', "[mine] llm: the model's name is missing"),
        ('[mine]\nllm = "scripted:echo"\nnotes = 3', "[mine] notes: should be text"),
        ('[mine]\nllm = "scripted:echo"\nram_gb = "6"', "[mine] ram_gb: should be a number of gigabytes"),
        ('[mine]\nllm = "scripted:echo"\nvram_gb = -1', "[mine] vram_gb: should be a number of gigabytes"),
        ('[mine]\nllm = "scripted:echo"\nvram_gb = nan', "[mine] vram_gb: should be a number of gigabytes"),
        ('[mine]\nllm = "scripted:echo"\nram_gb = true', "[mine] ram_gb: should be a number of gigabytes"),
        ('llm = "scripted:echo"', "llm stands in no profile; begin one with a line such as [mine]"),
        ('["My Own"]\nllm = "scripted:echo"', "'My Own' is no name for a profile"),
        ("[mine\n", r"it is no TOML \(at line 1, column 6\)"),
        ('[mine]\nllm = "a:b"\nllm = "a:b"', "it is no TOML"),
        (b"[mine]\nllm = '\xff'", "it is no text in UTF-8"),
        ("#" * (1 << 20) + "\n", "it is too long"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_the_nearest_name(own: Path, text: str | bytes, said: str) -> None:
    pattern = said if said.startswith("it is") else re.escape(said).replace(r"\.\*", ".*")
    assert re.search(pattern, refusal(own, text))


def test_a_file_that_is_not_there_is_said(own: Path) -> None:
    with pytest.raises(ProfilesInvalid, match="it cannot be read: No such file"):
        profiles(own)
    with pytest.raises(ProfilesInvalid, match="it cannot be read: Is a directory"):
        profiles(own.parent)


def test_a_role_may_have_several_models_which_another_role_and_another_profile_take_over(own: Path) -> None:
    own.write_text(
        '[a]\nllm = "scripted:x | scripted:y"\nvqa = "llm"\n\n'
        '[b]\nextends = "a"\nllm = "scripted:z"\n\n[c]\nextends = "a"\n'
    )
    a, b, c = (profile(name, own) for name in "abc")
    assert [str(one) for one in a.alternatives("vqa")] == ["scripted:x", "scripted:y"]
    assert c.alternatives("llm") == a.alternatives("llm") == a.alternatives("vqa")
    assert [str(one) for one in b.alternatives("llm")] == ["scripted:z"]
    assert refusal(own, '[a]\nllm = "scripted:x | "\n').startswith("[a] llm: a model is missing beside a bar; write")
