"""Speaks the sentences of voices.json into tests/data/voices/*.ogg (Opus, 24 kbit/s, mono).

Run by hand, only when a sentence or a voice changes; the tests use the committed files. It needs Debian's speech
synthesisers: ``apt-get install flite festival festvox-us-slt-hts festvox-italp16k espeak-ng``, then
``python tests/data/make_voices.py``. None of them speaks Mandarin intelligibly, so there is no Chinese voice here.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import av

HERE = Path(__file__).parent


def speak(voice: dict[str, str], wave: Path) -> None:
    """Let ``voice["engine"]`` speak ``voice["text"]`` into a WAV file."""
    engine, name, text = voice["engine"], voice["voice"], voice["text"]
    if engine == "flite":
        subprocess.run(["flite", "-voice", name, "-t", text, "-o", wave], check=True)
    elif engine == "espeak-ng":
        subprocess.run(["espeak-ng", "-v", name, "-s", "150", "-w", wave, text], check=True)
    elif engine == "festival":
        command = ["text2wave", "-eval", f"({name})", "-o", str(wave)]
        subprocess.run(command, input=text.encode("iso-8859-1"), check=True)
    else:
        raise SystemExit(f"unknown engine {engine}")


def encode(wave: Path, opus: Path) -> None:
    """WAV to OGG/Opus, as a messenger's voice note has it."""
    with av.open(str(wave)) as source, av.open(str(opus), "w", format="ogg") as target:
        track: Any = target.add_stream("libopus", rate=48_000)
        track.bit_rate = 24_000
        track.layout = "mono"
        resampler = av.AudioResampler(format="s16", layout="mono", rate=48_000)
        for frame in source.decode(audio=0):
            for piece in resampler.resample(frame):
                target.mux(track.encode(piece))
        for piece in resampler.resample(None):
            target.mux(track.encode(piece))
        target.mux(track.encode(None))


def main() -> None:
    """Make every voice anew."""
    folder = HERE / "voices"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for voice in json.loads((HERE / "voices.json").read_text("utf-8"))["voices"]:
            wave = Path(scratch) / "voice.wav"
            speak(voice, wave)
            encode(wave, folder / voice["file"])


if __name__ == "__main__":
    main()
