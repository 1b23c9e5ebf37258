"""4 and 8 bit, as bitsandbytes does them on a CPU too."""

from __future__ import annotations

import pytest
from PIL import Image

from agents.models.making import Making
from agents.models.reference import ModelReference
from agents.models.transformers.llm import TransformersLLM
from agents.models.transformers.vlm import VisionLanguageModel
from tests.tiny.kept import text_model, vision_model


@pytest.mark.parametrize(("quant", "kept"), [("4bit", "uint8"), ("8bit", "int8")])
def test_a_model_that_sees_holds_its_weights_in_few_bits_and_answers(quant: str, kept: str):
    reference = ModelReference.parse(f"vlm:tiny?quant={quant}&brief=4&pixels=16384")
    model = VisionLanguageModel(reference, vision_model("Qwen2.5-VL"))
    kinds = {str(weights.dtype).removeprefix("torch.") for weights in model._model.parameters()}
    assert kept in kinds
    assert model.caption([Image.new("RGB", (64, 48), "red")])[0][0].text


@pytest.mark.parametrize("quant", ["4bit", "8bit"])
async def test_a_model_that_writes_streams(quant: str):
    llm = TransformersLLM(Making(ModelReference.parse(f"transformers:tiny?quant={quant}"), text_model))
    assert (await llm.chat.ainvoke("Hello", max_tokens=4)).text
    await llm.stop()
