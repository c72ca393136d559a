"""Canonical keys of things offered online: from an address as somebody pasted it to `platform:kind:id`.

Addresses are parsed by the WHATWG algorithm, never by a pattern over the raw text, and never opened. What the platforms'
addresses look like is the table of `key_rules`.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, unquote

import ada_url
from publicsuffixlist import PublicSuffixList

from enforcement.market.key_rules import AGENT_SHOPS, AGENTS, ALIASES, NAMESPACE, RULES, SUFFIXES, Rule

LONGEST = 2048

_suffixes = PublicSuffixList()


@lru_cache(maxsize=4096)
def _registrable(host: str) -> str | None:
    """The name under a public suffix to which a host belongs; a file names few hosts many times."""
    return _suffixes.privatesuffix(host)


class NotAnAddress(ValueError):
    """The text is no address of the web; the message says why, in words for the person who typed it."""


@dataclass(frozen=True)
class Key:
    """What an address names: which platform, what kind of thing, which one, its canonical address and perhaps its shop."""

    platform: str
    kind: str
    id: str
    canonical: str
    variant: str = ""
    seller: str = ""

    @property
    def text(self) -> str:
        return f"{self.platform}:{self.kind}:{self.id}"


TRACKING = re.compile(
    r"^(utm_.*|spm|scm|gclid|fbclid|igsh.*|msclkid|yclid|dclid|mc_[ce]id|_trk.*|hash|ref|ref_.*|pf_rd_.*|pd_rd_.*|algo_.*|ut_sk|sp_tk|tk|sa|ved|usg|"
    r"_oak_.*|_bg_fs|sp_atk|xptdk|click_key|click_sum|srsltid|ei)$",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
# A search engine's result link: the address, then its own tracking glued on behind.
_GLUED = re.compile(r"(?:&amp;|&)sa=[A-Za-z](?:&amp;|&)(?:ved|usg|ei)=.*$")
# As addresses are passed around so that nobody opens one by mistake: hxxps://shop[.]example.
_DEFANGED = re.compile(r"^h(?:xx|tt)p(s?)(?:\[:\]//|\[://\]|:\[//\]|:\]//|://)", re.IGNORECASE)
_DEFANGED_DOT = re.compile(r"\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)", re.IGNORECASE)
# Names of a house's own network (RFC 6761, RFC 6762, RFC 8375 and what ICANN keeps from being sold): no shop of the public internet has one.
_OF_A_HOUSE = ("local", "localhost", "localdomain", "internal", "intranet", "lan", "home", "corp", "invalid", "arpa", "private")
_HOST_WITHOUT_SCHEME = re.compile(r"^(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#]|$)")


@lru_cache(maxsize=1)
def _compiled() -> dict[str, list[tuple[Rule, re.Pattern | None, re.Pattern | None, re.Pattern | None]]]:
    """Rules by the name they hang on, so that an address meets the two or three that could fit it."""
    table: dict[str, list] = {}
    for rule in RULES:
        path = re.compile(rule.path + r"(?!\d)") if rule.path else None
        query = re.compile(rf"(?:^|&){rule.query}(?:&|$)") if rule.query else None
        whole = re.compile(rule.host) if rule.host else None
        for host in rule.hosts:
            table.setdefault(host.replace(".{tld}", ""), []).append((rule, whole, path, query))
    return table


def _is_global(number: str) -> bool:
    """Whether an address in numbers is one of the public internet."""
    try:
        return ipaddress.ip_address(number.strip("[]")).is_global
    except ValueError:
        return False


def _parse(raw: str) -> tuple[ada_url.URL, str]:
    # What cannot be seen is no part of it, marks of direction and zero width among them.
    text = raw if raw.isprintable() else "".join(c for c in raw if c.isprintable())
    text = text.strip("<>\"' ")
    if not text:
        raise NotAnAddress("There is no address.")
    if len(text) > LONGEST * 4:
        raise NotAnAddress(f"The address is longer than {LONGEST * 4} characters.")
    text = _armed(text)
    if _HOST_WITHOUT_SCHEME.match(text):
        text = "https://" + text
    elif text.startswith("//"):
        text = "https:" + text
    cut = _GLUED.sub("", text)
    if cut != text:
        # Copied from a results page: what stood before the glue was percent-encoded once more.
        text = cut.replace("%3F", "?").replace("%3D", "=").replace("%26", "&").replace("%25", "%")
    try:
        url = ada_url.URL(text)
    except ValueError:
        raise NotAnAddress(f"“{raw.strip()[:80]}” is not a web address.") from None
    if url.protocol not in ("http:", "https:"):
        raise NotAnAddress(f"Only http and https addresses are listed, not “{url.protocol[:20]}”.")
    host = url.hostname.rstrip(".").lower()
    if not host:
        raise NotAnAddress("The address names no host.")
    if host.startswith("[") or re.fullmatch(r"[\d.]+", host):
        if not _is_global(host):
            raise NotAnAddress(f"“{host[:80]}” is not a name on the public internet.")
        return url, host
    if any(label.startswith("-") or label.endswith("-") for label in host.split(".")):
        raise NotAnAddress(f"“{host[:80]}” is not a name on the public internet.")
    if "." not in host or _registrable(host) is None or host.endswith(tuple(f".{name}" for name in _OF_A_HOUSE)):
        raise NotAnAddress(f"“{host[:80]}” is not a name on the public internet.")
    return url, host


def _armed(text: str) -> str:
    """An address that was made harmless to pass on, as it was before; its path is left as it is."""
    text = _DEFANGED.sub(r"http\1://", text)
    scheme, mark, rest = text.partition("://") if re.match(r"https?://", text, re.IGNORECASE) else ("", "", text)
    site, slash, path = (rest if mark else text).partition("/")
    return f"{scheme + mark if mark else ''}{_DEFANGED_DOT.sub('.', site)}{slash}{path}"


def canonicalise(raw: str, *, is_wrapped: bool = False) -> Key:
    """The key of an address as somebody entered it; of a shopping agent's page, that of the goods it leads to (`is_wrapped` once inside, so that
    nothing is unwrapped twice). Raises NotAnAddress with a reason for people.

    Pure and total: nothing is fetched, every pattern is linear and bounded by the length cap.
    """
    url, host = _parse(raw)
    bare = re.sub(r"^(?:www|m|wap)\.", "", host)
    registrable = _registrable(host) or host
    suffix = registrable.partition(".")[2]
    path = url.pathname or "/"
    query = url.search.lstrip("?")
    if host in ALIASES or bare in ALIASES:
        tail = f"{bare}{path}{'?' + query if query else ''}"[: LONGEST - 16]
        return Key("alias", "link", tail, f"https://{tail}")
    if not is_wrapped and (inner := _inner(registrable, query)) is not None:
        return inner
    table = _compiled()
    for name in dict.fromkeys((host, bare, registrable, registrable.partition(".")[0])):
        for rule, host_pattern, path_pattern, query_pattern in table.get(name, ()):
            if name == registrable.partition(".")[0] and not (f"{name}.{{tld}}" in rule.hosts and suffix in SUFFIXES[name]):
                continue
            on_host = host_pattern.fullmatch(host) if host_pattern is not None else None
            if host_pattern is not None and on_host is None:
                continue
            if found := _match(rule, on_host, path_pattern, query_pattern, path, query, suffix):
                return found
    bare = bare if _registrable(bare) else host
    return _website(f"{bare}:{url.port}" if url.port else bare, path, query, registrable)


def _inner(registrable: str, query: str) -> Key | None:
    """The key of what a shopping agent's page leads to, where the page says."""
    if registrable not in AGENTS:
        return None
    said = dict(parse_qsl(query))
    address = said.get(AGENTS[registrable], "")
    if not address and said.get("id", "").isdecimal():
        address = AGENT_SHOPS.get(said.get("shop_type", "").lower(), "").format(id=said["id"])
    try:
        key = canonicalise(address, is_wrapped=True) if address else None
    except NotAnAddress:
        return None
    # A page or a site is what the agent shows, not goods of a marketplace.
    return key if key is not None and key.platform not in ("web", "alias") else None


