"""aiohttp's errors as httpx's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import httpx
from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError

__all__ = ["translated"]


@contextmanager
def translated() -> Iterator[None]:
    """Raises httpx.TransportError, alone: what aiohttp tells may hold the URL, and the URL a token.

    Order matters: aiohttp derives what was never connected from what broke off.
    """
    try:
        yield
    except (aiohttp.ConnectionTimeoutError, ProxyTimeoutError):
        raise httpx.ConnectTimeout("not connected in time") from None
    except (aiohttp.ClientConnectorError, ProxyConnectionError):
        raise httpx.ConnectError("not connected") from None
    except (aiohttp.ClientHttpProxyError, ProxyError):
        raise httpx.ProxyError("the proxy does not connect") from None
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError):
        raise httpx.UnsupportedProtocol("not an address of HTTP") from None
    except (aiohttp.ClientPayloadError, aiohttp.ClientResponseError, aiohttp.ServerDisconnectedError):
        raise httpx.RemoteProtocolError("no answer, or none that is whole and HTTP") from None
    except (aiohttp.ClientError, EOFError, OSError):
        raise httpx.ReadError("the connection broke") from None
    except ValueError:  # a host's name that IDNA has no form for, a header that would be two
        raise httpx.LocalProtocolError("what cannot be sent") from None
