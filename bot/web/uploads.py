"""Uploads: a posted form becomes what was said, its media kept first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from bot.incoming import IncomingMedia, IncomingPart, IncomingText, IncomingUnread
from bot.web.bounds import Bounds
from bot.web.gate import Gate
from bot.web.kinds import accepted
from bot.web.refusal import Refused
from storage.columns import storable
from storage.faults import files_translated
from storage.ports import MediaStore

__all__ = ["Post", "Uploads", "form_key"]

Kind = Literal["photo", "voice"]
_FIELDS = 10
_UTF_8 = {b"utf-8", b"utf8"}


@dataclass(frozen=True, slots=True)
class Post:
    """``key`` is the client's own for it."""

    key: str
    parts: tuple[IncomingPart, ...]


class Uploads:
    """Reads posts, a bounded number at once. File names are not looked at."""

    def __init__(self, media: MediaStore, bounds: Bounds) -> None:
        self._media = media
        self._bounds = bounds
        self._reading = Gate(bounds.uploads, bounds.uploads_waiting, bounds.upload_patience)
        self._keeping = Gate(bounds.keeping, bounds.uploads, bounds.upload_patience)

    async def post(self, request: Request) -> Post:
        """What is posted, with its media in the store. Raises Refused or StorageError."""
        _check_type(request)
        async with self._reading.passed():
            form = await _Form(request, self._bounds).read()
            try:
                return Post(form_key(form.get("key")), await self._parts(form))
            finally:
                await form.close()

    async def _parts(self, form: FormData) -> tuple[IncomingPart, ...]:
        photos, voices = _files(form, "photo"), _files(form, "voice")
        if len(photos) > self._bounds.photos:
            raise Refused("too-many-photos", 413, most=self._bounds.photos)
        if len(voices) > self._bounds.voices:
            raise Refused("too-many-voices", 413, most=self._bounds.voices)
        types = [_type("photo", photo) for photo in photos], [_type("voice", voice) for voice in voices]
        text = self._text(form)
        if not (text or photos or voices):
            raise Refused("empty", 400)
        return (
            *[await self._part("photo", photo, name) for photo, name in zip(photos, types[0], strict=True)],
            *[await self._part("voice", voice, name) for voice, name in zip(voices, types[1], strict=True)],
            *([IncomingText(text=text)] if text else []),
        )

    def _text(self, form: FormData) -> str:
        given = form.get("text", "")
        if not isinstance(given, str):
            raise Refused("bad-request", 400)
        text = storable(given)
        if len(text) > self._bounds.text:
            raise _text_too_long(self._bounds)
        return text if text.strip() else ""

    async def _part(self, kind: Kind, upload: UploadFile, media_type: str) -> IncomingPart:
        if not upload.size:
            return IncomingUnread(what=kind, reason="empty")
        async with self._keeping.passed():
            data = await upload.read()
            ref = await self._media.put(data)
        return IncomingMedia(kind=kind, ref=ref, media_type=media_type, size=len(data))


class _Form(MultiPartParser):
    """Spools files to disk early, and stops at the first part that is too large."""

    spool_max_size = 128 * 1024

    def __init__(self, request: Request, bounds: Bounds) -> None:
        most = bounds.photos + bounds.voices
        super().__init__(
            request.headers,
            request.stream(),
            max_files=2 * most,
            max_fields=_FIELDS,
            max_part_size=bounds.body,
        )
        self._bounds = bounds
        self._size = 0
        self._is_file = False

    async def read(self) -> FormData:
        """The form. Raises Refused, or StorageError when there is no room to hold it."""
        try:
            with files_translated():
                return await self.parse()
        except MultiPartException as exc:
            raise Refused("bad-request", 400) from exc

    def on_part_begin(self) -> None:
        super().on_part_begin()
        self._size = 0

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._size += end - start
        if self._current_part.file is not None:
            if self._size > self._bounds.file:
                raise Refused("file-too-large", 413, megabytes=self._bounds.file // 1_000_000)
        elif self._size > 4 * self._bounds.text:
            raise _text_too_long(self._bounds)
        super().on_part_data(data, start, end)


def form_key(given: object) -> str:
    """The key of a post: a random UUID (RFC 9562, version 4). Raises Refused."""
    try:
        key = UUID(given) if isinstance(given, str) else None
    except ValueError:
        key = None
    if key is None or key.version != 4:
        raise Refused("bad-request", 400)
    return str(key)


def _check_type(request: Request) -> None:
    """Text in UTF-8 only: some of Python's codecs run long or make what is no text. Raises Refused."""
    name, options = parse_options_header(request.headers.get("content-type"))
    if name != b"multipart/form-data" or options.get(b"charset", b"utf-8").lower() not in _UTF_8:
        raise Refused("bad-request", 400)


def _files(form: FormData, field: str) -> Sequence[UploadFile]:
    files = [value for value in form.getlist(field) if isinstance(value, UploadFile)]
    if len(files) != len(form.getlist(field)):
        raise Refused("bad-request", 400)
    return files


def _type(kind: str, upload: UploadFile) -> str:
    if (name := accepted(kind, upload.content_type)) is None:
        raise Refused(f"no-{kind}", 400)
    return name


def _text_too_long(bounds: Bounds) -> Refused:
    return Refused("text-too-long", 413, most=bounds.text)