def of_platform(key: Key) -> str:
    """The platform on whose host an address lies that no rule knows; empty for a site of its own."""
    if key.platform != "web":
        return ""
    name, _dot, suffix = key.seller.partition(".")
    known = _compiled().get(key.seller) or [row for row in _compiled().get(name, []) if suffix in SUFFIXES.get(name, ())]
    return known[0][0].platform if known else ""


def readable_site(key: Key) -> str:
    """The host of a website in the letters it was registered with, where these are not Latin; empty for any other."""
    host = key.text.split(":")[2].partition("/")[0] if key.platform == "web" else ""
    if "xn--" not in host:
        return ""
    try:
        return host.encode().decode("idna")
    except UnicodeError:
        return ""


def _match(rule, on_host, path_pattern, query_pattern, path, query, suffix) -> Key | None:
    groups: list[str] = list(on_host.groups()) if on_host else []
    if path_pattern is not None:
        on_path = path_pattern.match(path)
        if not on_path:
            return None
        groups += [group or "" for group in on_path.groups()]
    if query_pattern is not None:
        in_query = query_pattern.search(query)
        if not in_query:
            return None
        groups += [group or "" for group in in_query.groups()]
    if groups and groups[0].lower() in rule.reserved:
        return None
    written = groups
    if rule.fold:
        groups = [group.upper() for group in groups]
    if rule.kind in ("item", "ad"):
        written = groups

    def fill(text, groups=groups):
        return text.format("", *groups, tld=suffix)

    variant = dict(parse_qsl(query)).get(rule.variant_query, "") if rule.variant_query else ""
    return Key(NAMESPACE.get(rule.platform, rule.platform), rule.kind, fill(rule.id), fill(rule.canonical, written), variant, fill(rule.seller))


def _unreserved(escape: re.Match) -> str:
    """RFC 3986, 6.2.2.2: only what never needed escaping is written plainly."""
    character = chr(int(escape[1], 16))
    return character if character.isascii() and (character.isalnum() or character in "-._~") else escape[0].upper()


def _website(host: str, path: str, query: str, registrable: str) -> Key:
    """An address of a site no rule knows: the site itself, or one page of it."""
    # Names and values stay as they were written, in whatever encoding: only the order and what tracks is ours to change.
    kept = sorted(pair for pair in query.split("&") if pair and not TRACKING.match(unquote(pair.partition("=")[0])))
    path = _ESCAPED.sub(_unreserved, path)
    if path in ("", "/") and not kept:
        return Key("web", "site", host, f"https://{host}/", seller=registrable)
    tail = f"{path.rstrip('/') or '/'}{'?' + '&'.join(kept) if kept else ''}"
    if len(host + tail) > LONGEST - 16:
        raise NotAnAddress(f"The address is longer than {LONGEST} characters.")
    return Key("web", "page", f"{host}{tail}", f"https://{host}{tail}", seller=registrable)
