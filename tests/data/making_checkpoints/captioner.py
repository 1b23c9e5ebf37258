"""Trains the captioner, and with it the vision tower that the answerer looks through."""

from __future__ import annotations

import torch
from transformers import BlipForConditionalGeneration, BlipProcessor

from tests.data.making_checkpoints.pixels import damaged, tensors, turned
from tests.data.making_checkpoints.schedule import learn
from tests.data.making_checkpoints.shape import config
from tests.easy_vqa import captions, picture

__all__ = ["train_captioner"]


def train_captioner(processor: BlipProcessor, epochs: int, seed: int) -> BlipForConditionalGeneration:
    torch.manual_seed(seed)
    dice = torch.Generator().manual_seed(seed)
    known = captions(False)
    clean = tensors(processor.image_processor, [picture(at, False) for at in known])
    copies = torch.stack([clean, tensors(processor.image_processor, damaged(list(known), seed))])
    tokens = processor.tokenizer(list(known.values()), padding=True, return_tensors="pt")
    ids, mask = tokens.input_ids, tokens.attention_mask
    ids[:, 0] = processor.tokenizer.bos_token_id
    labels = ids.masked_fill(mask == 0, -100)
    model = BlipForConditionalGeneration(config(processor.tokenizer)).train()

    def loss_of(chosen: torch.Tensor) -> torch.Tensor:
        copy = torch.randint(len(copies), (len(chosen),), generator=dice)
        shown = turned(copies[copy, chosen], dice)
        return model(shown, ids[chosen], attention_mask=mask[chosen], labels=labels[chosen]).loss

    learned = list(model.parameters())
    learn("captioner", learned, loss_of, items=len(known), epochs=epochs, batch=64, rate=1e-3, dice=dice)
    return model.eval()
