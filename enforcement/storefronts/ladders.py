"""Sellers beside their platform's ladder: how many strikes count, what they have come to, and what was not done yet.

A platform's own people read it of all notices to it; a rights holder of its own notices' strikes alone. Storefronts that the reader's organisation
judged to be one seller are one, so a judgement, and its taking back, changes what follows at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.access.viewer import Viewer
from enforcement.market.linking import linked, same_sellers
from enforcement.market.models import Platform, SellerLink
from enforcement.storefronts import rules
from enforcement.storefronts.models import Act, Appeal, LadderStep, ladder_of

Kind = Act.Kind


@dataclass
class Seller:
    """One seller, by the storefronts that are judged to be it, beside the ladder of its platform: read once every act is added."""

    keys: set[str]
    steps: list[rules.Step]
    on: date
    name: str = ""
    offences: list[rules.Offence] = field(default_factory=list)
    done: list[rules.Done] = field(default_factory=list)
    appealed: int = 0
    named_key: str = ""

    def add(self, act) -> None:
        """An act, or its facts as a named row."""
        if act.seller_name and not self.name:
            self.name, self.named_key = act.seller_name, act.seller_key
        if act.kind == Kind.STRIKE and act.notice_id:
            self.offences.append(rules.Offence(act.notice_id, act.seller_key, act.on, act.ends_on))
        elif act.kind in rules.GRAVITY:
            self.done.append(rules.Done(act.seller_key, act.kind, act.on, act.ends_on))

    @cached_property
    def days(self) -> list[date]:
        return rules.counting(self.offences, self.on)

    @property
    def strikes(self) -> int:
        return len(self.days)

    @cached_property
    def owed(self) -> rules.Owed | None:
        return rules.owed(self.offences, self.steps, self.done, self.on)

    @cached_property
    def reached(self) -> rules.Step | None:
        found = rules.reached(self.offences, self.steps, self.on)
        return found[0] if found else None

    @cached_property
    def following(self) -> rules.Step | None:
        return rules.following(self.offences, self.steps, self.on)

    @property
    def runs_out(self) -> date | None:
        """The first day on which one of its strikes counts no more: of a notice against several shops, its last."""
        last: dict[int, date] = {}
        for one in self.offences:
            if one.counts(self.on):
                last[one.notice] = max(one.ends_on or date.max, last.get(one.notice, date.min))
        return min((day for day in last.values() if day < date.max), default=None)

    @property
    def first_key(self) -> str:
        """The storefront that is shown for all of them."""
        return self.named_key or min(self.keys)

    @property
    def shown(self) -> str:
        return self.name or self.first_key


def in_words(step: rules.Step | LadderStep) -> str:
    """What happens at a step."""
    kind = str(LadderStep.Kind(step.kind).label)
    if step.days:
        return ngettext("%(what)s for a day", "%(what)s for %(n)d days", step.days) % {"what": kind, "n": step.days}
    return kind


def seller_of(keys: Iterable[str], platform: Platform, viewer: Viewer) -> Seller:
    """One seller, of these storefronts, as far as a viewer may know."""
    found = Seller(set(keys), [row.step for row in ladder_of(platform)], timezone.localdate())
    acts = Act.objects.visible_to(viewer).standing().filter(seller_key__in=found.keys, platform__slug=platform.slug)
    for act in acts.order_by("on", "pk"):
        found.add(act)
    return found


def shops_of(seller_key: str, viewer: Viewer) -> set[str]:
    """The storefronts that a viewer's organisation judged to be one seller with this one, and it."""
    return {seller_key, *(shop.key for shop in linked(seller_key, viewer) if shop.steps)}


def repeat_infringers(platform: Platform, viewer: Viewer) -> list[Seller]:
    """Of a platform, as its own people read it: every seller with strikes that count, who is owed something first, then by strikes."""
    today = timezone.localdate()
    steps = [row.step for row in ladder_of(platform)]
    visible = Act.objects.visible_to(viewer).standing().filter(platform=platform)
    # Facts alone: there are as many as a platform has ever noted.
    acts = list(visible.order_by("on", "pk").values_list("pk", "seller_key", "seller_name", "kind", "notice_id", "on", "ends_on", named=True))
    appealed = set(Appeal.objects.visible_to(viewer).open().filter(act__platform=platform).values_list("act", flat=True)) if acts else set()
    stands_for = same_sellers({act.seller_key for act in acts}, viewer)
    sellers: dict[str, Seller] = {}
    for act in acts:
        seller = sellers.setdefault(stands_for[act.seller_key], Seller(set(), steps, today))
        seller.keys.add(act.seller_key)
        seller.add(act)
        seller.appealed += act.pk in appealed and act.kind == Kind.STRIKE and (act.ends_on is None or today < act.ends_on)
    struck = [seller for seller in sellers.values() if seller.strikes]
    return sorted(struck, key=lambda seller: (seller.owed is None, -seller.strikes, seller.shown.lower()))


def recounted(judged: SellerLink, viewer: Viewer) -> str:
    """After a judgement of two storefronts of a platform of one's own: what their strikes come to now, in words; nothing where none counts."""
    platform = Platform.objects.filter(slug=judged.one.partition(":")[0], organisation=viewer.organisation_id).first()
    if platform is None or judged.other.partition(":")[0] != platform.slug or not viewer.may("answer_notice"):
        return ""
    parts = []
    for key in (judged.one, judged.other):
        seller = seller_of(shops_of(key, viewer), platform, viewer)
        if seller.strikes:
            parts.append(told_of(seller))
        if judged.other in seller.keys:
            # They are one seller: it is said once.
            break
    return " ".join(parts)


def told_of(seller: Seller) -> str:
    """How many strikes of a seller count and what they come to, in a sentence."""
    said = ngettext("%(who)s has one strike that counts.", "%(who)s has %(n)d strikes that count.", seller.strikes) % {
        "who": seller.shown, "n": seller.strikes,
    }  # fmt: skip
    if owed := seller.owed:
        return said + " " + _("Your ladder says: %(what)s.") % {"what": in_words(owed.step)}
    return said
