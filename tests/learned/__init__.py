"""What is left of what models have learned once they are asked through the whole assistant, over Telegram."""
