"""The least that answers on Telegram with a language model: what Parley is measured beside. Nothing is kept.

Updates are worked on at once, as Parley's are; python-telegram-bot's own default is one after the other.
"""

import os

from openai import AsyncOpenAI
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

llm = AsyncOpenAI(base_url=os.environ["LLM"], api_key="none")


async def answer(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    said = await llm.chat.completions.create(
        model="stub",
        messages=[
            {"role": "system", "content": "You are a helpful assistant."},
            {"role": "user", "content": update.message.text or ""},
        ],
    )
    await update.message.reply_text(said.choices[0].message.content or "")


server = os.environ["TELEGRAM_API_BASE_URL"]
builder = Application.builder().token(os.environ["TELEGRAM_BOT_TOKEN"])
app = builder.base_url(f"{server}/bot").base_file_url(f"{server}/file/bot").concurrent_updates(True).build()
app.add_handler(MessageHandler(filters.TEXT, answer))
app.run_polling()
