"""Photos and recordings: chosen, pasted, dropped, spoken, and together in one message."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from pillow_heif import register_heif_opener
from playwright.async_api import expect

from tests.browser.chat_page import ChatPage, Upload
from tests.pictures import sign
from tests.sounds import noise, silence, voice

SETTINGS = {"PARLEY_MAX_MEDIA_MB": "1"}
pytestmark = pytest.mark.asyncio(loop_scope="module")

PHOTO = Upload("sign.jpg", "image/jpeg", sign())
OTHER = Upload("other.png", "image/png", sign("EXIT", media_type="image/png"))
NOTE = Upload("note.ogg", "audio/ogg", voice("en-sign"))
WITHOUT_RECORDER = "delete window.MediaRecorder"
REFUSING = """navigator.mediaDevices.getUserMedia = () =>
    Promise.reject(new DOMException("no", "NotAllowedError"))"""
LOADED = "(image) => image.complete && image.naturalWidth > 0"


async def loaded(chat: ChatPage, photos: int) -> None:
    """Wait until the last message shows so many photos, drawn."""
    thumbs = chat.last.locator(".thumb img")
    await expect(thumbs).to_have_count(photos)
    for number in range(photos):
        await thumbs.nth(number).scroll_into_view_if_needed()
        handle = await thumbs.nth(number).element_handle()
        await chat.page.wait_for_function(LOADED, arg=handle)


async def test_a_chosen_photo_is_sent_seen_and_can_be_enlarged(chat: ChatPage) -> None:
    await chat.open()
    await chat.choose(PHOTO)
    await expect(chat.page.locator("#tray img")).to_have_count(1)
    await chat.say("what is this?")
    await chat.answered()
    await loaded(chat, 1)
    await expect(chat.senses.filter(has_text="Sees")).to_contain_text("a scripted picture90% sure")
    await expect(chat.senses.filter(has_text="Reads")).to_contain_text("SCRIPTED SIGN90% sure")

    thumb = chat.button("Enlarge photo 1")
    await thumb.focus()
    await chat.page.keyboard.press("Enter")
    dialog = chat.page.get_by_role("dialog", name="Photo 1")
    await expect(dialog.locator("img")).to_be_visible()
    await chat.page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(thumb).to_be_focused()


async def test_pasted_and_dropped_photos_are_one_message_and_can_be_taken_out_before(chat: ChatPage) -> None:
    await chat.open()
    await chat.paste(PHOTO)
    await chat.drag("dragover", OTHER)
    await expect(chat.page.get_by_text("Drop photos or a recording here")).to_be_visible()
    await chat.drag("drop", OTHER, PHOTO)
    await expect(chat.page.get_by_text("Drop photos or a recording here")).to_be_hidden()
    await expect(chat.page.locator("#tray img")).to_have_count(3)
    await chat.button("Remove photo 3").click()
    await chat.send()

    await chat.answered()
    await loaded(chat, 2)
    await expect(chat.senses.filter(has_text="Reads in photo 2")).to_contain_text("SCRIPTED SIGN")
    await expect(chat.page.locator("#tray")).to_be_hidden()


async def test_a_voice_recorded_in_the_browser_and_a_photo_are_one_turn(chat: ChatPage) -> None:
    await chat.open()
    await chat.choose(PHOTO)
    await chat.button("Record a voice note").click()
    await expect(chat.page.get_by_role("group", name="Recording")).to_be_visible()
    await expect(chat.page.locator("#recorded")).to_have_text("0:01")
    await chat.button("Done").click()
    await expect(chat.page.locator("#tray audio")).to_have_count(1)
    await expect(chat.button("Send")).to_be_focused()
    await chat.page.keyboard.press("Enter")

    await chat.answered()
    await loaded(chat, 1)
    await expect(chat.senses.filter(has_text="Heard")).to_contain_text("scripted words90% sure")
    player = chat.last.locator("audio")
    await expect(player).to_have_js_property("error", None)
    await player.evaluate("(audio) => audio.play()")
    await chat.page.reload()
    await chat.answered()
    await loaded(chat, 1)


async def test_a_recording_can_be_sent_at_once_or_thrown_away(chat: ChatPage) -> None:
    await chat.open()
    await chat.button("Record a voice note").click()
    await expect(chat.button("Done")).to_be_focused()
    await chat.page.keyboard.press("Escape")
    await expect(chat.page.locator("#recording")).to_be_hidden()
    await expect(chat.button("Record a voice note")).to_be_focused()
    await expect(chat.page.locator("#tray")).to_be_hidden()

    await chat.button("Record a voice note").click()
    await expect(chat.page.locator("#recorded")).to_have_text("0:01")
    await chat.send()
    await chat.answered()
    await expect(chat.last.locator("audio")).to_have_count(1)


async def test_an_uploaded_recording_is_heard_and_played_back(chat: ChatPage) -> None:
    await chat.open()
    await chat.choose(NOTE)
    await chat.send()
    await chat.answered()
    await expect(chat.senses).to_contain_text("Heard")
    player = chat.last.locator("audio")
    await player.evaluate("(audio) => { audio.muted = true; return audio.play(); }")
    await chat.page.wait_for_function("(audio) => audio.currentTime > 0.2", arg=await player.element_handle())


async def test_recordings_in_every_usual_format_can_be_played_back(chat: ChatPage) -> None:
    await chat.open()
    formats = ["audio/webm", "audio/mpeg", "audio/mp4", "audio/wav", "audio/flac"]
    for media_type in formats:
        await chat.choose(Upload(f"note.{media_type[6:]}", media_type, noise(1.0, media_type)))
        await chat.send()
    await chat.answered(turns=len(formats))
    for number in range(len(formats)):
        player = chat.turns.nth(number).locator("audio")
        await player.scroll_into_view_if_needed()
        await chat.page.wait_for_function("(audio) => audio.duration > 0.5", arg=await player.element_handle())


async def test_a_photo_the_browser_cannot_draw_is_shown_by_name_and_then_as_the_server_draws_it(chat: ChatPage) -> None:
    register_heif_opener()
    picture = io.BytesIO()
    Image.new("RGB", (320, 240), "#336699").save(picture, "HEIF")
    await chat.open()
    await chat.choose(Upload("IMG_0001.HEIC", "image/heic", picture.getvalue()))
    await expect(chat.page.locator("#tray")).to_contain_text("IMG_0001.HEIC")
    await chat.send()
    await chat.answered()
    await loaded(chat, 1)


async def test_limits_are_said_in_words_before_anything_is_sent(chat: ChatPage) -> None:
    await chat.open()
    await chat.choose(*[PHOTO] * 11)
    await expect(chat.notice).to_contain_text("10 photos are as many as fit into one message.")
    await expect(chat.page.locator("#tray img")).to_have_count(10)

    await chat.choose(Upload("letter.txt", "text/plain", b"Dear Sir"), Upload("none.jpg", "image/jpeg", b""))
    await expect(chat.notice).to_contain_text("neither a photo nor a recording")
    await expect(chat.notice).to_contain_text("is empty")

    await chat.choose(Upload("large.wav", "audio/wav", bytes(1_000_001)))
    await expect(chat.notice).to_contain_text("is larger than 1 MB")
    await chat.choose(NOTE, Upload("second.ogg", "audio/ogg", silence()))
    await expect(chat.notice).to_contain_text("One recording fits into a message.")
    await chat.notice.get_by_role("button", name="Close").click()
    await expect(chat.notice).to_be_hidden()
    await expect(chat.text).to_be_focused()
    await expect(chat.turns).to_have_count(0)


async def test_files_that_are_too_much_together_are_not_taken(chat: ChatPage) -> None:
    await chat.open()
    await chat.choose(*[Upload("large.png", "image/png", bytes(900_000))] * 6)
    await expect(chat.notice).to_contain_text("All files of one message may have 5 MB together.")
    await expect(chat.page.locator("#tray .photo")).to_have_count(5)


async def test_a_refused_microphone_is_explained_and_a_missing_recorder_hides_its_button(chat: ChatPage) -> None:
    await chat.page.add_init_script(REFUSING)
    await chat.open()
    await chat.button("Record a voice note").click()
    await expect(chat.notice).to_contain_text("does not let this page use the microphone")
    await expect(chat.page.locator("#recording")).to_be_hidden()

    await chat.page.add_init_script(WITHOUT_RECORDER)
    await chat.page.reload()
    await chat.is_live()
    await expect(chat.page.locator("#record")).to_be_hidden()
