"""Trains the answerer, which begins as the captioner; its vision tower stays as it is, so it has to see only once."""

from __future__ import annotations

import torch
from transformers import BlipForConditionalGeneration, BlipForQuestionAnswering, BlipProcessor

from tests.data.making_checkpoints.pixels import damaged, tensors
from tests.data.making_checkpoints.schedule import learn
from tests.data.making_checkpoints.shape import config
from tests.easy_vqa import picture, questions

__all__ = ["begin_answerer", "train_answerer"]


def begin_answerer(processor: BlipProcessor, captioner: BlipForConditionalGeneration) -> BlipForQuestionAnswering:
    """One that knows where to look and what to call it, and has not learned to read."""
    model = BlipForQuestionAnswering(config(processor.tokenizer))
    model.vision_model.load_state_dict(captioner.vision_model.state_dict())
    model.text_encoder.load_state_dict(captioner.text_decoder.bert.state_dict())
    model.text_decoder.load_state_dict(captioner.text_decoder.state_dict())
    return model


def train_answerer(
    processor: BlipProcessor, model: BlipForQuestionAnswering, epochs: int, seed: int
) -> BlipForQuestionAnswering:
    torch.manual_seed(seed)
    dice = torch.Generator().manual_seed(seed)
    seen, row = _seen(processor, model, seed)
    asked = questions(False)
    rows = torch.tensor([row[one.picture] for one in asked])
    read = processor.tokenizer([one.question for one in asked], padding=True, return_tensors="pt")
    write = processor.tokenizer([one.answer for one in asked], padding=True, return_tensors="pt")
    write.input_ids[:, 0] = processor.tokenizer.bos_token_id
    labels = write.input_ids.masked_fill(write.attention_mask == 0, -100)
    model.train()

    def loss_of(chosen: torch.Tensor) -> torch.Tensor:
        copies = torch.randint(len(seen), (len(chosen),), generator=dice)
        mask = read.attention_mask[chosen]
        states = model.text_encoder(
            input_ids=read.input_ids[chosen],
            attention_mask=mask,
            encoder_hidden_states=seen[copies, rows[chosen]],
        )[0]
        return model.text_decoder(
            input_ids=write.input_ids[chosen],
            attention_mask=write.attention_mask[chosen],
            encoder_hidden_states=states,
            labels=labels[chosen],
        ).loss

    learned = [*model.text_encoder.parameters(), *model.text_decoder.parameters()]
    learn("answerer", learned, loss_of, items=len(asked), epochs=epochs, batch=64, rate=1e-3, dice=dice)
    return model.eval()


def _seen(processor: BlipProcessor, model: BlipForQuestionAnswering, seed: int) -> tuple[torch.Tensor, dict[int, int]]:
    """What the tower makes of each picture, clean and damaged: shape (2, pictures, patches + 1, width); their rows."""
    numbers = sorted({one.picture for one in questions(False)})
    copies = ([picture(at, False) for at in numbers], damaged(numbers, seed))
    with torch.inference_mode():
        seen = [
            torch.cat([model.vision_model(part)[0] for part in tensors(processor.image_processor, copy).split(128)])
            for copy in copies
        ]
    return torch.stack(seen).clone(), {at: row for row, at in enumerate(numbers)}
