"""The standard words of a statement of reasons, in English and Chinese. Sources: Regulation (EU) 2022/2065 art. 17(3), 20 and 21."""

from __future__ import annotations

from typing import Any

from enforcement.shapes.rules import CHINESE

# What of the Union's law, or of a law it shares, forbids it, by ground (DSA art. 17(3)(d)).
LAW_UNION = {
    "counterfeit": "Regulation (EU) 2017/1001, art. 9(2)(a); Directive (EU) 2015/2436, art. 10(2)(a)",
    "trademark": "Regulation (EU) 2017/1001, art. 9(2); Directive (EU) 2015/2436, art. 10(2)",
    "copyright": "Directive 2001/29/EC, art. 2 to 4",
    "design": "Regulation (EC) No 6/2002, art. 19; Directive 98/71/EC, art. 12",
    "patent": "the patent law of the territory in which the right is valid",
    "parallel_import": "Regulation (EU) 2017/1001, art. 9 and 15; Directive (EU) 2015/2436, art. 10 and 15",
}
WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "body": """# Statement of reasons {number}

{day}

**To:** {seller}

**From:** {provider}, as the provider of {platform}

**About:** {title}

{address}

## What was decided

{decision}

## Facts

{facts}

## Why it is not allowed

{illegal} {law}

{right}

{clause}

## Automated means

{means}

## How to contest it

{redress}

{own_redress}
""",
        "removed": "The listing was removed on {at}, everywhere and for as long as this decision stands.",
        "disabled": "Access to the listing was disabled on {at} in {where}, for as long as this decision stands.",
        "facts_union": (
            "On {day} we received a notice under art. 16 of Regulation (EU) 2022/2065 by, or on behalf of, the owner of a right, "
            "which says: {ground}. We looked at it and decided as above."
        ),
        "facts": (
            "On {day} we received a notice by, or on behalf of, the owner of a right, which says: {ground}. We looked at it and "
            "decided as above."
        ),
        "reason": "We found: {text}",
        "right": "The right: {right}. Valid in: {where}.",
        "why": {
            "counterfeit": (
                "The item bears a sign that is identical with a registered trade mark, or cannot be told from it in its essential "
                "aspects, for goods for which the mark is registered, without the consent of its owner: it is a counterfeit."
            ),
            "trademark": (
                "The listing uses a registered trade mark, or a sign confusingly like it, for goods or services for which it is "
                "protected, without the consent of its owner."
            ),
            "copyright": (
                "The listing shows or offers a work protected by copyright without the authorisation of the owner of the right or the "
                "law."
            ),
            "design": "The item is made to, or shows, a protected design without the consent of its owner.",
            "patent": "The item uses what a patent protects without the consent of its owner.",
            "parallel_import": (
                "The item was put on the market for the first time outside the territory in which the mark is protected, and is "
                "offered there without the consent of its owner."
            ),
        },
        "clause": "It also goes against our terms: {clause}.",
        "law": "Legal ground: {law}.",
        "means": {
            "": "It is not said yet whether automated means were used.",
            "none": "No automated means were used to find the listing or to decide.",
            "partly": "Automated means helped to decide; a person decided.",
            "fully": "The decision was taken by automated means.",
        },
        "redress_union": (
            "You can complain to us free of charge for six months from this decision, choose a certified body that settles disputes out of court, "
            "or go to court (Regulation (EU) 2022/2065, art. 20 and 21). You can also tell us that the notice is wrong: we forward a "
            "counter-notice to whoever sent it."
        ),
        "redress_china": (
            "You can send us a statement that you infringe nothing, with first evidence: we forward it to whoever sent the notice, and end the "
            "measure where we do not hear within fifteen days that they have gone to the authority or to court (E-Commerce Law, art. 43). You can "
            "also go to court."
        ),
        "redress": (
            "You can ask us to look at the decision again, tell us that the notice is wrong (we forward a counter-notice to whoever sent it), "
            "or go to court."
        ),
        "nobody": "the seller of the listing", "comma": ", ", "day": "j F Y", "instant": "j F Y, H:i e",
    },
    CHINESE: {
        "body": """# 处理理由说明 {number}

{day}

**致：** {seller}

**来自：** {provider}（{platform}的服务提供者）

**涉及：** {title}

{address}

## 处理决定

{decision}

## 事实

{facts}

## 理由

{illegal} {law}

{right}

{clause}

## 自动化手段

{means}

## 申诉途径

{redress}

{own_redress}
""",
        "removed": "该商品信息已于{at}删除，在本决定有效期间适用于所有地区。",
        "disabled": "该商品信息已于{at}在下列地区停止访问：{where}，在本决定有效期间适用。",
        "facts_union": "{day}，我们收到权利人或其代理人依欧盟第2022/2065号条例第16条发出的通知，所称理由：{ground}。经审查，我们作出上述决定。",
        "facts": "{day}，我们收到权利人或其代理人发出的通知，所称理由：{ground}。经审查，我们作出上述决定。",
        "reason": "审查意见：{text}",
        "right": "所涉权利：{right}。有效地域：{where}。",
        "why": {
            "counterfeit": "该商品未经权利人许可，在同一种商品上使用与注册商标相同或在实质上无法区分的标识，属于假冒商品。",
            "trademark": "该商品信息未经权利人许可，在受保护的商品或服务上使用注册商标或容易与之混淆的标识。",
            "copyright": "该商品信息未经权利人许可且无法律依据，展示或提供受著作权保护的作品。",
            "design": "该商品未经权利人许可，采用受保护的外观设计。",
            "patent": "该商品未经权利人许可，使用受专利保护的技术。",
            "parallel_import": "该商品首次投放市场的地点在商标受保护地域之外，未经权利人许可在该地域内销售。",
        },
        "clause": "同时违反平台规则：{clause}。",
        "law": "法律依据：{law}。",
        "means": {
            "": "尚未说明是否使用自动化手段。",
            "none": "发现及决定过程均未使用自动化手段。",
            "partly": "自动化手段仅作辅助，由人工作出决定。",
            "fully": "本决定由自动化手段作出。",
        },
        "redress_union": (
            "您可自本决定之日起六个月内免费向我们投诉，可选择经认证的庭外争议解决机构，也可向法院起诉"
            "（欧盟第2022/2065号条例第20条、第21条）。您还可以提交不侵权声明，我们会转送通知人。"
        ),
        "redress_china": (
            "您可以提交不侵权声明及初步证据，我们会转送通知人；转送到达后十五日内未收到其已投诉或起诉的通知的，"
            "我们将及时终止所采取的措施（《电子商务法》第四十三条）。您也可以向法院起诉。"
        ),
        "redress": "您可以请求我们重新审查、提交不侵权声明（我们会转送通知人），或向法院起诉。",
        "nobody": "该商品信息的卖家", "comma": "、", "day": "Y年n月j日", "instant": "Y年n月j日 H:i e",
    },
}  # fmt: skip
