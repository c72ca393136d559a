"""The standard words of a notice as a letter, in English and Chinese, and what it declares by the law it follows."""

from __future__ import annotations

from enforcement.shapes.rules import CHINESE

# Whose law the words follow: the DSA in the Union, the DMCA for copyright in the United States, the E-Commerce Law in China.
UNION = {
    "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK",
    "SI", "ES", "SE",
}  # fmt: skip
DMCA, DSA, ECL, GENERAL = "17 USC 512(c)(3)", "Regulation (EU) 2022/2065, art. 16", "E-Commerce Law of the People’s Republic of China, art. 42", ""


def law_followed(country: str, ground: str) -> str:
    """The provision whose elements a letter to a provider of this country states; none in general. No claim but one of copyright is put under
    the DMCA (17 USC 512(c)(3)(A)(i): an exclusive right that is allegedly infringed, under title 17).
    """
    if country == "US":
        return DMCA if ground == "copyright" else GENERAL
    return ECL if country == "CN" else DSA if country in UNION else GENERAL


GROUNDS_ZH = {
    "counterfeit": "假冒商品", "trademark": "商品信息侵犯商标权", "copyright": "侵犯著作权", "design": "侵犯外观设计专利权", "patent": "侵犯专利权",
    "parallel_import": "未经许可的平行进口",
}  # fmt: skip
# What a letter declares, by the law it follows: each statement with the element that asks for it. Notices were signed under these: a change is a
# new edition beside them, for notices that are sent from then on.
DECLARATIONS = {
    DMCA: {
        "en": [
            "The work and the material that infringes it are named below, by exact address (ii, iii).",
            "The signatory believes in good faith that the owner, its agent or the law did not authorise the use; fair use was considered (v).",
            "This notice is accurate and, under penalty of perjury, the signatory is authorised to act for the owner of the right (vi).",
        ],
        CHINESE: [
            "被侵权作品及侵权内容的具体网址列于下文（第 (ii)、(iii) 项）。",
            "签署人善意相信，对上述内容的使用未经权利人、其代理人或法律许可；已考虑合理使用（第 (v) 项）。",
            "本通知内容准确；签署人有权代表权利人行事，如有虚假愿承担伪证责任（第 (vi) 项）。",
        ],
    },
    DSA: {
        "en": [
            "Why the items are illegal content is said above, and their exact locations are named below (2(a), 2(b)).",
            "The notifier is named above and can be written to through the portal (2(c)).",
            "The signatory believes in good faith that this notice is accurate and complete (2(d)).",
        ],
        CHINESE: [
            "上文说明了内容违法的理由，下文列明其确切位置（第 2 款 (a)、(b) 项）。",
            "通知人姓名如上，可通过本平台联系（第 2 款 (c) 项）。",
            "签署人善意相信本通知准确、完整（第 2 款 (d) 项）。",
        ],
    },
    ECL: {
        "en": [
            "The right and the first evidence of its infringement are set out in this notice.",
            "The platform is asked to delete, block or disconnect the items or end transactions promptly, and to forward this notice to the sellers.",
            "The signatory knows that a wrong notice that harms a seller makes liable, and one made in bad faith for double the loss.",
        ],
        CHINESE: [
            "本通知载明权利及构成侵权的初步证据。",
            "请平台及时采取删除、屏蔽、断开链接、终止交易和服务等必要措施，并将本通知转送平台内经营者。",
            "签署人知悉：因通知错误造成平台内经营者损害的，依法承担民事责任；恶意发出错误通知的，加倍承担赔偿责任。",
        ],
    },
    GENERAL: {
        "en": ["The signatory believes in good faith that this notice is accurate and complete, and may act for the owner of the right."],
        CHINESE: ["签署人善意相信本通知准确、完整，并有权代表权利人行事。"],
    },
}  # fmt: skip
LAWS_ZH = {DMCA: "《美国法典》第17编第512条(c)款(3)项", DSA: "欧盟第2022/2065号条例第16条", ECL: "《中华人民共和国电子商务法》第四十二条"}
WORDS = {
    "en": {
        "standard": """# Notice {reference} to {platform}

{day}

**To:** {recipient}, as the provider of {platform}

**Owner of the right:** {principal}

**Sent by:** {sender}

**Handed in by:** {submitter}

**Against:** the sellers named with the items below

## What is claimed

**Ground:** {ground}

**Right:** {right}

**Valid in:** {where}

{statement}

## In your own form

{form}

## Declarations {law}

{declarations}

Signed: **{signatory}** {contact}

## The items

{items}
""",
        "address": "Address", "title": "Title", "seller": "Seller", "field": "Field", "says": "Says", "itself": "{who}, the owner itself",
        "none": "–",
        "translated": "Translated by {who}; the original binds:", "nothing": "Nothing is asked for beside this.", "tick": "yes",
        "comma": ", ", "day": "j F Y",
        "draft": "not sent yet",
    },
    CHINESE: {
        "standard": """# 致{platform}的侵权通知 {reference}

{day}

**收件人：** {recipient}（{platform}的服务提供者）

**权利人：** {principal}

**发件人：** {sender}

**提交人：** {submitter}

**被通知人：** 下列商品所列卖家

## 权利主张

**理由：** {ground}

**权利：** {right}

**有效地域：** {where}

{statement}

## 平台表单

{form}

## 声明 {law}

{declarations}

签署人：**{signatory}** {contact}

## 涉嫌侵权的商品

{items}
""",
        "address": "网址", "title": "标题", "seller": "卖家", "field": "栏目", "says": "内容", "itself": "{who}（权利人本人）", "none": "–",
        "translated": "由{who}翻译，以原文为准：", "nothing": "无其他要求。", "tick": "是", "comma": "、", "day": "Y年n月j日", "draft": "尚未发送",
    },
}  # fmt: skip
