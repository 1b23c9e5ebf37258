"""What every adapter of a sense keeps to, the scripted ones included."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from agents.errors import ModelUnavailable, ReferenceInvalid
from agents.models.fallback import either
from agents.models.host import Host
from agents.models.hosted import HostedSense
from agents.models.ladder import Rung
from agents.models.metrics import Metrics
from agents.models.reference import ModelReference
from agents.ports import Card, Question, Sense, Sound
from agents.values import Box, Finding, Span
from tests.agents.models.openai.makings import making
from tests.agents.models.openai.scripted_host import Script, ScriptedHost, said
from tests.data.checkpoints import CAPTIONER, VISUAL_QA
from tests.embedded import folder
from tests.tiny.kept import blip2_model, sound_classifier, text_classifier, vision_model

PICTURE = Image.new("RGB", (320, 240), "#446688")
SOUND = Sound(np.zeros(16_000, np.float32))
HUM = Sound((0.2 * np.sin(np.arange(16_000) * 0.07)).astype(np.float32))


@dataclass(frozen=True)
class Adapter:
    module: str
    name: str
    reference: str
    method: str
    item: Any
    files: str | None = None  # the catalogue's model it is loaded from
    made: Callable[[], Path] | None = None  # or what makes the files

    @property
    def kind(self) -> Any:
        return getattr(import_module(f"agents.models.{self.module}"), self.name)

    def __str__(self) -> str:
        return self.name


SCRIPTED = [
    Adapter("scripted", "ScriptedTranscriber", "scripted:transcript?text=hello", "transcribe", SOUND),
    Adapter("scripted", "ScriptedCaptioner", "scripted:caption?text=a cat|a dog", "caption", PICTURE),
    Adapter("scripted", "ScriptedTextReader", "scripted:ocr?text=one|two", "read", PICTURE),
    Adapter("scripted", "ScriptedVisualQA", "scripted:vqa?text=yes", "answer", Question(PICTURE, "a cat?")),
    Adapter("scripted", "ScriptedSentimentReader", "scripted:mood?text=positive", "read_sentiment", "What a day"),
    Adapter("scripted", "ScriptedEmotionReader", "scripted:emotion?text=happy|sad", "hear_emotion", SOUND),
    Adapter("scripted", "ScriptedLanguageIdentifier", "scripted:language?text=en", "identify", "What a day"),
]
EMBEDDED = [
    Adapter(
        "faster_whisper",
        "FasterWhisper",
        "faster-whisper:Systran/faster-whisper-tiny.en",
        "transcribe",
        SOUND,
        "Systran/faster-whisper-tiny.en",
    ),
    Adapter("imagenet", "ImageNet", "imagenet:efficientnet-lite0", "caption", PICTURE, "efficientnet-lite0"),
]
VLM = "vlm:tiny?brief=6&pixels=16384"
TINY = [
    Adapter("transformers.vlm", "VisionLanguageModel", VLM, method, item, made=vision_model)
    for method, item in (("caption", PICTURE), ("answer", Question(PICTURE, "a cat?")))
]
TINY += [
    Adapter(
        "transformers.classifier",
        "Classifier",
        "classifier:tiny?tokens=32",
        "read_sentiment",
        "What a fine day",
        made=text_classifier,
    ),
    Adapter(
        "transformers.emotion", "SpeechEmotion", "emotion:tiny?seconds=5", "hear_emotion", HUM, made=sound_classifier
    ),
]
TINY += [
    Adapter("transformers.blip", "BlipCaptioner", "blip:tiny?tokens=8", "caption", PICTURE, made=lambda: CAPTIONER),
    Adapter(
        "transformers.blip",
        "BlipVisualQA",
        "blip:tiny?beams=2",
        "answer",
        Question(PICTURE, "a cat?"),
        made=lambda: VISUAL_QA,
    ),
    Adapter(
        "transformers.blip2",
        "Blip2",
        "blip2:tiny?tokens=8",
        "answer",
        Question(PICTURE, "a cat?"),
        made=blip2_model,
    ),
]
LEXICAL = [
    Adapter("vader_snownlp", "VaderSnowNlp", "vader-snownlp:builtin", "read_sentiment", "What a fine day"),
    Adapter("lingua", "Lingua", "lingua:builtin?languages=en,zh", "identify", "What a fine day"),
]
READER = Adapter("rapidocr", "RapidOcr", "rapidocr:PP-OCRv6", "read", PICTURE)
HOST = "openai:http://127.0.0.1:9/v1#m"
EYES = "llamacpp:some/model?mmproj=mmproj.gguf"
# They fill the asynchronous face themselves; what they are asked goes to ``perceive``.
ELSEWHERE = [
    Adapter("openai.asr", "OpenAITranscriber", f"{HOST}?language=en", "perceive", HUM),
    Adapter("openai.vision", "OpenAICaptioner", f"{HOST}?images=on", "perceive", PICTURE),
    Adapter("openai.vision", "OpenAIVisualQA", f"{HOST}?brief=9", "perceive", Question(PICTURE, "a cat?")),
    Adapter("llamacpp.vision", "LlamaCppCaptioner", EYES, "perceive", PICTURE),
    Adapter("llamacpp.vision", "LlamaCppVisualQA", EYES, "perceive", Question(PICTURE, "a cat?")),
]
EMBEDDERS = [
    Adapter("openai.embedding", "OpenAIEmbedder", f"{HOST}?dimensions=2", "embed", "hello"),
    Adapter("llamacpp.embedding", "LlamaCppEmbedder", "llamacpp:some/model?pooling=mean", "embed", "hello"),
]
REAL = [*ELSEWHERE, *EMBEDDERS, *EMBEDDED, READER, *LEXICAL, *{one.name: one for one in TINY}.values()]
ALL = [*SCRIPTED, *ELSEWHERE, *EMBEDDERS, *EMBEDDED, READER, *LEXICAL, *TINY]
LOADABLE = [
    *SCRIPTED,
    READER,
    *LEXICAL,
    *TINY,
    *(pytest.param(one, marks=pytest.mark.embedded, id=str(one)) for one in EMBEDDED),
]


def loaded(adapter: Adapter) -> Any:
    reference = ModelReference.parse(adapter.reference)
    if adapter.made:
        return adapter.kind(reference, adapter.made())
    return adapter.kind(reference, folder(adapter.files) if adapter.files else None)


@pytest.mark.parametrize("adapter", ALL, ids=str)
def test_the_card_declares_what_routing_and_wording_need(adapter):
    reference = ModelReference.parse(adapter.reference)
    card = adapter.kind.declare(reference)
    assert isinstance(card, Card)
    assert card.reference == str(reference)
    assert 0 < card.half_from <= card.sure_from <= 1
    assert card.confidence
    assert card.together >= 1
    assert card.languages is None or all(tag.isascii() and tag == tag.lower() for tag in card.languages)


@pytest.mark.parametrize("adapter", REAL, ids=str)
def test_declaring_refuses_an_option_it_does_not_know(adapter):
    with pytest.raises(ReferenceInvalid):
        adapter.kind.declare(ModelReference.parse(adapter.reference.partition("?")[0] + "?colour=blue"))


def test_declaring_imports_no_engine():
    declared = "".join(
        f"getattr(import_module('agents.models.{one.module}'), {one.name!r})"
        f".declare(ModelReference.parse({one.reference!r}))\n"
        for one in REAL
    )
    script = (
        "import sys\n"
        "from importlib import import_module\n"
        "from agents.models.reference import ModelReference\n"
        f"{declared}"
        "engines = {'torch', 'transformers', 'ctranslate2', 'onnxruntime', 'faster_whisper', 'rapidocr', 'cv2', 'av',\n"
        "           'numpy', 'lingua', 'snownlp', 'vaderSentiment'}\n"
        "print(*sorted(engines & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.strip() == ""


@pytest.mark.parametrize("adapter", LOADABLE, ids=str)
def test_findings_come_one_list_an_item_with_confidence_and_place(adapter):
    port = loaded(adapter)
    perceive: Callable[[Sequence[Any]], list[list[Finding]]] = getattr(port, adapter.method)
    assert port.card == adapter.kind.declare(ModelReference.parse(adapter.reference))
    assert perceive([]) == []
    answers = perceive([adapter.item, adapter.item])
    assert len(answers) == 2 and answers[0] == answers[1]
    for found in answers[0]:
        assert found.text == found.text.strip() != ""
        assert 0 <= found.confidence <= 1
        assert found.place is None or isinstance(found.place, Box | Span)


ANSWERS = {
    "OpenAITranscriber": Script({"text": "hello", "segments": [{"text": " hello ", "avg_logprob": -0.2}]}),
    "OpenAICaptioner": said(" a field ", logprobs=[-0.2]),
    "OpenAIVisualQA": said("no"),
}


@pytest.mark.parametrize("adapter", ELSEWHERE[:3], ids=str)
async def test_one_on_another_host_has_the_same_face(adapter):
    async with ScriptedHost(ANSWERS[adapter.name]) as host:
        made = making(adapter.reference.replace("127.0.0.1:9", f"127.0.0.1:{host.port}"))
        sense: Sense[Any] = adapter.kind.made(made)
        assert sense.card == adapter.kind.declare(made.reference)
        await sense.load()
        found = await sense.perceive(adapter.item)
        assert found == await sense.perceive(adapter.item)
        for one in found:
            assert one.text == one.text.strip() != ""
            assert sense.card.half_from <= one.confidence <= 1
        await sense.stop()
        await sense.stop()
    with pytest.raises(ModelUnavailable):
        await sense.load()
    await sense.stop()


@pytest.mark.parametrize("adapter", LOADABLE, ids=str)
async def test_a_host_gives_it_an_asynchronous_face(adapter):
    reference = ModelReference.parse(adapter.reference)
    call = getattr(adapter.kind, adapter.method)
    hosted: HostedSense[Any, Any] = HostedSense(
        adapter.kind.declare(reference), Host(str(reference), [Rung(lambda: loaded(adapter))]), call, deadline=60
    )
    try:
        assert await hosted.perceive(adapter.item) == getattr(loaded(adapter), adapter.method)([adapter.item])[0]
    finally:
        await hosted.stop()


@pytest.mark.parametrize("adapter", SCRIPTED, ids=str)
async def test_several_have_the_face_of_one_and_tell_which_of_them_answered(adapter):
    name, _, options = adapter.reference.partition("?")
    references = [ModelReference.parse(one) for one in (f"{name}?fail=crash&{options}", adapter.reference)]
    hosts = [Host(str(one), [Rung(lambda one=one: adapter.kind(one))]) for one in references]
    call = getattr(adapter.kind, adapter.method)
    hosted = [
        HostedSense[Any, Any](adapter.kind.declare(one), host, call, deadline=60)
        for one, host in zip(references, hosts, strict=True)
    ]
    sense: Sense[Any] = either("any", hosted, Metrics())
    try:
        await sense.load()
        found = await sense.perceive(adapter.item)
        assert found == await hosted[1].perceive(adapter.item)
        assert found.card == hosted[1].card
        assert sense.card.alternatives == tuple(one.card for one in hosted)
    finally:
        await sense.stop()
