"""The Telegram door: updates in, by long polling or by webhook, and messages out.

``TelegramClient`` holds the connections, ``TelegramDoor`` takes updates in, ``TelegramChannel`` fetches files and
sends answers. On the way in ``Poller`` or ``Webhook`` hands what Telegram sends to the ``Intake``, whose ``Parser``
turns an update into an ``Incoming`` and touches no network.
"""
