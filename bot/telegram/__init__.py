"""The Telegram door: long polling in, messages out.

``TelegramClient`` holds the connections, ``TelegramDoor`` takes updates in, ``TelegramChannel`` fetches files and
sends answers. ``parse`` turns an update into an ``Incoming`` and touches no network.
"""
