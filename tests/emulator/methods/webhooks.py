"""Choosing between webhook and long polling."""

from __future__ import annotations

import re
from typing import Any

from aiogram import methods as api
from aiogram.types import BufferedInputFile

from tests.emulator.calls import Refused
from tests.emulator.methods.handlers import Handlers
from tests.emulator.webhooks import Hook
from tests.emulator.world import World

__all__ = ["Webhooks"]

_MOST_CONNECTIONS = 100
_USUAL_CONNECTIONS = 40
_POLLED = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


class Webhooks:
    def __init__(self, world: World) -> None:
        self._world = world
        self.handlers: Handlers = {
            api.GetUpdates: self._get_updates,
            api.SetWebhook: self._set_webhook,
            api.DeleteWebhook: self._delete_webhook,
            api.GetWebhookInfo: self._get_webhook_info,
        }

    async def _get_updates(self, call: api.GetUpdates) -> list[dict[str, Any]]:
        if self._world.webhook.hook is not None:
            raise Refused(409, _POLLED)
        return await self._world.updates.poll(call.offset, call.limit, call.timeout, call.allowed_updates)

    async def _set_webhook(self, call: api.SetWebhook) -> bool:
        if call.drop_pending_updates:
            await self._world.updates.drop()
        self._world.updates.allow(call.allowed_updates)
        await self._world.webhook.start(_hook(call) if call.url else None)
        return True

    async def _delete_webhook(self, call: api.DeleteWebhook) -> bool:
        await self._world.webhook.start(None)
        if call.drop_pending_updates:
            await self._world.updates.drop()
        return True

    async def _get_webhook_info(self, call: api.GetWebhookInfo) -> dict[str, Any]:
        webhook, hook = self._world.webhook, self._world.webhook.hook
        waiting = {"pending_update_count": len(self._world.updates.unconfirmed)}
        if hook is None:
            return {"url": "", "has_custom_certificate": False, **waiting}
        info = {"url": hook.url, "has_custom_certificate": hook.certificate is not None, **waiting}
        info |= {"max_connections": hook.connections}
        info |= {"allowed_updates": self._world.updates.allowed} if self._world.updates.allowed else {}
        if webhook.error is not None:
            info |= dict(zip(("last_error_date", "last_error_message"), webhook.error, strict=True))
        return info


def _hook(call: api.SetWebhook) -> Hook:
    """Raises Refused. Plain HTTP is taken too, as a local Bot API server does."""
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", call.url):
        raise Refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook", violation=True)
    if call.secret_token is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", call.secret_token):
        raise Refused(400, "Bad Request: secret token contains unallowed characters", violation=True)
    connections = call.max_connections or _USUAL_CONNECTIONS
    if not 1 <= connections <= _MOST_CONNECTIONS:
        raise Refused(400, "Bad Request: wrong number of connections", violation=True)
    certificate = call.certificate.data if isinstance(call.certificate, BufferedInputFile) else None
    return Hook(call.url, call.secret_token, certificate, connections)
