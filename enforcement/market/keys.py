"""Canonical keys of things offered online: from an address as somebody pasted it to `platform:kind:id`.

Addresses are parsed by the WHATWG algorithm, never by a pattern over the raw text, and never opened. The table below is the
whole knowledge: one row per shape of address, each with examples and counter-examples that the tests read. A change
to a row that gives other keys for the same address raises VERSION; listings keep the version their key was made with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qsl, unquote

import ada_url
from publicsuffixlist import PublicSuffixList

VERSION = 2
LONGEST = 2048

_suffixes = PublicSuffixList()


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


@dataclass(frozen=True)
class Rule:
    """One shape of address. `hosts` are registrable names or exact hosts; `{tld}` stands for the suffixes of `SUFFIXES`."""

    platform: str
    kind: str
    hosts: tuple[str, ...]
    path: str = ""
    query: str = ""
    id: str = "{1}"
    canonical: str = ""
    variant_query: str = ""
    seller: str = ""
    fold: bool = False
    examples: dict[str, str] = field(default_factory=dict)
    counter_examples: tuple[str, ...] = ()


RULES: list[Rule] = [
    Rule(
        "taobao", "item", ("item.taobao.com", "world.taobao.com", "m.intl.taobao.com", "h5.m.taobao.com", "taobao.com"),
        query=r"id=(\d{8,13})", id="{1}", canonical="https://item.taobao.com/item.htm?id={1}", variant_query="skuId",
        examples={
            "https://item.taobao.com/item.htm?spm=a1z10.1&id=612345678901&ut_sk=1": "taobao:item:612345678901",
            "http://h5.m.taobao.com/awp/core/detail.htm?id=612345678901": "taobao:item:612345678901",
            "https://m.intl.taobao.com/detail/detail.html?id=612345678901": "taobao:item:612345678901",
        },
        counter_examples=("https://item.taobao.com/item.htm", "https://shop123.taobao.com/"),
    ),
    Rule(
        "taobao", "item", ("world.taobao.com", "item.taobao.com"),
        path=r"/item/(\d{8,13})\.htm", canonical="https://item.taobao.com/item.htm?id={1}",
        examples={"https://world.taobao.com/item/612345678901.htm": "taobao:item:612345678901"},
    ),
    # Tmall shares Taobao's number space: one namespace, so that the same item pasted from either meets itself.
    Rule(
        "tmall", "item", ("detail.tmall.com", "detail.tmall.hk", "chaoshi.detail.tmall.com", "detail.m.tmall.com"),
        query=r"id=(\d{8,13})", canonical="https://detail.tmall.com/item.htm?id={1}", variant_query="skuId",
        examples={
            "https://detail.tmall.com/item.htm?id=612345678901&skuId=5": "taobao:item:612345678901",
            "https://chaoshi.detail.tmall.com/item.htm?id=612345678901": "taobao:item:612345678901",
        },
        counter_examples=("https://detail.tmall.com/item.htm?skuId=5",),
    ),
    Rule(
        "1688", "item", ("detail.1688.com", "m.1688.com"), path=r"/offer/(\d{6,14})\.html",
        canonical="https://detail.1688.com/offer/{1}.html",
        examples={
            "https://detail.1688.com/offer/610947572360.html?spm=x": "1688:item:610947572360",
            "http://m.1688.com/offer/610947572360.html": "1688:item:610947572360",
        },
        counter_examples=("https://www.1688.com/",),
    ),
    Rule(
        "aliexpress", "item", ("aliexpress.us",), path=r"/(?:item/(?:[^/]+/)?|i/)(\d{9,19})\.html",
        id="us-{1}", canonical="https://www.aliexpress.us/item/{1}.html",
        examples={"https://www.aliexpress.us/item/3256804123456789.html": "aliexpress:item:us-3256804123456789"},
    ),
    Rule(
        "aliexpress", "item", ("aliexpress.ru",), path=r"/(?:item/(?:[^/]+/)?|i/)(\d{9,19})\.html",
        id="ru-{1}", canonical="https://aliexpress.ru/item/{1}.html",
        examples={"https://aliexpress.ru/item/1005001234567890.html?sku_id=1": "aliexpress:item:ru-1005001234567890"},
    ),
    Rule(
        "aliexpress", "item", ("aliexpress.com",), path=r"/(?:item/(?:[^/]+/)?|i/)(\d{9,19})\.html",
        canonical="https://www.aliexpress.com/item/{1}.html",
        examples={
            "https://de.aliexpress.com/item/1005001234567890.html?algo_pvid=1": "aliexpress:item:1005001234567890",
            "https://www.aliexpress.com/item/Nice-Bag/32812345678.html": "aliexpress:item:32812345678",
            "https://www.aliexpress.com/i/1005001234567890.html": "aliexpress:item:1005001234567890",
        },
        counter_examples=("https://www.aliexpress.com/store/912345678", "https://www.aliexpress.com/item/12.html"),
    ),
    Rule(
        "amazon", "offer", ("amazon.{tld}",), path=r"/(?:.+/)?(?:dp|gp/product|gp/aw/d|gp/offer-listing|exec/obidos/ASIN)/([A-Za-z0-9]{10})(?:/|$)",
        query=r"(?:m|smid)=(A[0-9A-Z]{9,20})", id="{tld}-{1}-{2}", canonical="https://www.amazon.{tld}/dp/{1}?m={2}", seller="{2}", fold=True,
        examples={"https://www.amazon.de/dp/B01ABCDEFG?smid=A1B2C3D4E5F6G7": "amazon:offer:de-B01ABCDEFG-A1B2C3D4E5F6G7"},
    ),
    Rule(
        "amazon", "product", ("amazon.{tld}",), path=r"/(?:.+/)?(?:dp|gp/product|gp/aw/d|gp/offer-listing|exec/obidos/ASIN)/([A-Za-z0-9]{10})(?:/|$)",
        id="{tld}-{1}", canonical="https://www.amazon.{tld}/dp/{1}", fold=True,
        examples={
            "https://www.amazon.co.uk/Some-Product/dp/B01ABCDEFG/ref=sr_1_1?qid=1": "amazon:product:co.uk-B01ABCDEFG",
            "https://www.amazon.com/gp/product/b01abcdefg": "amazon:product:com-B01ABCDEFG",
        },
        counter_examples=("https://amazon.shop/dp/B01ABCDEFG", "https://amazon.cc/dp/B01ABCDEFG", "https://www.amazon.com/s?k=bag", "https://www.amazon.com/dp/B01"),
    ),
    Rule(
        "ebay", "item", ("ebay.{tld}",), path=r"/itm/(?:[^/]+/)?(\d{9,15})", canonical="https://www.ebay.com/itm/{1}", variant_query="var",
        examples={
            "https://www.ebay.co.uk/itm/123456789012?hash=item1&_trkparms=x": "ebay:item:123456789012",
            "https://www.ebay.de/itm/Nice-Bag/123456789012?var=5": "ebay:item:123456789012",
        },
        counter_examples=(
            "https://ebay.shop/itm/123456789012", "https://ebay.to/itm/123456789012", "https://www.ebay.com/itm/1234567890123456",
            "https://www.ebay.com/p/123456789", "https://www.ebay.com/usr/somebody",
        ),
    ),
    Rule(
        "ebay", "item", ("ebay.{tld}",), path=r"/ws/eBayISAPI\.dll", query=r"item=(\d{9,15})", id="{1}",
        canonical="https://www.ebay.com/itm/{1}",
        examples={"http://cgi.ebay.com/ws/eBayISAPI.dll?ViewItem&item=123456789012": "ebay:item:123456789012"},
    ),
    Rule(
        "shopee", "item", ("shopee.{tld}",), path=r"/.*-i\.(\d+)\.(\d+)$", id="{tld}-{1}-{2}",
        canonical="https://shopee.{tld}/product/{1}/{2}", seller="{1}",
        examples={"https://shopee.co.id/Nice-Bag-i.123.456789?sp_atk=1": "shopee:item:co.id-123-456789"},
    ),
    Rule(
        "shopee", "item", ("shopee.{tld}",), path=r"/product/(\d+)/(\d+)", id="{tld}-{1}-{2}",
        canonical="https://shopee.{tld}/product/{1}/{2}", seller="{1}",
        examples={"https://shopee.sg/product/123/456789": "shopee:item:sg-123-456789"},
        counter_examples=("https://shopee.sg/shop/123",),
    ),
    Rule(
        "lazada", "item", ("lazada.{tld}",), path=r"/products/(?:.*-)?i(\d{6,14})(?:-s(\d+))?\.html", id="{tld}-{1}",
        canonical="https://www.lazada.{tld}/products/i{1}.html",
        examples={
            "https://www.lazada.co.id/products/nice-bag-i6872778045-s13022944107.html": "lazada:item:co.id-6872778045",
            "https://www.lazada.sg/products/i301234567.html?spm=1": "lazada:item:sg-301234567",
        },
        counter_examples=("https://www.lazada.sg/shop/nice",),
    ),
    Rule(
        "shein", "item", ("shein.{tld}",), path=r"/.*-p-(\d{4,14})(?:-cat-\d+)?\.html", canonical="https://www.shein.com/-p-{1}.html",
        examples={
            "https://us.shein.com/Tall-Cabinet,-Free-Standing-p-40460214.html": "shein:item:40460214",
            "https://www.shein.co.uk/Bag-p-1234567-cat-1.html?mallCode=1": "shein:item:1234567",
        },
        counter_examples=("https://us.shein.com/Women-Bags-c-1764.html",),
    ),
    Rule(
        "etsy", "item", ("etsy.com",), path=r"/(?:[a-z]{2}(?:-[a-z]{2})?/)?listing/(\d{6,12})", canonical="https://www.etsy.com/listing/{1}",
        examples={"https://www.etsy.com/uk/listing/1234567890/nice-bag?click_key=1": "etsy:item:1234567890"},
        counter_examples=("https://www.etsy.com/shop/NiceShop",),
    ),
    Rule(
        "walmart", "item", ("walmart.com",), path=r"/ip/(?:[^/]+/)?(\d{5,12})", canonical="https://www.walmart.com/ip/{1}",
        examples={"https://www.walmart.com/ip/Nice-Bag/123456789?athcpid=1": "walmart:item:123456789"},
    ),
    Rule(
        "mercadolibre", "item",
        ("mercadolibre.{tld}", "mercadolivre.{tld}"), path=r"/(?!p/|up/)(?:.*?)(?<![A-Z])(ML[A-Z]|M[A-Z]{2})-?(\d{6,12})(?:[-_/].*|$)", id="{1}{2}",
        canonical="https://articulo.mercadolibre.com/{1}-{2}",
        examples={
            "https://articulo.mercadolibre.com.ar/MLA-123456789-bolso-lindo-_JM#position=1": "mercadolibre:item:MLA123456789",
            "https://produto.mercadolivre.com.br/MLB-1234567890-bolsa-_JM": "mercadolibre:item:MLB1234567890",
        },
        counter_examples=("https://www.mercadolibre.com.mx/p/MLM123456", "https://www.mercadolibre.com.ar/up/MLBU1234567"),
    ),
    Rule(
        "temu", "item", ("temu.com",), path=r"/.*-g-(\d{12,18})\.html", canonical="https://www.temu.com/goods.html?goods_id={1}",
        examples={"https://www.temu.com/uk/nice-bag-g-601099512345678.html?_oak_x=1": "temu:item:601099512345678"},
    ),
    Rule(
        "temu", "item", ("temu.com",), path=r"/(?:[a-z]{2}/)?goods\.html", query=r"goods_id=(\d{12,18})",
        canonical="https://www.temu.com/goods.html?goods_id={1}",
        examples={"https://www.temu.com/goods.html?_bg_fs=1&goods_id=601099512345678": "temu:item:601099512345678"},
    ),
    Rule(
        "dhgate", "item", ("dhgate.com",), path=r"/product/(?:[^/]+/)?(\d{6,12})\.html", canonical="https://www.dhgate.com/product/{1}.html",
        examples={"https://www.dhgate.com/product/nice-bag/812345678.html": "dhgate:item:812345678"},
    ),
    Rule(
        "jd", "item", ("item.jd.com", "item.m.jd.com", "npcitem.jd.hk"), path=r"/(?:product/)?(\d{5,16})\.html", canonical="https://item.jd.com/{1}.html",
        examples={"https://item.jd.com/100012345678.html#comment": "jd:item:100012345678"},
    ),
    Rule(
        "pinduoduo", "item", ("yangkeduo.com", "pinduoduo.com"), query=r"goods_id=(\d{6,16})",
        canonical="https://mobile.yangkeduo.com/goods.html?goods_id={1}",
        examples={"https://mobile.yangkeduo.com/goods.html?goods_id=123456789012": "pinduoduo:item:123456789012"},
    ),
    Rule(
        "weidian", "item", ("weidian.com",), query=r"item(?:I|i)[dD]=(\d{6,14})", canonical="https://weidian.com/item.html?itemID={1}",
        examples={"https://weidian.com/item.html?itemID=4512345678&spider=1": "weidian:item:4512345678"},
    ),
    Rule(
        "tiktok", "item", ("tiktok.com",), path=r"/(?:view/product|shop/pdp(?:/[^/]+)?)/(\d{15,21})", canonical="https://www.tiktok.com/view/product/{1}",
        examples={"https://www.tiktok.com/view/product/1729412345678901234": "tiktok:item:1729412345678901234"},
    ),
    Rule(
        "facebook", "item", ("facebook.com",), path=r"/marketplace/item/(\d{8,20})", canonical="https://www.facebook.com/marketplace/item/{1}",
        examples={"https://m.facebook.com/marketplace/item/1234567890123/?ref=x": "facebook:item:1234567890123"},
    ),
    Rule(
        "instagram", "profile", ("instagram.com",), path=r"/([A-Za-z0-9_.]{2,30})/?$", canonical="https://www.instagram.com/{1}/", fold=True,
        examples={"https://www.instagram.com/Nice.Bags/?igsh=1": "instagram:profile:NICE.BAGS"},
        counter_examples=("https://www.instagram.com/p/ABC123/",),
    ),
    # Reserved names (RFC 2606): the invented marketplaces of the demo and the tests.
    Rule(
        "bazaar", "item", ("bazaar.example",), path=r"/item/(\d{4,14})", canonical="https://bazaar.example/item/{1}",
        examples={"https://www.bazaar.example/item/100200300?utm_source=mail": "bazaar:item:100200300"},
    ),
    Rule(
        "bazaar-global", "item", ("bazaar-global.example",), path=r"/(?:[a-z]{2}/)?item/(\d{4,14})", canonical="https://bazaar-global.example/item/{1}",
        examples={"https://bazaar-global.example/de/item/100200300": "bazaar-global:item:100200300"},
    ),
    Rule(
        "kiosk", "item", ("kiosk.example",), path=r"/p/(?:[^/]+/)?(\d{4,14})", canonical="https://kiosk.example/p/{1}",
        examples={"https://kiosk.example/p/nice-bag/5550001": "kiosk:item:5550001"},
    ),
]  # fmt: skip

# Tmall's items live in Taobao's namespace.
NAMESPACE = {"tmall": "taobao"}
# Addresses that only point somewhere: kept as they are, never followed here.
ALIASES = {"m.tb.cn", "e.tb.cn", "s.click.taobao.com", "a.aliexpress.com", "s.click.aliexpress.com", "amzn.to", "a.co", "amzn.eu", "ebay.us",
           "bit.ly", "t.co", "tinyurl.com", "s.lazada.co.id", "s.shopee.co.id", "shp.ee", "temu.to", "vm.tiktok.com"}  # fmt: skip
TRACKING = re.compile(
    r"^(utm_.*|spm|scm|gclid|fbclid|igsh.*|msclkid|yclid|dclid|mc_[ce]id|_trk.*|hash|ref|ref_.*|pf_rd_.*|pd_rd_.*|algo_.*|ut_sk|sp_tk|tk|sa|ved|usg|"
    r"_oak_.*|_bg_fs|sp_atk|xptdk|click_key|click_sum|srsltid|ei)$",
    re.IGNORECASE,
)
# Where a marketplace trades under its own name. The same name under another suffix is somebody else's, or nobody knows whose.
SUFFIXES = {
    name: frozenset(suffixes.split())
    for name, suffixes in {
        "amazon": "com ca com.mx com.br co.uk de fr it es nl se pl com.be ie com.tr ae sa eg co.za in co.jp cn com.au sg",
        "ebay": "com ca com.mx com.br co.uk de fr it es nl be at ch ie pl se dk fi no pt gr cz hu ru in com.au com.cn com.hk com.my com.sg"
        " com.tw co.th ph vn co.jp co.kr",
        "shopee": "sg com.my co.th vn ph co.id tw com.br com.mx com.co cl com.ar pl es fr in com",
        "lazada": "sg com.my co.th vn com.ph co.id com",
        "shein": "com co.uk com.mx com.hk com.br com.vn com.co in tw se de",
        "mercadolibre": "com com.ar com.mx com.co cl com.pe com.uy com.ve com.ec com.bo cr co.cr com.pa com.do com.gt com.hn com.ni com.py com.sv",
        "mercadolivre": "com com.br",
    }.items()
}
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_NOT_A_SHOP = {"p", "reel", "reels", "explore", "stories", "accounts", "tv"}
# A search engine's result link: the address, then its own tracking glued on behind.
_GLUED = re.compile(r"(?:&amp;|&)sa=[A-Za-z](?:&amp;|&)(?:ved|usg|ei)=.*$")
_HOST_WITHOUT_SCHEME = re.compile(r"^(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#]|$)")


@lru_cache(maxsize=1)
def _compiled() -> dict[str, list[tuple[Rule, re.Pattern | None, re.Pattern | None]]]:
    """Rules by the name they hang on, so that an address meets the two or three that could fit it."""
    table: dict[str, list] = {}
    for rule in RULES:
        path = re.compile(rule.path + r"(?!\d)") if rule.path else None
        query = re.compile(rf"(?:^|&){rule.query}(?:&|$)") if rule.query else None
        for host in rule.hosts:
            table.setdefault(host.replace(".{tld}", ""), []).append((rule, path, query))
    return table


def _parse(raw: str) -> tuple[ada_url.URL, str]:
    text = "".join(c for c in raw.strip() if c.isprintable() and c not in "\u200b\u200e\u200f\ufeff")
    text = text.strip("<>\"' ")
    if not text:
        raise NotAnAddress("There is no address.")
    if len(text) > LONGEST * 4:
        raise NotAnAddress(f"The address is longer than {LONGEST * 4} characters.")
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
        return url, host
    if "." not in host or _suffixes.privatesuffix(host) is None:
        raise NotAnAddress(f"“{host[:80]}” is not a name on the public internet.")
    return url, host


def canonicalise(raw: str) -> Key:
    """The key of an address as somebody entered it. Raises NotAnAddress with a reason for people.

    Pure and total: nothing is fetched, every pattern is linear and bounded by the length cap.
    """
    url, host = _parse(raw)
    bare = re.sub(r"^(?:www|m|wap)\.", "", host)
    registrable = _suffixes.privatesuffix(host) or host
    suffix = registrable.partition(".")[2]
    path = url.pathname or "/"
    query = url.search.lstrip("?")
    if host in ALIASES or bare in ALIASES:
        tail = f"{bare}{path}{'?' + query if query else ''}"[: LONGEST - 16]
        return Key("alias", "link", tail, f"https://{tail}")
    table = _compiled()
    for name in dict.fromkeys((host, bare, registrable, registrable.partition(".")[0])):
        for rule, path_pattern, query_pattern in table.get(name, ()):
            if name == registrable.partition(".")[0] and not (f"{name}.{{tld}}" in rule.hosts and suffix in SUFFIXES[name]):
                continue
            if found := _match(rule, path_pattern, query_pattern, path, query, suffix):
                return found
    bare = bare if _suffixes.privatesuffix(bare) else host
    return _website(f"{bare}:{url.port}" if url.port else bare, path, query, registrable)


def _match(rule, path_pattern, query_pattern, path, query, suffix) -> Key | None:
    groups: list[str] = []
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
    if rule.fold:
        groups = [group.upper() for group in groups]
    if rule.platform == "instagram" and groups[0].lower() in _NOT_A_SHOP:
        return None

    def fill(text):
        return text.format("", *groups, tld=suffix)

    variant = dict(parse_qsl(query)).get(rule.variant_query, "") if rule.variant_query else ""
    return Key(NAMESPACE.get(rule.platform, rule.platform), rule.kind, fill(rule.id), fill(rule.canonical), variant, fill(rule.seller))


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


# The platforms the table above names, as people call them, and the two that no rule is for.
PLATFORMS = {
    "taobao": "Taobao and Tmall", "1688": "1688", "aliexpress": "AliExpress", "amazon": "Amazon", "ebay": "eBay", "shopee": "Shopee",
    "lazada": "Lazada", "shein": "Shein", "etsy": "Etsy", "walmart": "Walmart", "mercadolibre": "Mercado Libre", "temu": "Temu",
    "dhgate": "DHgate", "jd": "JD", "pinduoduo": "Pinduoduo", "weidian": "Weidian", "tiktok": "TikTok Shop",
    "facebook": "Facebook Marketplace", "instagram": "Instagram", "bazaar": "Bazaar", "bazaar-global": "Bazaar Global",
    "kiosk": "Kiosk", "web": "The open web", "alias": "Short link",
}  # fmt: skip

# Where a platform offers goods, when that is not everywhere: a right that does not reach there supports no notice to it.
COUNTRIES = {slug: ["CN"] for slug in ("taobao", "1688", "jd", "pinduoduo", "weidian")}
