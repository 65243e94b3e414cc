"""Open access is for this machine only: which addresses are its loopback ones."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address


@lru_cache(maxsize=256)
def is_loopback(host: str) -> bool:
    """Whether ``host`` (an address or ``localhost``) reaches this machine alone. Any other name is not trusted to."""
    if host.lower() == "localhost":
        return True
    try:
        address = ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)
