"""Where Telegram brings updates to, and what it proves itself with."""

from __future__ import annotations

import hashlib
import hmac
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote, urlsplit

from bot.door import AddressUnusable

if TYPE_CHECKING:
    from bot.settings_telegram import TelegramSettings

__all__ = ["Hook"]

_CERT = "PARLEY_TELEGRAM_WEBHOOK_CERT"


@dataclass(frozen=True, slots=True)
class Hook:
    """``url`` is what Telegram is told; we listen at ``host``, ``port``. Without ``cert`` and ``key`` a proxy before us
    holds the TLS connection.
    """

    url: str
    secret: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8443
    cert: Path | None = None
    key: Path | None = None

    @classmethod
    def of(cls, settings: TelegramSettings) -> Self | None:
        """None where updates are polled for. A secret of our own making is the same after every start."""
        token, secret = settings.telegram_bot_token, settings.telegram_webhook_secret
        if settings.telegram_webhook_url is None or token is None:
            return None
        made = hmac.new(token.get_secret_value().encode(), b"parley-webhook", hashlib.sha256).hexdigest()
        return cls(
            settings.telegram_webhook_url,
            secret.get_secret_value() if secret else made,
            settings.telegram_webhook_host,
            settings.telegram_webhook_port,
            settings.telegram_webhook_cert,
            settings.telegram_webhook_key,
        )

    @property
    def path(self) -> str:
        """Of what is posted, as servers hand it on: decoded."""
        return unquote(urlsplit(self.url).path) or "/"

    @property
    def tls(self) -> tuple[Path, Path] | None:
        return (self.cert, self.key) if self.cert and self.key else None

    def certificate(self) -> bytes | None:
        """What Telegram has to be given to believe us: a certificate that no other vouches for. Blocks.

        Raises AddressUnusable where certificate and key cannot be used together.
        """
        if self.tls is None:
            return None
        try:
            server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            server.load_cert_chain(*self.tls)
            data = self.tls[0].read_bytes()
            client = ssl.create_default_context(cadata=data.decode("ascii"))
        except (OSError, ValueError) as error:  # an SSLError is an OSError
            remedy = "give a certificate and its key, both PEM"
            raise AddressUnusable(_CERT, "certificate and key cannot be used", remedy) from error
        return data if _believes(client, server) else None


def _believes(client: ssl.SSLContext, server: ssl.SSLContext) -> bool:
    """Whether one that trusts nothing but the certificate takes it, by a handshake in memory."""
    client.check_hostname = False
    client.verify_flags &= ~ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = client.wrap_bio(back, there)
    answering = server.wrap_bio(there, back, server_side=True)
    for _ in range(4):
        for side in (asking, answering):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError:
                return False
    return True
