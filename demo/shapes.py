"""The demo's forms of platforms: Bazaar asks what a large marketplace's own report form asks, Kiosk words its notices itself."""

from coalition.access.viewer import as_viewer
from demo.times import ago
from enforcement.market.models import Platform
from enforcement.shapes import actions, rules

CODES = """1.1 | item is counterfeit | 商品系假冒 | counterfeit
2.1 | listing uses a trademark unlawfully | 商品信息非法使用商标 | trademark
3.2 | item infringes a copyright | 商品侵犯著作权 | copyright
4.1 | listing copies a text | 商品信息抄袭文字 | copyright
4.2 | listing copies a picture | 商品信息盗用图片 | copyright
9037 | unlawful importation | 非法进口 | parallel_import
9048 | item infringes a patent | 商品侵犯专利权 | patent
9052 | other | 其他"""
RULE = "Bazaar’s report form, as of 2026-01"


def tell(viewers):
    """Fields with codes, limits and conditions as a large marketplace has them; what only some grounds need."""
    keeper = viewers["admin@coalition.example"]
    with ago(days=150), as_viewer(keeper):
        bazaar = Platform.objects.get(slug="bazaar")
        grounds = ["counterfeit", "trademark", "copyright", "design", "patent", "parallel_import"]
        more = {"by": keeper, "source": RULE}
        actions.ask_for(
            bazaar, name="code", label="Reason code", label_zh="理由代码", kind="choice", options=rules.read_options(CODES, grounds), **more
        )
        actions.ask_for(
            bazaar,
            name="message",
            label="Message to the seller",
            label_zh="致卖家的信息",
            kind="text",
            most=1000,
            hint="The seller reads it.",
            **more,
        )
        actions.ask_for(
            bazaar, name="detail", label="Details", label_zh="详细说明", kind="text", most=1000, needed_with="code", needed_codes=["9052"], **more
        )
        actions.ask_for(
            bazaar, name="patent", label="Patent number", label_zh="专利号", kind="number", most=15, grounds=["patent"], is_needed=True, **more
        )
        actions.ask_for(
            bazaar, name="countries", label="Countries of unlawful importation", label_zh="非法进口国家", kind="countries",
            grounds=["parallel_import"], is_needed=True, **more,
        )  # fmt: skip
        actions.ask_for(bazaar, name="copy", label="Send a copy to the owner of the right", label_zh="抄送权利人", kind="tick", **more)
        actions.give_reasons(
            bazaar, means="partly", by=keeper,
            clauses={"counterfeit": "Prohibited goods, 2.1: no counterfeits", "trademark": "Listings, 4.2: others’ marks", "copyright": "Listings, 4.3"},
        )  # fmt: skip
        actions.link_policy(bazaar, title="Intellectual property policy", address="https://bazaar.example/rules/intellectual-property", by=keeper)
        actions.link_policy(bazaar, title="Repeat infringers and penalties", address="https://bazaar.example/rules/penalties", by=keeper)
