"""What the bot's calls do."""

from __future__ import annotations

from typing import Any

from aiogram import methods as api
from aiogram.methods.base import TelegramMethod
from aiogram.types import BufferedInputFile, ReplyParameters
from pydantic import TypeAdapter

from tests.emulator.calls import Refused
from tests.emulator.chats import Chats
from tests.emulator.files import Files
from tests.emulator.rules import CAPTION_LIMIT, check_text
from tests.emulator.updates import UpdateQueue

__all__ = ["Methods"]


class Methods:
    """Carries out a checked call and gives its result as JSON values."""

    def __init__(self, me: dict[str, Any], chats: Chats, files: Files, updates: UpdateQueue) -> None:
        self._me = me
        self._chats = chats
        self._files = files
        self._updates = updates
        self.menus: dict[str, dict[str, str]] = {}
        self._handlers = {
            api.GetMe: self._get_me,
            api.GetUpdates: self._get_updates,
            api.DeleteWebhook: self._delete_webhook,
            api.SetMyCommands: self._set_my_commands,
            api.GetFile: self._get_file,
            api.SendMessage: self._send_message,
            api.SendPhoto: self._send_photo,
            api.SendDocument: self._send_document,
            api.SendVoice: self._send_voice,
            api.EditMessageText: self._edit_message_text,
            api.SendChatAction: self._send_chat_action,
            api.SendMessageDraft: self._send_message_draft,
            api.SetMessageReaction: self._set_message_reaction,
        }

    async def carry_out(self, call: TelegramMethod[Any]) -> Any:
        handler: Any = self._handlers.get(type(call))
        if handler is None:
            raise Refused(501, f"the emulator does not know {call.__api_method__}", violation=True)
        result = await handler(call)
        if not isinstance(call, api.GetUpdates):  # updates were checked when they were emitted
            TypeAdapter(call.__returning__).validate_python(result)
        return result

    async def _get_me(self, call: api.GetMe) -> dict[str, Any]:
        abilities = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries")
        return {**self._me, **dict.fromkeys(abilities, False)}

    async def _get_updates(self, call: api.GetUpdates) -> list[dict[str, Any]]:
        return await self._updates.poll(call.offset, call.limit, call.timeout, call.allowed_updates)

    async def _delete_webhook(self, call: api.DeleteWebhook) -> bool:
        return True

    async def _set_my_commands(self, call: api.SetMyCommands) -> bool:
        for command in call.commands:
            well_formed = 1 <= len(command.command) <= 32 and command.command.replace("_", "").islower()
            if not well_formed or not 1 <= len(command.description) <= 256:
                raise Refused(400, "Bad Request: BOT_COMMAND_INVALID", violation=True)
        self.menus[call.language_code or ""] = {c.command: c.description for c in call.commands}
        return True

    async def _get_file(self, call: api.GetFile) -> dict[str, Any]:
        file = self._files.locate(call.file_id)
        return file.entry(file_path=file.path)

    async def _send_message(self, call: api.SendMessage) -> dict[str, Any]:
        chat = self._chats.reachable(call.chat_id)
        content: dict[str, Any] = {"text": check_text(call.text, call.entities, call.parse_mode)}
        if call.entities:
            content["entities"] = [entity.model_dump(exclude_none=True) for entity in call.entities]
        return await self._put(call, chat, content)

    async def _send_photo(self, call: api.SendPhoto) -> dict[str, Any]:
        entry, data = self._upload(call.photo, "photos", ".jpg")
        return await self._put_media(call, {"photo": [{**entry, "width": 640, "height": 480}]}, data)

    async def _send_document(self, call: api.SendDocument) -> dict[str, Any]:
        entry, data = self._upload(call.document, "documents", "")
        return await self._put_media(call, {"document": entry}, data)

    async def _send_voice(self, call: api.SendVoice) -> dict[str, Any]:
        entry, data = self._upload(call.voice, "voice", ".oga")
        return await self._put_media(call, {"voice": {**entry, "duration": call.duration or 1}}, data)

    async def _edit_message_text(self, call: api.EditMessageText) -> dict[str, Any]:
        if call.chat_id is None or call.message_id is None:
            raise Refused(400, "Bad Request: message identifier is not specified", violation=True)
        chat = self._chats.reachable(call.chat_id)
        return self._chats.edit(chat, call.message_id, check_text(call.text or "", call.entities, call.parse_mode))

    async def _send_chat_action(self, call: api.SendChatAction) -> bool:
        self._chats.note_action(self._chats.reachable(call.chat_id), call.action)
        return True

    async def _send_message_draft(self, call: api.SendMessageDraft) -> bool:
        chat = self._chats.reachable(call.chat_id)
        if call.draft_id == 0 or chat < 0:
            raise Refused(400, "Bad Request: a draft needs a non-zero id and a private chat", violation=True)
        text = check_text(call.text or "", call.entities, call.parse_mode, empty=True)
        self._chats.drafts.append((chat, call.draft_id, text))
        return True

    async def _set_message_reaction(self, call: api.SetMessageReaction) -> bool:
        chat = self._chats.reachable(call.chat_id)
        if self._chats.message(chat, call.message_id) is None:
            raise Refused(400, "Bad Request: message to react not found")
        emoji = [getattr(reaction, "emoji", "") for reaction in call.reaction or ()]
        self._chats.reactions.append((chat, call.message_id, emoji))
        return True

    def _upload(self, file: object, folder: str, suffix: str) -> tuple[dict[str, Any], bytes]:
        if not isinstance(file, BufferedInputFile):
            raise Refused(400, "Bad Request: the emulator takes uploads only", violation=True)
        if not file.data:
            raise Refused(400, "Bad Request: file must be non-empty", violation=True)
        return self._files.add(folder, suffix, file.data).entry(), file.data

    async def _put_media(self, call: Any, content: dict[str, Any], data: bytes) -> dict[str, Any]:
        chat = self._chats.reachable(call.chat_id)
        caption = check_text(
            call.caption or "", call.caption_entities, call.parse_mode, limit=CAPTION_LIMIT, empty=True
        )
        return await self._put(call, chat, content | ({"caption": caption} if caption else {}), data)

    async def _put(self, call: Any, chat: int, content: dict[str, Any], data: bytes | None = None) -> dict[str, Any]:
        reply_to = self._replied(chat, call.reply_parameters)
        message = self._chats.write(chat, self._me, content, reply_to)
        await self._chats.record(call.__api_method__, message, data)
        return message

    def _replied(self, chat: int, reply: ReplyParameters | None) -> int | None:
        if reply is None:
            return None
        if reply.message_id and self._chats.message(chat, reply.message_id):
            return reply.message_id
        if reply.allow_sending_without_reply is True:
            return None
        raise Refused(400, "Bad Request: message to be replied not found")
