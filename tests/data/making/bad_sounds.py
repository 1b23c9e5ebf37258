"""Recordings that lie, break off or are none: each must be refused for the right reason, or heard in part."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

from tests.data.making.blocks import box, chunk, png, wav
from tests.data.making.files import DECODES, Made, cuts
from tests.data.making.long_sounds import long_sounds
from tests.data.making.muxed import contained, film
from tests.sounds import CONTAINERS

__all__ = ["bad_sounds"]

TRUNCATED, NO_RECORDING, SILENT_FILM, TOO_LONG = "truncated", "not-sound", "no-sound", "too-long"
# The last sixteenth up to which nothing can be heard: an MP4 tells where its sound is at its very end, a FLAC decoder
# believes in a frame when it has seen the next ones.
_MUTE = {"ogg": 5, "mp3": 1, "m4a": 15, "wav": 0, "flac": 9, "webm": 2}
_ENDINGS = dict(zip(CONTAINERS, _MUTE, strict=True))


def bad_sounds() -> Iterator[Made]:
    yield from _broken_off()
    for outcome, made in (
        (TRUNCATED, _damaged()),
        (NO_RECORDING, _impossible()),
        (NO_RECORDING, _playlists()),
        (NO_RECORDING, _other_things()),
        (SILENT_FILM, _films()),
        (TOO_LONG, long_sounds()),
    ):
        for name, data in made:
            yield Made(name, data, "voice", "empty" if not data else outcome)


def _broken_off() -> Iterator[Made]:
    for media_type, ending in _ENDINGS.items():
        for part, data in cuts(contained(media_type, 3.0 if ending == "ogg" else 0.5)):
            outcome = DECODES if part > _MUTE[ending] else TRUNCATED
            yield Made(f"cut-{part:02}.{ending}", data, "voice", outcome)


def _damaged() -> Iterator[tuple[str, bytes]]:
    yield "no-samples.wav", wav(b"")
    yield "header-only.wav", b"RIFF\x24\0\0\0WAVE"
    yield "no-format.wav", b"RIFF\x24\1\0\0WAVEdata\0\1\0\0" + bytes(256)
    yield "start-only.ogg", b"OggS"
    yield "start-only.flac", b"fLaC"
    yield "start-only.mp3", b"ID3"
    yield "endless-tag.mp3", b"ID3\4\0\0\x7f\x7f\x7f\x7f" + bytes(500)
    yield "rubbish-pages.ogg", b"OggS\0\2" + bytes(20) + b"\1\xff" + b"\xff" * 600
    yield "rubbish.flac", b"fLaC" + b"\x80\0\0\x22" + bytes(400)
    yield "rubbish.webm", b"\x1aE\xdf\xa3" + b"\xff" * 600
    yield "nested.webm", b"\x1aE\xdf\xa3" + (b"\x18\x53\x80\x67\x01" + b"\xff" * 7) * 300
    start = box(b"ftyp", b"M4A \0\0\2\0M4A mp42")
    yield "start-only.m4a", start
    yield "sound-without-map.m4a", start + box(b"mdat", bytes(4_000))
    yield "nested.m4a", start + _nested(b"moov", 2_000)
    yield "box-of-nothing.m4a", start + box(b"moov", size=1) + bytes(8)
    yield "box-without-end.m4a", start + box(b"moov", bytes(100), size=0xFFFFFFF0)
    yield "table-of-4-billion.m4a", start + box(b"moov", _claims(0xFFFFFFFF))


def _nested(kind: bytes, depth: int) -> bytes:
    body = b""
    for _ in range(depth):
        body = box(kind, body)
    return body


def _claims(entries: int) -> bytes:
    """A sound track whose tables state ever so many entries."""
    told = struct.pack(">II", 0, entries)
    tables = b"".join(box(kind, told + bytes(16)) for kind in (b"stts", b"stsc", b"stco", b"ctts"))
    tables += box(b"stsz", struct.pack(">III", 0, 0, entries))
    handler = box(b"hdlr", bytes(8) + b"soun" + bytes(13))
    clock = box(b"mdhd", struct.pack(">IIIIIHH", 0, 0, 0, 16_000, 16_000, 0, 0))
    return box(b"trak", box(b"mdia", clock + handler + box(b"minf", box(b"stbl", tables))))


def _impossible() -> Iterator[tuple[str, bytes]]:
    body = bytes(4_000)
    yield "rate-1.wav", wav(bytes(200), rate=1)
    yield "rate-1000000.wav", wav(body, rate=1_000_000)
    yield "channels-9.wav", wav(bytes(9 * 2 * 500), channels=9)
    yield "channels-255.wav", wav(bytes(255 * 2 * 20), channels=255)


def _playlists() -> Iterator[tuple[str, bytes]]:
    """What would make a player open other files and addresses."""
    for scheme in ("file:///etc/passwd", "http://127.0.0.1:9/x.ts", "concat:/etc/passwd|/etc/hostname"):
        kind = scheme.partition(":")[0]
        yield (
            f"playlist-{kind}.m3u8",
            f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{scheme}\n#EXT-X-ENDLIST\n".encode(),
        )
    yield "playlist-named.mp3", b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:9,\nsubfile,,start,0,end,64,,:/etc/passwd\n"
    yield "list-concat.ogg", b"ffconcat version 1.0\nfile /etc/passwd\n"
    yield "list-pls.wav", b"[playlist]\nFile1=http://127.0.0.1:9/\nNumberOfEntries=1\n"
    yield "list-xspf.ogg", b'<?xml version="1.0"?><playlist><trackList><track><location>file:///etc/passwd</location>'
    yield "session.sdp", b"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\n"
    yield "stream-dash.mp4", b'<?xml version="1.0"?><MPD><BaseURL>http://127.0.0.1:9/</BaseURL><Period/></MPD>'


def _other_things() -> Iterator[tuple[str, bytes]]:
    yield "empty.ogg", b""
    yield "one-byte.ogg", b"O"
    yield "text.ogg", b"This is a letter and no recording. " * 100
    yield "zeros.ogg", bytes(5_000)
    yield "ones.wav", b"\xff" * 64
    yield "photo.ogg", png((8, 8), (b"\0" + bytes(24)) * 8, after=chunk(b"tEXt", b"a\0b"))
    yield "program.ogg", b"MZ\x90\0" + bytes(400)
    yield "document.mp3", b"%PDF-1.7\n" + bytes(400)
    yield "notes.mid", b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk\0\0\0\4\0\xff\x2f\0"
    yield "windows.wma", bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(400)
    yield "sun.au", b".snd\0\0\0\x18\xff\xff\xff\xff\0\0\0\3\0\0\x3e\x80\0\0\0\1" + bytes(800)
    yield "film.avi", b"RIFF\0\4\0\0AVI LIST" + bytes(400)
    yield "page.ogg", b"<html><audio src=file:///etc/passwd></html>"
    for seed in range(3):
        yield f"random-{seed}.ogg", np.random.default_rng(seed).integers(32, 127, 3_000, np.uint8).tobytes()


def _films() -> Iterator[tuple[str, bytes]]:
    yield "film-without-sound.mp4", film(sound=False)
    yield "film-without-sound.ogg", film(sound=False, container="mov")
    yield "film-without-sound.mkv", film(sound=False, container="matroska")
