"""The whole knowledge of listing addresses: one row per shape of address, each with examples and counter-examples that the tests read.

A change to a row that gives other keys for the same address raises VERSION; listings keep the version their key was made with, and are given
the new key in the background (`rekeying`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

VERSION = 5


@dataclass(frozen=True)
class Rule:
    """One shape of address. `hosts` are registrable names or exact hosts; `{tld}` stands for the suffixes of `SUFFIXES`. Names are in lower case."""

    platform: str
    kind: str
    hosts: tuple[str, ...]
    # Over the whole host, where what it names stands there; its groups come first.
    host: str = ""
    path: str = ""
    query: str = ""
    id: str = "{1}"
    canonical: str = ""
    variant_query: str = ""
    seller: str = ""
    fold: bool = False
    # Names in the first group that are the platform's own pages.
    reserved: tuple[str, ...] = ()
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
        "mercadolibre", "product", ("mercadolibre.{tld}", "mercadolivre.{tld}"), path=r"/(?:[^/]+/)?p/(ML[A-Z]\d{6,12})",
        canonical="https://www.mercadolibre.com/p/{1}",
        examples={"https://www.mercadolibre.com.mx/bolso-lindo/p/MLM12345678?pdp=1": "mercadolibre:product:MLM12345678"},
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
        reserved=("p", "reel", "reels", "explore", "stories", "accounts", "tv", "direct"),
        examples={"https://www.instagram.com/Nice.Bags/?igsh=1": "instagram:profile:NICE.BAGS"},
        counter_examples=("https://www.instagram.com/p/ABC123/", "https://www.instagram.com/explore/"),
    ),
    Rule(
        "instagram", "post", ("instagram.com",), path=r"/(?:[\w.]+/)?(?:p|reel|tv)/([\w-]{5,20})", canonical="https://www.instagram.com/p/{1}/",
        examples={
            "https://www.instagram.com/p/Cx1yZ_abcDE/?igsh=1": "instagram:post:Cx1yZ_abcDE",
            "https://www.instagram.com/nice.bags/reel/Cx1yZ_abcDE/": "instagram:post:Cx1yZ_abcDE",
        },
    ),
    # Facebook and Instagram show their advertisements in one library.
    Rule(
        "facebook", "ad", ("facebook.com",), path=r"/ads/library", query=r"id=(\d{8,20})", canonical="https://www.facebook.com/ads/library/?id={1}",
        examples={"https://www.facebook.com/ads/library/?active_status=all&id=1234567890123456": "facebook:ad:1234567890123456"},
        counter_examples=("https://www.facebook.com/ads/library/?q=bags",),
    ),
    Rule(
        "facebook", "profile", ("facebook.com",), path=r"/profile\.php", query=r"id=(\d{5,20})", canonical="https://www.facebook.com/profile.php?id={1}",
        seller="{1}", examples={"https://www.facebook.com/profile.php?id=100012345678901&sk=about": "facebook:profile:100012345678901"},
    ),
    Rule(
        "facebook", "profile", ("facebook.com",), path=r"/groups/([\w.]{3,60})/?$", id="group-{1}", canonical="https://www.facebook.com/groups/{1}/", fold=True,
        examples={"https://www.facebook.com/groups/nice.bags/": "facebook:profile:group-NICE.BAGS"},
    ),
    Rule(
        "facebook", "profile", ("facebook.com",), path=r"/([\w.]{5,60})/?$", canonical="https://www.facebook.com/{1}/", seller="{1}", fold=True,
        reserved=("marketplace", "groups", "events", "watch", "ads", "login", "pages", "share", "sharer", "help", "gaming", "reel", "reels", "profile.php",
                  "story.php", "photo.php", "login.php", "sharer.php"),
        examples={"https://m.facebook.com/Nice.Bags.Official?fbclid=1": "facebook:profile:NICE.BAGS.OFFICIAL"},
        counter_examples=("https://www.facebook.com/marketplace/", "https://www.facebook.com/watch/"),
    ),
    Rule(
        "tiktok", "post", ("tiktok.com",), path=r"/@[\w.]{1,24}/(?:video|photo)/(\d{15,21})", canonical="https://www.tiktok.com/@_/video/{1}",
        examples={"https://www.tiktok.com/@nice.bags/video/7312345678901234567?lang=en": "tiktok:post:7312345678901234567"},
    ),
    Rule(
        "tiktok", "profile", ("tiktok.com",), path=r"/@([\w.]{2,24})/?$", canonical="https://www.tiktok.com/@{1}", seller="{1}", fold=True,
        examples={"https://www.tiktok.com/@Nice.Bags?_t=1": "tiktok:profile:NICE.BAGS"},
    ),
    Rule(
        "x", "post", ("x.com", "twitter.com"), path=r"/\w{1,15}/status/(\d{8,20})", canonical="https://x.com/_/status/{1}",
        examples={"https://twitter.com/nicebags/status/1712345678901234567?s=20": "x:post:1712345678901234567"},
    ),
    Rule(
        "x", "profile", ("x.com", "twitter.com"), path=r"/(\w{2,15})/?$", canonical="https://x.com/{1}", seller="{1}", fold=True,
        reserved=("home", "search", "explore", "login", "intent", "share", "settings", "messages", "notifications"),
        examples={"https://twitter.com/NiceBags": "x:profile:NICEBAGS"}, counter_examples=("https://x.com/search?q=bags",),
    ),
    Rule(
        "youtube", "post", ("youtube.com",), path=r"/watch", query=r"v=([\w-]{11})", canonical="https://www.youtube.com/watch?v={1}",
        examples={"https://m.youtube.com/watch?v=dQw4w9WgXcQ&t=1s": "youtube:post:dQw4w9WgXcQ"},
    ),
    Rule(
        "youtube", "profile", ("youtube.com",), path=r"/@([\w.-]{3,30})", canonical="https://www.youtube.com/@{1}", seller="{1}", fold=True,
        examples={"https://www.youtube.com/@NiceBags/videos": "youtube:profile:NICEBAGS"},
    ),
    Rule(
        "pinterest", "post", ("pinterest.{tld}",), path=r"/pin/(?:[^/]*--)?(\d{10,20})", canonical="https://www.pinterest.com/pin/{1}/",
        examples={"https://www.pinterest.de/pin/nice-bag--123456789012345678/": "pinterest:post:123456789012345678"},
    ),
    Rule(
        "telegram", "profile", ("t.me", "telegram.me"), path=r"/(?:s/)?([A-Za-z]\w{3,31})(?:/\d+)?/?$", canonical="https://t.me/{1}", seller="{1}", fold=True,
        reserved=("joinchat", "share", "addstickers", "proxy"),
        examples={"https://t.me/s/NiceBags": "telegram:profile:NICEBAGS", "https://t.me/nicebags/421": "telegram:profile:NICEBAGS"},
        counter_examples=("https://t.me/share",),
    ),
    Rule(
        "whatsapp", "account", ("wa.me",), path=r"/(\d{7,15})", canonical="https://wa.me/{1}", seller="{1}",
        examples={"https://wa.me/8613800138000?text=hello": "whatsapp:account:8613800138000"},
    ),
    Rule(
        "whatsapp", "account", ("api.whatsapp.com",), path=r"/send", query=r"phone=(?:%2B)?(\d{7,15})", canonical="https://wa.me/{1}", seller="{1}",
        examples={"https://api.whatsapp.com/send?phone=%2B8613800138000&text=x": "whatsapp:account:8613800138000"},
    ),
    Rule(
        "paypal", "account", ("paypal.me",), path=r"/([A-Za-z0-9]{1,20})(?=/|$)", canonical="https://paypal.me/{1}", seller="{1}", fold=True,
        examples={"https://paypal.me/NiceBags/25EUR": "paypal:account:NICEBAGS"},
    ),
    Rule(
        "paypal", "account", ("paypal.com",), path=r"/paypalme/([A-Za-z0-9]{1,20})(?=/|$)", canonical="https://paypal.me/{1}", seller="{1}", fold=True,
        examples={"https://www.paypal.com/paypalme/nicebags": "paypal:account:NICEBAGS"},
    ),
    Rule(
        "apple", "app", ("apps.apple.com", "itunes.apple.com"), path=r"/(?:[a-z]{2}/)?app/(?:[^/]+/)?id(\d{6,12})",
        canonical="https://apps.apple.com/app/id{1}", examples={"https://apps.apple.com/de/app/nice-bags/id1234567890?mt=8": "apple:app:1234567890"},
    ),
    Rule(
        "google-play", "app", ("play.google.com",), path=r"/store/apps/details", query=r"id=([A-Za-z][\w.]{2,150})",
        canonical="https://play.google.com/store/apps/details?id={1}",
        examples={"https://play.google.com/store/apps/details?id=com.nice.bags&hl=en": "google-play:app:com.nice.bags"},
    ),
    Rule(
        "xiaohongshu", "post", ("xiaohongshu.com",), path=r"/(?:explore|discovery/item)/([0-9a-f]{24})", canonical="https://www.xiaohongshu.com/explore/{1}",
        examples={"https://www.xiaohongshu.com/discovery/item/64a1b2c3d4e5f60718293a4b?x=1": "xiaohongshu:post:64a1b2c3d4e5f60718293a4b"},
    ),
    Rule(
        "xiaohongshu", "profile", ("xiaohongshu.com",), path=r"/user/profile/([0-9a-f]{24})", canonical="https://www.xiaohongshu.com/user/profile/{1}",
        seller="{1}", examples={"https://www.xiaohongshu.com/user/profile/5a1b2c3d4e5f60718293a4b0": "xiaohongshu:profile:5a1b2c3d4e5f60718293a4b0"},
    ),
    # Albums that replica dealers show their goods in; the dealer is the name before the host.
    Rule(
        "yupoo", "post", ("yupoo.com",), host=r"([a-z0-9-]+)\.(?:x\.)?yupoo\.com", path=r"/albums/(\d{5,12})", id="{1}-{2}",
        canonical="https://{1}.x.yupoo.com/albums/{2}", seller="{1}",
        examples={"https://nicebags.x.yupoo.com/albums/123456789?uid=1": "yupoo:post:nicebags-123456789"},
    ),
    Rule(
        "yupoo", "store", ("yupoo.com",), host=r"([a-z0-9-]+)\.(?:x\.)?yupoo\.com", path=r"/(?:albums/?|categories.*)?$",
        canonical="https://{1}.x.yupoo.com/", seller="{1}", reserved=("www", "x", "photo"),
        examples={"https://nicebags.x.yupoo.com/albums": "yupoo:store:nicebags"}, counter_examples=("https://www.yupoo.com/",),
    ),
    # Shops of marketplaces.
    Rule(
        "taobao", "store", ("taobao.com",), host=r"shop(\d{5,12})\.(?:m\.|world\.)?taobao\.com", canonical="https://shop{1}.taobao.com/", seller="{1}",
        examples={"https://shop123456789.taobao.com/?spm=1": "taobao:store:123456789"},
    ),
    Rule(
        "tmall", "store", ("tmall.com",), host=r"([a-z0-9-]+)\.(?:m\.)?tmall\.com", id="tmall-{1}", canonical="https://{1}.tmall.com/", seller="tmall-{1}",
        reserved=("www", "m", "detail", "list", "chaoshi", "pages", "login", "world", "s"),
        examples={"https://nicebags.tmall.com/shop/view_shop.htm?spm=1": "taobao:store:tmall-nicebags"}, counter_examples=("https://www.tmall.com/",),
    ),
    Rule(
        "1688", "store", ("1688.com",), host=r"([a-z0-9-]+)\.1688\.com", canonical="https://{1}.1688.com/", seller="{1}",
        reserved=("www", "m", "detail", "s", "search", "show", "work", "page", "login"),
        examples={"https://nicebags88.1688.com/page/offerlist.htm": "1688:store:nicebags88"}, counter_examples=("https://s.1688.com/x",),
    ),
    Rule(
        "aliexpress", "store", ("aliexpress.com",), path=r"/store/(?:[a-z-]+/)?(\d{5,12})", canonical="https://www.aliexpress.com/store/{1}", seller="{1}",
        examples={"https://de.aliexpress.com/store/912345678?spm=1": "aliexpress:store:912345678"},
    ),
    Rule(
        "amazon", "store", ("amazon.{tld}",), path=r"/(?:-/[a-z]{2}/)?(?:sp|s|gp/aag/main)", query=r"(?:seller|me|merchant)=(A[0-9A-Z]{9,20})", id="{tld}-{1}",
        canonical="https://www.amazon.{tld}/sp?seller={1}", seller="{1}", fold=True,
        examples={"https://www.amazon.de/sp?ie=UTF8&seller=A1B2C3D4E5F6G7&asin=B01ABCDEFG": "amazon:store:de-A1B2C3D4E5F6G7"},
        counter_examples=("https://www.amazon.de/s?k=bag",),
    ),
    Rule(
        "ebay", "store", ("ebay.{tld}",), path=r"/usr/([\w.!*-]{2,64})", canonical="https://www.ebay.com/usr/{1}", seller="{1}", fold=True,
        examples={"https://www.ebay.co.uk/usr/nice_bags?_trksid=1": "ebay:store:NICE_BAGS"},
    ),
    Rule(
        "ebay", "store", ("ebay.{tld}",), path=r"/str/([\w.-]{2,64})", id="str-{1}", canonical="https://www.ebay.com/str/{1}", seller="str-{1}", fold=True,
        examples={"https://www.ebay.de/str/nicebags": "ebay:store:str-NICEBAGS"},
    ),
    Rule(
        "ebay", "product", ("ebay.{tld}",), path=r"/p/(\d{5,15})", canonical="https://www.ebay.com/p/{1}",
        examples={"https://www.ebay.com/p/123456789?iid=1": "ebay:product:123456789"},
    ),
    Rule(
        "shopee", "store", ("shopee.{tld}",), path=r"/shop/(\d+)", id="{tld}-{1}", canonical="https://shopee.{tld}/shop/{1}", seller="{1}",
        examples={"https://shopee.sg/shop/123456/search?page=1": "shopee:store:sg-123456"},
    ),
    Rule(
        "lazada", "store", ("lazada.{tld}",), path=r"/shop/([\w-]{2,80})", id="{tld}-{1}", canonical="https://www.lazada.{tld}/shop/{1}", seller="{1}", fold=True,
        examples={"https://www.lazada.sg/shop/nice-bags/?spm=1": "lazada:store:sg-NICE-BAGS"},
    ),
    Rule(
        "etsy", "store", ("etsy.com",), path=r"/(?:[a-z]{2}(?:-[a-z]{2})?/)?shop/([A-Za-z0-9]{2,30})", canonical="https://www.etsy.com/shop/{1}", seller="{1}",
        fold=True, examples={"https://www.etsy.com/uk/shop/NiceShop?ref=1": "etsy:store:NICESHOP"},
    ),
    Rule(
        "dhgate", "store", ("dhgate.com",), path=r"/store/(?:[\w-]+/)*(\d{5,12})", canonical="https://www.dhgate.com/store/{1}", seller="{1}",
        examples={"https://www.dhgate.com/store/21234567": "dhgate:store:21234567"},
    ),
    # More marketplaces; the shapes are those of their public pages.
    Rule(
        "alibaba", "item", ("alibaba.com",), path=r"/product-detail/(?:[^/]*_)?(\d{8,16})\.html", canonical="https://www.alibaba.com/product-detail/_{1}.html",
        examples={"https://www.alibaba.com/product-detail/Nice-Bag_1600123456789.html?spm=1": "alibaba:item:1600123456789"},
    ),
    Rule(
        "alibaba", "store", ("alibaba.com",), host=r"([a-z0-9-]{2,60})\.(?:m\.)?en\.alibaba\.com", path=r"/", canonical="https://{1}.en.alibaba.com/", seller="{1}",
        examples={
            "https://nicebags.en.alibaba.com/": "alibaba:store:nicebags",
            "https://nicebags.m.en.alibaba.com/productlist.html": "alibaba:store:nicebags",
        },
        counter_examples=("https://en.alibaba.com/",),
    ),
    Rule(
        "goofish", "item", ("goofish.com", "2.taobao.com"), path=r"/item", query=r"id=(\d{9,14})", canonical="https://www.goofish.com/item?id={1}",
        examples={"https://www.goofish.com/item?spm=1&id=712345678901": "goofish:item:712345678901"},
    ),
    Rule(
        "rakuten", "item", ("item.rakuten.co.jp",), path=r"/([\w-]{2,60})/([\w.-]{1,100})/?$", id="{1}/{2}",
        canonical="https://item.rakuten.co.jp/{1}/{2}/", seller="{1}",
        examples={"https://item.rakuten.co.jp/nice-bags/ab-123/?scid=1": "rakuten:item:nice-bags/ab-123"},
    ),
    Rule(
        "mercari", "item", ("mercari.com",), path=r"/(?:[a-z]{2}/)?(?:item|items)/(m\d{8,14})", canonical="https://jp.mercari.com/item/{1}",
        examples={"https://jp.mercari.com/item/m12345678901": "mercari:item:m12345678901"},
    ),
    Rule(
        "coupang", "item", ("coupang.com",), path=r"/vp/products/(\d{6,14})", canonical="https://www.coupang.com/vp/products/{1}",
        examples={"https://www.coupang.com/vp/products/7123456789?itemId=1": "coupang:item:7123456789"},
    ),
    Rule(
        "tokopedia", "item", ("tokopedia.com",), path=r"/([\w-]{2,60})/([a-z0-9-]{3,200})/?$", id="{1}/{2}", canonical="https://www.tokopedia.com/{1}/{2}",
        seller="{1}", reserved=("p", "search", "discovery", "find", "help", "about", "blog", "promo"),
        examples={"https://www.tokopedia.com/nicebags/tas-kulit-asli?extParam=1": "tokopedia:item:nicebags/tas-kulit-asli"},
        counter_examples=("https://www.tokopedia.com/find/tas-kulit", "https://www.tokopedia.com/nicebags"),
    ),
    Rule(
        "bukalapak", "item", ("bukalapak.com",), path=r"/p/(?:[^/]+/)+([a-z0-9]{4,9})-jual-", canonical="https://www.bukalapak.com/p/x/{1}-jual-",
        examples={"https://www.bukalapak.com/p/fashion/tas/4abc12-jual-tas-kulit?from=1": "bukalapak:item:4abc12"},
    ),
    Rule(
        "flipkart", "item", ("flipkart.com",), path=r"/[^/]+/p/(itm[a-z0-9]{8,20})", canonical="https://www.flipkart.com/x/p/{1}",
        examples={"https://www.flipkart.com/nice-bag/p/itm1a2b3c4d5e6f7?pid=BAG": "flipkart:item:itm1a2b3c4d5e6f7"},
    ),
    Rule(
        "trendyol", "item", ("trendyol.com",), path=r"/.*-p-(\d{5,12})", canonical="https://www.trendyol.com/x/x-p-{1}",
        examples={"https://www.trendyol.com/en/marka/nice-bag-p-712345678?boutiqueId=1": "trendyol:item:712345678"},
    ),
    Rule(
        "allegro", "item", ("allegro.pl", "allegro.cz", "allegro.sk"), path=r"/(?:oferta|nabidka|ponuka)/(?:[^/]*-)?(\d{8,14})/?$",
        canonical="https://allegro.pl/oferta/{1}", examples={"https://allegro.pl/oferta/torebka-skorzana-14123456789?utm_feed=1": "allegro:item:14123456789"},
    ),
    Rule(
        "ozon", "item", ("ozon.ru",), path=r"/product/(?:[^/]*-)?(\d{6,13})/?$", canonical="https://www.ozon.ru/product/{1}/",
        examples={"https://www.ozon.ru/product/sumka-zhenskaya-1234567890/?at=1": "ozon:item:1234567890"},
    ),
    Rule(
        "wildberries", "item", ("wildberries.ru", "wildberries.by"), path=r"/catalog/(\d{5,12})/", canonical="https://www.wildberries.ru/catalog/{1}/detail.aspx",
        examples={"https://www.wildberries.ru/catalog/123456789/detail.aspx?size=1": "wildberries:item:123456789"},
    ),
    Rule(
        "wish", "item", ("wish.com",), path=r"/(?:[a-z-]+/)*(?:product|c)/(?:[^/]*-)?([0-9a-f]{24})", canonical="https://www.wish.com/product/{1}",
        examples={"https://www.wish.com/product/5f1a2b3c4d5e6f7081920a1b?source=1": "wish:item:5f1a2b3c4d5e6f7081920a1b"},
    ),
    Rule(
        "vinted", "item", ("vinted.{tld}",), path=r"/items/(\d{6,13})", canonical="https://www.vinted.com/items/{1}",
        examples={"https://www.vinted.fr/items/4123456789-sac-cuir?referrer=catalog": "vinted:item:4123456789"},
    ),
    Rule(
        "vinted", "profile", ("vinted.{tld}",), path=r"/member/(\d{4,13})", canonical="https://www.vinted.com/member/{1}", seller="{1}",
        examples={"https://www.vinted.de/member/12345678-nicebags": "vinted:profile:12345678"},
    ),
    Rule(
        "depop", "item", ("depop.com",), path=r"/products/([\w-]{5,120})", canonical="https://www.depop.com/products/{1}/",
        examples={"https://www.depop.com/products/nicebags-leather-bag/": "depop:item:nicebags-leather-bag"},
    ),
    Rule(
        "poshmark", "item", ("poshmark.{tld}",), path=r"/listing/(?:[^/]*-)?([0-9a-f]{24})", canonical="https://poshmark.com/listing/{1}",
        examples={"https://poshmark.com/listing/Nice-Bag-5f1a2b3c4d5e6f7081920a1b?utm_source=1": "poshmark:item:5f1a2b3c4d5e6f7081920a1b"},
    ),
    Rule(
        "redbubble", "item", ("redbubble.com",), path=r"/(?:[a-z]{2}/)?i/[^/]+/[^/]+/(\d{5,12})", canonical="https://www.redbubble.com/i/x/x/{1}",
        examples={"https://www.redbubble.com/i/t-shirt/Nice-by-Somebody/123456789.IJ6L0?asc=u": "redbubble:item:123456789"},
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
ALIASES = {"m.tb.cn", "e.tb.cn", "s.click.taobao.com", "a.aliexpress.com", "s.click.aliexpress.com", "amzn.to", "a.co", "amzn.eu", "ebay.us", "fb.me",
           "bit.ly", "t.co", "tinyurl.com", "s.lazada.co.id", "s.shopee.co.id", "shp.ee", "temu.to", "vm.tiktok.com"}  # fmt: skip
# Shopping agents for Chinese marketplaces wrap the address of the goods; the key is that of what is bought. By host, the name of the query
# parameter that holds the whole address; some say the shop's kind and its id instead.
AGENTS = dict.fromkeys(
    ("superbuy.com", "wegobuy.com", "pandabuy.com", "sugargoo.com", "allchinabuy.com", "kakobuy.com", "cssbuy.com", "acbuy.com", "hagobuy.com",
     "cnfans.com", "mulebuy.com", "joyabuy.com", "oopbuy.com", "lovegobuy.com", "ootdbuy.com", "basetao.com", "eastmallbuy.com", "orientdig.com"),
    "url",
)  # fmt: skip
AGENT_SHOPS = {
    "taobao": "https://item.taobao.com/item.htm?id={id}", "tmall": "https://detail.tmall.com/item.htm?id={id}",
    "weidian": "https://weidian.com/item.html?itemID={id}", "1688": "https://detail.1688.com/offer/{id}.html",
    "ali_1688": "https://detail.1688.com/offer/{id}.html",
}  # fmt: skip
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
        "pinterest": "com co.uk de fr es it ca ch at jp com.mx com.au pt se nz ie dk ph nl",
        "vinted": "com fr de it es nl be pl pt lt cz at lu sk hu ro se dk fi gr hr co.uk",
        "poshmark": "com ca com.au in",
    }.items()
}

# The platforms the table above names, as people call them, and the two that no rule is for.
PLATFORMS = {
    "taobao": "Taobao and Tmall", "1688": "1688", "aliexpress": "AliExpress", "amazon": "Amazon", "ebay": "eBay", "shopee": "Shopee",
    "lazada": "Lazada", "shein": "Shein", "etsy": "Etsy", "walmart": "Walmart", "mercadolibre": "Mercado Libre", "temu": "Temu",
    "dhgate": "DHgate", "jd": "JD", "pinduoduo": "Pinduoduo", "weidian": "Weidian", "tiktok": "TikTok",
    "facebook": "Facebook", "instagram": "Instagram", "bazaar": "Bazaar", "bazaar-global": "Bazaar Global",
    "x": "X", "youtube": "YouTube", "pinterest": "Pinterest", "telegram": "Telegram", "whatsapp": "WhatsApp", "paypal": "PayPal",
    "apple": "Apple App Store", "google-play": "Google Play", "xiaohongshu": "Xiaohongshu", "yupoo": "Yupoo", "alibaba": "Alibaba.com",
    "goofish": "Goofish (Xianyu)", "rakuten": "Rakuten", "mercari": "Mercari", "coupang": "Coupang", "tokopedia": "Tokopedia", "bukalapak": "Bukalapak",
    "flipkart": "Flipkart", "trendyol": "Trendyol", "allegro": "Allegro", "ozon": "Ozon", "wildberries": "Wildberries", "wish": "Wish", "vinted": "Vinted",
    "depop": "Depop", "poshmark": "Poshmark", "redbubble": "Redbubble",
    "kiosk": "Kiosk", "web": "The open web", "alias": "Short link",
}  # fmt: skip

# Where a platform offers goods, when that is not everywhere: a right that does not reach there supports no notice to it.
COUNTRIES = {slug: ["CN"] for slug in ("taobao", "1688", "jd", "pinduoduo", "weidian")}
