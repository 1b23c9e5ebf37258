"""The menu of commands, and that those it names are ours."""

from __future__ import annotations

from bot.telegram.client import TelegramClient
from bot.telegram.menu import Menu
from bot.texts import LANGUAGES
from tests.bot.telegram.conftest import Kept, opened, said
from tests.bot.telegram.menus import MENU
from tests.emulator import Emulator


async def test_the_command_menu_is_set_in_every_language(emulator: Emulator, client: TelegramClient) -> None:
    async with opened(client, Kept()):
        await emulator.called("setMyCommands", len(LANGUAGES))
    menus = emulator.methods.menus
    assert set(menus) == {"", "zh"}
    for menu in menus.values():
        assert list(menu) == [name for name, _ in MENU.commands["en"]]
    assert menus[""] != menus["zh"]
    assert emulator.methods.menus_of("all_group_chats") == {}


async def test_the_menu_is_of_the_commands_that_exist_and_groups_lack_those_of_admins(
    emulator: Emulator, client: TelegramClient
) -> None:
    menu = {"en": [("help", "What I do"), ("invite", "Let somebody in")], "zh": [("help", "帮助"), ("invite", "邀请")]}
    async with opened(client, Kept(), Menu(menu, {"invite"})):
        await emulator.called("setMyCommands", 4)
    assert emulator.methods.menus["zh"] == {"help": "帮助", "invite": "邀请"}
    assert emulator.methods.menus_of("all_group_chats") == {"": {"help": "What I do"}, "zh": {"help": "帮助"}}


async def test_commands_of_the_menu_count_in_groups_without_an_addressee(
    emulator: Emulator, client: TelegramClient
) -> None:
    kept, group = Kept(), emulator.group()
    async with opened(client, kept, Menu({"en": [("stats", "Numbers")]})):
        await emulator.user().text("/help", chat=group)
        await emulator.user().text("/stats today", chat=group)
        (said,) = await kept.reach(1)
    assert (said.command, said.arguments) == ("stats", "today")


async def test_a_menu_that_cannot_be_set_harms_nothing(emulator: Emulator, client: TelegramClient) -> None:
    kept = Kept()
    emulator.fail("setMyCommands", count=10, status=500)
    async with opened(client, kept):
        await emulator.user().text("hello")
        assert said(await kept.reach(1)) == ["hello"]


async def test_admins_see_their_commands_in_their_own_chat(emulator: Emulator, client: TelegramClient) -> None:
    ada, commands = emulator.user(), {"en": [("help", "What I do"), ("invite", "Let somebody in")]}
    menu = Menu({"en": [("help", "What I do")]}, of_admins=commands, admins=[404, ada.id])
    async with opened(client, Kept(), menu):
        await emulator.called("setMyCommands", 3)
    assert emulator.methods.menus[""] == {"help": "What I do"}
    theirs = emulator.methods.menus_of("chat", chat_id=ada.id)
    assert theirs == {"": {"help": "What I do", "invite": "Let somebody in"}}
