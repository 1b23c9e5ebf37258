"""What a reference may say about a llama.cpp model is checked before anything is loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest

from agents.errors import ReferenceInvalid
from agents.models.llamacpp.llm import LlamaCpp
from agents.models.llamacpp.options import LlamaCppOptions
from agents.models.llamacpp.server import shares
from agents.models.reference import ModelReference


def options(text: str) -> LlamaCppOptions:
    return LlamaCppOptions.of(ModelReference.parse(f"llamacpp:some/model{text}"))


def test_defaults_suit_a_small_model_on_a_small_machine():
    found = options("")
    assert found.threads >= 1
    assert found.prompt + found.reply <= found.context
    assert found.system is None


def test_every_number_can_be_set():
    found = options("?threads=3&slots=4&context=4096&prompt=3000&temperature=0.5&repeat=1.2&dry=0")
    assert (found.threads, found.slots, found.context, found.prompt) == (3, 4, 4096, 3000)
    assert (found.temperature, found.repeat, found.dry) == (0.5, 1.2, 0.0)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("?threads=0", "threads is a whole number from 1 to 256"),
        ("?threads=two", "threads is a whole number"),
        ("?threads=1.5", "threads is a whole number"),
        ("?temperature=9", "temperature is a number from 0 to 2"),
        ("?temperature=nan", "temperature is a number"),
        ("?thread=2", "llamacpp knows brief, cache, context"),
        ("?system=other", "system is one of fixed"),
        ("?context=1024&prompt=1000&reply=100", "make context at least prompt + reply"),
    ],
)
def test_wrong_option_is_refused_with_what_is_allowed(text: str, remedy: str):
    with pytest.raises(ReferenceInvalid) as caught:
        options(text)
    assert remedy in caught.value.remedy


def test_card_declares_what_the_reference_says():
    reference = ModelReference.parse(
        "llamacpp:some/model?context=1024&prompt=700&reply=200&system=fixed&languages=en,zh"
    )
    card = LlamaCpp.declare(reference)
    assert (card.context_window, card.prompt_budget, card.reply_budget) == (1024, 700, 200)
    assert card.languages == {"en", "zh"}
    assert card.fixed_system == "You are a helpful assistant."
    assert card.reference == str(reference)


def test_declaring_and_building_import_nothing_heavy():
    code = (
        "import sys\n"
        "from agents.models.llamacpp.llm import LlamaCpp\n"
        "from agents.models.making import Making\n"
        "from agents.models.reference import ModelReference\n"
        "LlamaCpp(Making(ModelReference.parse('llamacpp:/m.gguf'), lambda: None))\n"
        "print(*sorted({'xllamacpp', 'openai', 'langchain_openai', 'httpx2', 'langchain_core'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_model_may_be_laid_over_several_gpus():
    assert options("?device=cuda:0%2B2").device == "cuda:0+2"
    with pytest.raises(ReferenceInvalid):
        options("?device=cuda:0%2B")


def test_gpus_share_a_model_by_what_they_have_free():
    assert shares([0, 2], [8, 24, 16], 5) == [8.0, 0.0, 16.0, 0.0, 0.0]
    assert shares([0, 7], [8, 24], 3) == [8.0, 0.0, 0.0]
