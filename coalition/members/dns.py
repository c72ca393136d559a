"""Ask the domain name system for TXT records. Which servers are asked is a setting: the machine's own, or those named."""

from __future__ import annotations

import dns.exception
import dns.resolver
from django.conf import settings

LASTS = 4.0


def txt(name: str) -> list[str]:
    """The texts of a name's TXT records; none where it has none or nobody answers in time."""
    named = settings.DNS_SERVER
    resolver = dns.resolver.Resolver(configure=not named)
    if named:
        host, _colon, port = named.rpartition(":")
        resolver.nameservers, resolver.port = [host], int(port)
    try:
        answer = resolver.resolve(name, "TXT", lifetime=LASTS)
    except dns.exception.DNSException:
        return []
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
