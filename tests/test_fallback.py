"""The real process with a host that breaks off in mid-answer: over both doors the answer comes whole, and once."""

from __future__ import annotations

from pathlib import Path

from tests.agents.models.openai.raw_host import HEAD, RawHost
from tests.bot.web.reader import reading
from tests.bot.web.test_process import up, visiting, web
from tests.emulator import Emulator

STREAM = HEAD % b"text/event-stream"
PIECE = b'data: {"choices": [{"delta": {"content": "There was once"}}]}\n\n'
WHOLE = "Here is a whole answer."
LOCAL = "scripted:echo?text=" + WHOLE.replace(" ", "%20")


async def test_an_answer_that_falls_silent_begins_again_whole_at_both_doors(tmp_path: Path) -> None:
    async with Emulator() as emulator, RawHost(STREAM, PIECE, end="silence") as host:
        several = f"{host.reference()} | {LOCAL}"
        async with web(emulator, tmp_path, PARLEY_LLM=several, PARLEY_ANSWER_DEADLINE="8") as bot:
            address = await up(bot)
            async with visiting(address) as bea:
                await bea.load()
                ada = emulator.user()
                async with reading(bea.client) as reader:
                    key = await bea.said("Tell me a story.")
                    await reader.until(lambda: key in reader.items and reader.items[key]["text"] == "There was once")
                    await ada.text("Tell me a story.")
                    item = await reader.state(key, "done")
                    assert item["text"] == WHOLE
                assert (await bea.items())[0]["text"] == WHOLE
                assert (await emulator.next_message(ada)).text == WHOLE
                assert [message.text for message in emulator.sent(ada)] == [WHOLE]
            assert await bot.stop() == 0
        assert "model is left alone" in bot.output
        assert "Traceback" not in bot.output
