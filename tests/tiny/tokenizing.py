"""A tokenizer that nobody trained: every byte is a token, and so is every mark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n"
    "{% if message.content is string %}{{ message.content }}{% else %}{% for part in message.content %}"
    "{% if part.type == 'image' %}IMAGE{% else %}{{ part.text }}{% endif %}{% endfor %}{% endif %}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
END, PAD = "<|im_end|>", "<|endoftext|>"


def chatml(image: str = "") -> str:
    """ChatML with ``image`` where a picture stands."""
    return CHATML.replace("IMAGE", image)


def tokenizer(marks: Sequence[str] = (), names: dict[str, str] | None = None, template: str | None = None) -> Any:
    """``names`` are attributes a processor asks its tokenizer for (``image_token``), with their marks."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    raw = Tokenizer(models.BPE({letter: number for number, letter in enumerate(alphabet)}, []))
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    named = names or {}
    made = PreTrainedTokenizerFast(
        tokenizer_object=raw,
        eos_token=END,
        pad_token=PAD,
        extra_special_tokens=named or ["<|im_start|>"],
        chat_template=template or chatml(),
    )
    made.add_special_tokens({"additional_special_tokens": ["<|im_start|>", *marks]}, replace_extra_special_tokens=False)
    return made


def speakable(made: Any) -> dict[str, Any]:
    """A generation config that lets a random model say letters and blanks only, so that there is something to read."""
    voiced = {token for token in made.get_vocab() if (len(token) == 1 and token.isascii() and token.isalpha())} | {"Ġ"}
    dumb = sorted(number for token, number in made.get_vocab().items() if token not in voiced)
    return {"suppress_tokens": dumb, "pad_token_id": made.pad_token_id, "eos_token_id": made.eos_token_id}
