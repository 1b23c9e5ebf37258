"""Trains the answerer's reader and writer on what the captioner's vision tower, which stays as it is, sees."""

from __future__ import annotations

import torch
from transformers import BlipForConditionalGeneration, BlipForQuestionAnswering, BlipProcessor

from tests.data.making_checkpoints.pixels import damaged, tensors
from tests.data.making_checkpoints.schedule import learn
from tests.data.making_checkpoints.shape import config
from tests.easy_vqa import picture, questions

__all__ = ["train_answerer"]


def train_answerer(
    processor: BlipProcessor, captioner: BlipForConditionalGeneration, epochs: int, seed: int
) -> BlipForQuestionAnswering:
    torch.manual_seed(seed)
    dice = torch.Generator().manual_seed(seed)
    model = BlipForQuestionAnswering(config(processor.tokenizer))
    model.vision_model.load_state_dict(captioner.vision_model.state_dict())
    seen, row = _seen(processor, captioner, seed)
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
            encoder_attention_mask=mask,
            labels=labels[chosen],
        ).loss

    learned = [*model.text_encoder.parameters(), *model.text_decoder.parameters()]
    learn("answerer", learned, loss_of, items=len(asked), epochs=epochs, batch=256, rate=1e-3, dice=dice)
    return model.eval()


def _seen(
    processor: BlipProcessor, captioner: BlipForConditionalGeneration, seed: int
) -> tuple[torch.Tensor, dict[int, int]]:
    """What the tower makes of each picture, clean and damaged: shape (2, pictures, patches + 1, width); their rows."""
    numbers = sorted({one.picture for one in questions(False)})
    copies = ([picture(at, False) for at in numbers], damaged(numbers, seed))
    with torch.inference_mode():
        seen = [
            torch.cat([captioner.vision_model(part)[0] for part in tensors(processor.image_processor, copy).split(128)])
            for copy in copies
        ]
    return torch.stack(seen).clone(), {at: row for row, at in enumerate(numbers)}
