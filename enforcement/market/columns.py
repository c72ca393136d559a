"""What each column of a file means: guessed with a reason, decided by a person, remembered; and a row made into facts."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

import pycountry
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.brought.columns import NotUnderstood, day
from coalition.tables.archives import plain
from coalition.tables.text import UNREADABLE
from enforcement.market.key_rules import COUNTRIES, PLATFORMS
from enforcement.market.keys import Key, NotAnAddress, canonicalise, of_platform, readable_site

# Our fields in the order the page shows them; the first alone is needed.
FIELDS = {
    "address": _("Address of the listing"),
    "title": _("Title"),
    "seller_name": _("Seller’s name"),
    "seller_id": _("Seller’s id or shop"),
    "brand": _("Brand shown"),
    "price": _("Price"),
    "currency": _("Currency"),
    "quantity": _("Quantity offered"),
    "image": _("Image"),
    "country": _("Country"),
    "sku": _("SKU"),
    "seen_on": _("Seen on"),
}
NEEDED = "address"
MOST_QUANTITY = 2**31
FIRST_SHOPS = datetime(1995, 1, 1, tzinfo=UTC)
_HEADINGS = {
    "address": "url link address listing listingurl itemurl producturl productlink href "
    "webaddress website domain host 链接 网址 商品链接 商品网址 地址",
    "title": "title name producttitle productname itemname itemtitle listingtitle description 标题 商品标题 商品名称 名称",
    "seller_name": "seller sellername shop shopname store storename vendor merchant 卖家 店铺 店铺名 店铺名称 卖家名称 商家",
    "seller_id": "sellerid shopid storeid vendorid merchantid 卖家id 店铺id",
    "brand": "brand brandname mark 品牌",
    "price": "price finalprice currentprice saleprice unitprice amount 价格 单价",
    "currency": "currency currencycode 币种 货币",
    "quantity": "quantity qty stock available availablequantity 数量 库存",
    "image": "image images mainimage imageurl picture photo thumbnail 图片 主图",
    "country": "country countrycode shipfrom location 国家",
    "sku": "sku skuid itemid productid articlenumber 货号",
    "seen_on": "seenon seen seenat lastseen dateseen crawldate crawledat scrapedat capturedat detectedon foundon datefound date "
    "采集时间 抓取时间 采集日期 抓取日期 发现日期 发现时间 日期",
}
# Said within a longer heading: "Asking price (EUR)".
_WITHIN = {"price": "price", "title": "title", "seller_name": "seller", "quantity": "quantity", "currency": "currency", "brand": "brand"}
_CODES = {currency.alpha_3 for currency in pycountry.currencies}
_SIGNS = {"€": "EUR", "£": "GBP", "US$": "USD", "HK$": "HKD", "NT$": "TWD", "S$": "SGD", "CA$": "CAD", "AU$": "AUD", "NZ$": "NZD", "A$": "AUD",
          "C$": "CAD", "MX$": "MXN",
          "₩": "KRW", "₹": "INR", "₽": "RUB", "₺": "TRY", "₫": "VND", "฿": "THB", "R$": "BRL", "zł": "PLN",
          "元": "CNY", "RMB": "CNY", "人民币": "CNY", "円": "JPY"}  # fmt: skip
# Signs that several countries share: which one is meant, the platform may say.
_SHARED = {"¥": ("CN", "CNY"), "$": ("", "")}
_FIELD_OF = {heading: field for field, words in _HEADINGS.items() for heading in words.split()}
# Thousands set apart by a space or an apostrophe, or a run of digits with points and commas.
_NUMBER = re.compile(r"\d{1,3}(?:[\s'’]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)*")


def _plain(heading: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", heading).lower())


def signature(columns: list[str]) -> str:
    """The same for files with the same headings in the same order."""
    return hashlib.sha256(json.dumps([_plain(column) for column in columns]).encode()).hexdigest()


def guess(columns: list[str], samples: list[list[str]]) -> dict[str, dict]:
    """Field by field the column that most likely holds it, with the reason: {"address": {"column": 0, "because": "…"}}."""
    found: dict[str, dict] = {}
    for number, column in enumerate(columns):
        field = _FIELD_OF.get(_plain(column))
        if field and field not in found:
            found[field] = {"column": number, "because": str(_("its heading says so"))}
    taken = {choice["column"] for choice in found.values()}
    for field, word in _WITHIN.items():
        inside = (n for n, column in enumerate(columns) if n not in taken and word in _plain(column))
        if field not in found and (n := next(inside, None)) is not None:
            found[field] = {"column": n, "because": str(_("its heading speaks of it"))}
            taken.add(n)
    if NEEDED not in found:
        shares = [_share_of_addresses([row[n] for row in samples if n < len(row)]) for n in range(len(columns))]
        best = max(range(len(columns)), key=lambda n: shares[n], default=None)
        if best is not None and shares[best] > 0.5:
            found[NEEDED] = {"column": best, "because": str(_("its values are addresses"))}
    return found


def _share_of_addresses(values: list[str]) -> float:
    good = 0
    for value in values:
        try:
            canonicalise(value)
            good += 1
        except NotAnAddress:
            continue
    return good / len(values) if values else 0.0


def price(text: str) -> Decimal | None:
    """The first number of a text, whichever way its thousands and decimals are written; None when there is none, or a negative.

    "1.234,56", "1,234.56", "0.125", "US$ 12.99 - 15.00" and "16499000" read as people mean them.
    """
    text = unicodedata.normalize("NFKC", text)
    found = _NUMBER.search(text)
    if not found or re.search(r"[-−]\s*$", text[: found.start()]):
        return None
    digits = re.sub(r"[\s'’]", "", found.group())
    last_dot, last_comma = digits.rfind("."), digits.rfind(",")
    if last_dot >= 0 and last_comma >= 0:
        decimal = "." if last_dot > last_comma else ","
    elif max(last_dot, last_comma) >= 0:
        mark = "." if last_dot >= 0 else ","
        after = len(digits) - 1 - digits.rfind(mark)
        is_decimal = digits.count(mark) == 1 and (after != 3 or digits.startswith("0"))
        decimal = mark if is_decimal else ""
    else:
        decimal = ""
    thousands = "".join(mark for mark in ".," if mark != decimal)
    text = digits.translate({ord(mark): None for mark in thousands}).replace(",", ".")
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value < Decimal(10) ** 14 else None


def currency(*texts: str) -> str:
    """The currency the first of these texts names, by its ISO 4217 code or a sign that is one country's alone; empty for none."""
    for text in texts:
        # “US $12.50”, as AliExpress writes it.
        text = re.sub(r"\b([A-Z]{1,3})\s+\$", r"\1$", text)
        for word in re.findall(r"[A-Z]{3}", text.upper()):
            if word in _CODES:
                return word
        for sign, code in _SIGNS.items():
            if sign in text:
                return code
    return ""


