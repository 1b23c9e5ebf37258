"""Models that transformers loads into this process: BLIP, vision-language models, chat models, classifiers."""
