"""Which methods of the Bot API count as messages, by all that there are."""

from __future__ import annotations

import aiogram.methods

from bot.telegram.pacing.call import Urgency, urgency_of

KINDS = [getattr(aiogram.methods, name) for name in aiogram.methods.__all__]
METHODS = sorted(kind.__api_method__ for kind in KINDS if isinstance(getattr(kind, "__api_method__", None), str))


def named(urgency: Urgency) -> set[str]:
    return {method for method in METHODS if urgency_of(method) is urgency}


def test_signs_and_previews_are_few() -> None:
    assert named(Urgency.SIGN) == {"sendChatAction"}
    assert {"sendMessageDraft"} <= named(Urgency.PREVIEW)
    assert all(method.endswith("Draft") for method in named(Urgency.PREVIEW))


def test_whatever_shows_in_a_chat_is_an_answer() -> None:
    assert {"sendMessage", "sendDocument", "sendVoice", "sendPhoto", "editMessageText", "copyMessage"} <= named(
        Urgency.ANSWER
    )


def test_asking_and_administering_is_free() -> None:
    free = {"getUpdates", "getMe", "getFile", "answerCallbackQuery", "setMyCommands", "deleteMessage", "getChatMember"}
    assert free <= named(Urgency.FREE)
    assert urgency_of("get_Updates") is Urgency.FREE


def test_methods_are_known_in_any_case() -> None:
    assert urgency_of("SENDMESSAGE") is Urgency.ANSWER
    assert urgency_of("sendmessagedraft") is Urgency.PREVIEW