def seen(text: str, now: datetime) -> str:
    """A day or moment a listing was seen at, in ISO 8601; a moment without a zone is the portal's. Raises ValueError for one to come, and
    for one before there were web shops.
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        try:
            found = datetime.combine(day(text, ""), time())
        except NotUnderstood as unclear:
            raise ValueError(str(unclear)) from None
    if found.tzinfo is None:
        found = timezone.make_aware(found)
    # Clocks of crawlers run ahead by hours, where they do not say their zone.
    if not FIRST_SHOPS <= found <= now + timedelta(hours=14):
        raise ValueError("not then")
    return min(found, now).isoformat()


def _clean(text: str, longest: int) -> str:
    text = " ".join(text.split())
    if not text.isprintable():
        text = "".join(c for c in text if not unicodedata.category(c).startswith("C")).strip()
    return text[:longest]


def _first_image(text: str, pictures: dict[str, str]) -> str:
    """An address; or the digest of the picture that came with the file under this name."""
    text = text.strip()
    if digest := pictures.get(plain(text)):
        return f"sha256:{digest}"
    if text.startswith("["):
        found = re.search(r"https?://[^\s\"',\]]+", text)
        text = found.group() if found else ""
    return text[:2000] if re.match(r"https?://", text, re.IGNORECASE) else ""


class RowRefused(Exception):
    def __init__(self, field: str, value: str, reason: str):
        super().__init__(reason)
        self.field, self.value, self.reason = field, value, reason


def seller_key(platform: str, shop: str, name: str) -> str:
    """How the same shop is recognised from row to row of one platform."""
    own = shop or unicodedata.normalize("NFKC", name).casefold()
    return f"{platform}:{_clean(own, 100)}" if own else ""


def seller_of(key: Key, shop: str, name: str) -> str:
    """The seller of what an address names: the shop that a file or the address names, else the name. On a site that no rule knows, whom a file
    names is one of the sellers there; whom it does not name is the site itself.
    """
    if key.platform == "web":
        own = shop or unicodedata.normalize("NFKC", name).casefold()
        if of_platform(key):
            # A page of a marketplace that is no listing or shop there: the marketplace is nobody's seller.
            return seller_key(key.platform, f"{key.seller}/{own}", "") if own else ""
        return seller_key(key.platform, f"{key.seller}/{own}" if own and own != key.seller else key.seller, "")
    return seller_key(key.platform, shop or key.seller, name)


def facts(row: list[str], mapping: dict[str, int], headings: list[str] | None = None, pictures: dict[str, str] | None = None) -> dict:
    """What a row says, checked and cleaned, with its key; a currency may stand in the price's own cell or heading.

    `pictures` are those of the archive the file came in: from a name to a digest; None where it came in none.
    Raises RowRefused with the field, its value and the reason.
    """
    if len(row) == 2 and row[1] == UNREADABLE:
        raise RowRefused("row", "", row[0])

    def cell(field: str) -> str:
        column = mapping.get(field)
        return row[column] if column is not None and column < len(row) else ""

    raw = cell(NEEDED).strip()
    try:
        key = canonicalise(raw)
    except NotAnAddress as refusal:
        raise RowRefused(NEEDED, raw[:300], str(refusal)) from None
    remarks = []
    if platform := of_platform(key):
        said = _("It lies on %(name)s, and is no listing there that is known: it is kept as a page of the web.")
        remarks.append(str(said % {"name": PLATFORMS.get(platform, platform)}))

    def number(field: str) -> Decimal | None:
        text = cell(field).strip()
        value = price(text)
        if value is None and text:
            remarks.append(str(_("%(field)s “%(text)s” was not understood and left empty.") % {"field": FIELDS[field], "text": text[:60]}))
        return value

    amount, quantity = number("price"), number("quantity")
    heading = headings[mapping["price"]] if headings and "price" in mapping else ""
    money = currency(cell("currency"), cell("price"), heading) if amount is not None else ""
    if amount is not None and not money and (sign := next((sign for sign in _SHARED if sign in unicodedata.normalize("NFKC", cell("price"))), "")):
        where, code = _SHARED[sign]
        money = code if where and COUNTRIES.get(key.platform) == [where] else ""
        if not money:
            remarks.append(str(_("“%(text)s” leaves open which currency it is: left empty.") % {"text": cell("price").strip()[:60]}))
    country = re.sub(r"[^A-Z]", "", cell("country").upper())
    seen_on = ""
    if text := cell("seen_on").strip():
        try:
            seen_on = seen(text, timezone.now())
        except ValueError:
            remarks.append(str(_("“%(text)s” is no moment it can have been seen at; it counts as seen today.") % {"text": text[:60]}))
    image = _first_image(cell("image"), pictures or {})
    if pictures is not None and not image and cell("image").strip():
        remarks.append(str(_("The archive has no picture “%(text)s”.") % {"text": cell("image").strip()[:60]}))
    seller_name = _clean(cell("seller_name"), 200)
    return {
        "platform": key.platform,
        "kind": key.kind,
        "key": key.text,
        "address": _clean(raw, 8192),
        "canonical": key.canonical,
        "title": _clean(cell("title"), 500) or readable_site(key),
        "seller_name": seller_name,
        "seller_key": seller_of(key, _clean(cell("seller_id"), 100), seller_name),
        "brand": _clean(cell("brand"), 120),
        "price": str(amount.quantize(Decimal("0.01"))) if amount is not None else None,
        "currency": money,
        "quantity": int(quantity) if quantity is not None and quantity < MOST_QUANTITY else None,
        "country": country if len(country) == 2 else "",
        "image": image,
        "sku": _clean(cell("sku"), 120),
        "variant": _clean(key.variant, 80),
        "seen_at": seen_on or None,
        "remarks": " ".join(remarks),
    }
