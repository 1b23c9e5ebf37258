"""Names and addresses of hosts: which of them are this one."""

from __future__ import annotations

import ipaddress

__all__ = ["is_address", "is_this_host"]


def is_address(host: str) -> bool:
    """Whether it is an IP address rather than a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_this_host(host: str) -> bool:
    """Whether nobody but programs on this host can be meant by it."""
    return ipaddress.ip_address(host).is_loopback if is_address(host) else host == "localhost"
