import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enforcement.market.key_rules import AGENTS, PLATFORMS, RULES
from enforcement.market.keys import NotAnAddress, canonicalise

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.mark.parametrize(("address", "key"), [pair for rule in RULES for pair in rule.examples.items()])
def test_every_example_of_every_rule(address, key):
    assert canonicalise(address).text == key


@pytest.mark.parametrize(("rule", "address"), [(rule, address) for rule in RULES for address in rule.counter_examples])
def test_no_counter_example_is_taken(rule, address):
    found = canonicalise(address)
    assert (found.platform, found.kind) != (rule.platform, rule.kind)


@pytest.mark.parametrize(
    ("wrapped", "key"),
    [
        (
            "https://www.superbuy.com/en/page/buy?url=https%3A%2F%2Fitem.taobao.com%2Fitem.htm%3Fid%3D612345678901&partner=1",
            "taobao:item:612345678901",
        ),
        ("https://www.kakobuy.com/item/details?url=https%3A%2F%2Fweidian.com%2Fitem.html%3FitemID%3D4512345678", "weidian:item:4512345678"),
        ("https://cnfans.com/product/?shop_type=weidian&id=4512345678&ref=1", "weidian:item:4512345678"),
        ("https://mulebuy.com/product/?shop_type=ali_1688&id=610947572360", "1688:item:610947572360"),
    ],
)
def test_a_shopping_agent_s_page_is_the_goods_it_leads_to(wrapped, key):
    assert canonicalise(wrapped).text == key


@pytest.mark.parametrize(
    "address",
    ["https://cnfans.com/", "https://superbuy.com/?url=javascript:alert(1)", "https://superbuy.com/?url=https%3A%2F%2Fsuperbuy.com%2F%3Furl%3Dx",
     "https://mulebuy.com/product/?shop_type=other&id=1", "https://superbuy.com/?url=http%3A%2F%2F169.254.169.254%2F"],
)  # fmt: skip
def test_an_agent_that_leads_nowhere_is_a_page_of_its_own(address):
    assert canonicalise(address).platform == "web"


def test_every_platform_has_a_name_and_every_agent_a_host():
    assert {rule.platform for rule in RULES} - {"tmall"} <= set(PLATFORMS)
    assert all(host == host.lower() and "." in host for host in AGENTS)


def test_every_rule_has_an_example():
    assert [rule.platform for rule in RULES if not rule.examples] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.platform}-{rule.kind}-{rule.path or rule.query}"[:40])
def test_canonical_addresses_keep_their_key(rule):
    """Canonicalising twice is canonicalising once; Mercado Libre's host is a country's, so its canonical form is not one of a shop."""
    for address in rule.examples:
        first = canonicalise(address)
        again = canonicalise(first.canonical)
        assert again.text == first.text


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "ftp://bazaar.example/item/1", "file:///etc/passwd", "", "   ", "see attached list", "http://",
     "https://localhost/x", "https://nodots/x", "=HYPERLINK(\"https://x.example\")", "https://", "\x00"],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_a_reason(address):
    with pytest.raises(NotAnAddress, match=r"\w"):
        canonicalise(address)


def test_tracking_glued_on_by_a_search_engine_is_cut_off():
    raw = "http://shop.example/index.php%3Fm%3DItem%26id%3D17&sa=U&ved=0ahUKEwj4&usg=AOvVaw1"
    assert canonicalise(raw).canonical == "https://shop.example/index.php?id=17&m=Item"


def test_the_same_shop_in_other_spellings():
    spellings = ["HTTP://WWW.Shop.Example/", "shop.example", "https://shop.example/?utm_source=x#top", "https://shop.example./"]
    assert {canonicalise(text).text for text in spellings} == {"web:site:shop.example"}


def test_international_names_are_punycode():
    assert canonicalise("https://münchen.example/a").canonical == "https://xn--mnchen-3ya.example/a"


@given(st.text(max_size=300))
def test_any_text_gives_a_key_or_a_reason(text):
    try:
        key = canonicalise(text)
    except NotAnAddress as refusal:
        assert str(refusal)
    else:
        assert re.match(r"[\w-]+:[a-z]+:.", key.text)


@pytest.mark.skipif(not SHARED.exists(), reason="the sample data is not beside this checkout")
def test_real_marketplace_addresses_find_their_platform():
    import csv

    for name, platform in (("lazada", "lazada"), ("shein", "shein")):
        with (SHARED / "listings" / f"{name}.csv").open(encoding="utf-8") as file:
            addresses = [row["url"] for row in csv.DictReader(file)]
            # The sample cuts five addresses short, before their number.
            keys = [canonicalise(address) for address in addresses if "-p-" in address or name == "lazada"]
        assert {key.platform for key in keys} == {platform}
        assert len(keys) >= 395


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("hxxps://bad-shop[.]top/a[.]b?x=1", "web:page:bad-shop.top/a[.]b?x=1"),
        ("hxxp[:]//lv(.)ru", "web:site:lv.ru"),
        ("shop[dot]example[.]com", "web:site:shop.example.com"),
        ("hxxps://www.etsy[.]com/listing/123456789/x", "etsy:item:123456789"),
    ],
)
def test_an_address_made_harmless_to_pass_on_is_the_same(written, key):
    assert canonicalise(written).text == key


@pytest.mark.parametrize("address", ["http://printer.local/x", "https://intra.corp/", "metadata.google.internal", "http://1.1.168.192.in-addr.arpa/"])
def test_a_name_of_a_house_s_own_network_is_no_shop(address):
    with pytest.raises(NotAnAddress, match="public internet"):
        canonicalise(address)
