"""Pure decisions about notices: what may follow what, and what a ground asks for before a notice may be sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from coalition.search.rules import tokens
from enforcement.shapes.rules import Gap

DECIDED_BY_PLATFORM = ("removed", "disabled", "seller_removed", "rejected", "no_action", "gone", "duplicate")
DOWN = ("removed", "disabled")
# After these the same may be asked again, better founded.
ASKS_AGAIN = ("rejected", "no_action")
# A refusal says why by a code, a question asks something.
REFUSED = ("rejected", "no_action")

# From what an item is to what a platform may answer. A corrected decision is a new one, while no dispute has begun.
ANSWERS: dict[str, tuple[str, ...]] = {
    "pending": (*DECIDED_BY_PLATFORM, "clarification"),
    "clarification": (*DECIDED_BY_PLATFORM, "clarification"),
    **dict.fromkeys(DECIDED_BY_PLATFORM, DECIDED_BY_PLATFORM),
    "withdrawn": (),
}

# How a dispute ends, and where that leaves the item. Silence is not standing behind.
ENDINGS = {"stood_behind": "open", "withdrawn": "up", "lapsed": "up"}
# Before whom whoever stands behind a claim must have gone, by the law of the provider's place: (country, ground or "" for all).
COURT, COURT_OR_AUTHORITY = "court", "court_or_authority"
ASKS_FOR_ACTION = {("US", "copyright"): COURT, ("CN", ""): COURT_OR_AUTHORITY}


def action_asked(law: str, ground: str) -> str:
    """Whether the law lets a removal stand only where the claimant has gone to a court, or to an authority; "" where it does not ask.

    Sources: 17 USC 512(g)(2)(C); E-Commerce Law art. 43.
    """
    return ASKS_FOR_ACTION.get((law, ground)) or ASKS_FOR_ACTION.get((law, "")) or ""


def scopes(platform: str, law: str, ground: str) -> list[str]:
    """Whose rule says how long somebody has about an item, the narrowest first: the platform's own, the law of its country
    for such claims, that law in general. `law` is an ISO country.
    """
    return [platform, f"{law}:{ground}", law] if law else [platform]


@dataclass(frozen=True)
class Answer:
    """What a platform answers to an item."""

    outcome: str
    why: str = ""
    reason: str = ""
    # ISO countries in which it was disabled.
    territories: tuple[str, ...] = ()

    @classmethod
    def given(cls, outcome: str, why: str = "", reason: str = "", territories: Iterable[str] = ()) -> Answer:
        """An answer as it came: a refusal that says why in words alone has another reason, in words."""
        reason = reason.strip()
        return cls(outcome, why or ("other" if outcome in REFUSED and reason else ""), reason, tuple(sorted(set(territories))))

    @property
    def missing(self) -> tuple[str, str] | None:
        """The field that lacks something, or says what does not belong there, and what; None where the answer is whole."""
        if self.outcome in REFUSED and not self.why:
            return "why", str(_("Say why by one of the reasons: the rights holder reads it, and it is counted."))
        if self.outcome not in REFUSED and self.why:
            return "why", str(_("Only an item that is rejected, or left, has a reason to choose."))
        if (self.why == "other" or self.outcome == "clarification") and not self.reason:
            return "reason", str(_("Write it: the rights holder reads it."))
        if self.outcome == "disabled" and not self.territories:
            return "territories", str(_("Say in which countries."))
        if self.outcome != "disabled" and self.territories:
            return "territories", str(_("Only an item that is disabled is so in some countries."))
        return None


def may_answer(current: str, answer: str, final: str) -> bool:
    """Whether a platform may give this answer to an item that stands so; not once a dispute has begun."""
    return final == "" and answer in ANSWERS.get(current, ())


@dataclass(frozen=True)
class Check:
    """One thing a ground asks for, whether it is there, and what the answer rests on."""

    id: str
    text: str
    source: str
    passed: bool
    because: str
    # Told and kept, and stopping nothing: only the sender knows whether an item is back.
    is_advice: bool = False
    # What is wrong at which field, where the check looks at several.
    problems: tuple[tuple[str | None, str], ...] = ()

    @property
    def field(self) -> str | None:
        """The field of the notice that it looks at."""
        return {
            "in_force": "right",
            "good_faith": "in_good_faith",
            "items": None,
            "allowed": None,
            "class": None,
            "held": None,
            "takes_notices": None,
            "waits": None,
            "down": None,
            "mandate": None,
            "form": None,
        }.get(self.id, self.id)

    @property
    def is_missing(self) -> bool:
        return not self.passed and not self.is_advice


@dataclass(frozen=True)
class Fault:
    """What speaks against sending one item: which check it fails, and what says so."""

    check: str
    because: str

    @property
    def text(self) -> str:
        return str(ITEM_CHECKS[self.check])


# What is asked of each item by itself.
ITEM_CHECKS = {
    "allowed": _("its seller is on your allow list"),
    "class": _("the mark does not cover goods of its class"),
    "held": _("a case holds it back"),
    "waits": _("it waits in another notice of yours"),
    "down": _("it was taken down already and has not been seen since"),
}


@dataclass(frozen=True)
class Mandate:
    """Whether it is sent under a power of attorney, and whether that holds where the notice goes."""

    is_needed: bool = False
    holds: bool = False
    words: str = ""


@dataclass(frozen=True)
class Claim:
    """What the checklist is judged on: facts alone."""

    ground: str
    right_kind: str = ""
    right_name: str = ""
    right_valid: bool = False
    validity: str = ""
    allowed: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    # What speaks against classes of goods, and of how many items no class is said.
    outside: tuple[str, ...] = ()
    unclassed: int = 0
    waits: tuple[str, ...] = ()
    down: tuple[str, ...] = ()
    items: int = 0
    most_items: int = 300
    takes_notices: bool = True
    statement: str = ""
    signatory: str = ""
    contact: str = ""
    # The law of the provider's place asks for the notifier's e-mail address.
    asks_for_contact: bool = False
    in_good_faith: bool = False
    not_genuine: bool = False
    mandate: Mandate = Mandate()
    # Whether the platform has a form of its own, and what it would refuse of what is said in it.
    has_form: bool = False
    form_gaps: tuple[Gap, ...] = ()


RIGHT_FOR = {
    "counterfeit": ("trademark",),
    "trademark": ("trademark",),
    "copyright": ("copyright",),
    "design": ("design",),
    "patent": ("patent",),
    "parallel_import": ("trademark", "design"),
}
RIGHT_SOURCE = {
    "counterfeit": "TRIPS 51, note 14(a)", "trademark": "TRIPS 16", "copyright": "TRIPS 9", "design": "TRIPS 26", "patent": "TRIPS 28",
    "parallel_import": "TRIPS 6",
}  # fmt: skip


def _of_goods(claim: Claim) -> list[Check]:
    """Whether the mark is registered for such goods: asked where something is called a counterfeit, advised where it is only alike."""
    if claim.right_kind != "trademark":
        return []
    unsaid = ngettext("no class is said of %(n)d item", "no class is said of %(n)d items", claim.unclassed) % {"n": claim.unclassed}
    because = "; ".join([*claim.outside, *([unsaid] if claim.unclassed else [])])
    is_advice = claim.ground != "counterfeit" or not claim.outside
    return [
        Check("class", str(_("The mark is registered for goods of their Nice classes")), "15 USC 1116(d)(1)(B); TRIPS 51, note 14(a)",
              not (claim.outside or claim.unclassed), because[:600] or str(_("it is")), is_advice=is_advice),
    ]  # fmt: skip


def checklist(claim: Claim) -> list[Check]:
    """What the ground asks for. A notice may be sent when nothing is missing.

    Sources: TRIPS, Part II, on which right covers what, wherever it was granted; 17 USC 512(c)(3)(A) for copyright; Regulation (EU) 2022/2065
    art. 16(2); 15 USC 1127 and 1116(d)(1)(B) on what a counterfeit is; E-Commerce Law art. 42 on first evidence.
    """
    # A Chinese character is a word of its own, as for the search.
    words = len(tokens(claim.statement))
    suits = claim.right_kind in RIGHT_FOR.get(claim.ground, ())
    checks = [
        Check("ground", str(_("One ground is chosen")), "DSA 16(2)(a)", bool(claim.ground), claim.ground.replace("_", " ") or str(_("none yet"))),
        Check(
            "right", str(_("The right is of the kind this ground rests on")), RIGHT_SOURCE.get(claim.ground, "TRIPS, Part II"),
            bool(claim.ground) and suits,
            f"{claim.right_kind}: {claim.right_name}" if claim.right_kind else str(_("no right is chosen")),
        ),
        Check(
            "in_force", str(_("The right is valid today where the platform sells")),
            "15 USC 1116(d)(1)(B); TRIPS 51" if claim.ground == "counterfeit" else "TRIPS, Part II",
            bool(claim.right_kind) and claim.right_valid,
            claim.validity or str(_("no right is chosen")),
        ),
        *_of_goods(claim),
        Check("items", str(_("The items are named, by exact address")), "DSA 16(2)(b)", 0 < claim.items <= claim.most_items,
              str(_("%(n)d of at most %(most)d") % {"n": claim.items, "most": claim.most_items})),
        Check("allowed", str(_("None of its sellers is on your allow list")), str(_("your allow list")), not claim.allowed,
              ", ".join(claim.allowed)[:300] or str(_("none is"))),
        Check("held", str(_("No case holds it back: none it comes from, and none of yours with its items, is PAP:RED or PAP:AMBER")),
              "MISP taxonomies, PAP", not claim.held, ", ".join(claim.held)[:300] or str(_("none does"))),
        Check("waits", str(_("None of them waits in another notice of yours")), str(_("the programme’s rules")), not claim.waits,
              ", ".join(claim.waits)[:300] or str(_("none does")), is_advice=True),
        Check("down", str(_("None of them is down already")), str(_("the programme’s rules")), not claim.down,
              ", ".join(claim.down)[:300] or str(_("none is")), is_advice=True),
        Check("statement", str(_("It says why the items infringe, in a sentence at least")), "DSA 16(2)(a)", words >= 5,
              str(ngettext("%(n)d word", "%(n)d words", words) % {"n": words})),
        Check("takes_notices", str(_("The platform takes notices here")), str(_("the coalition’s register")), claim.takes_notices,
              str(_("it is a member")) if claim.takes_notices else str(_("it is not a member yet"))),
        Check("signatory", str(_("Somebody signs")), "17 USC 512(c)(3)(A)(i)" if claim.ground == "copyright" else "DSA 16(2)(c)",
              bool(claim.signatory.strip()), claim.signatory or str(_("nobody yet"))),
        Check("good_faith", str(_("They believe in good faith that it is accurate and complete")),
              "17 USC 512(c)(3)(A)(v)" if claim.ground == "copyright" else "DSA 16(2)(d)", claim.in_good_faith,
              str(_("ticked")) if claim.in_good_faith else str(_("not ticked"))),
    ]  # fmt: skip
    if claim.ground == "copyright" or claim.asks_for_contact:
        checks.append(
            Check(
                "contact", str(_("Whoever signs can be reached: postal address, telephone, e-mail")),
                "17 USC 512(c)(3)(A)(iv)" if claim.ground == "copyright" else "DSA 16(2)(c)", bool(claim.contact.strip()),
                claim.contact or str(_("nothing is said; the platform writes through the portal")), is_advice=claim.ground != "copyright",
            )
        )  # fmt: skip
    if claim.has_form:
        gaps = claim.form_gaps
        checks.append(
            Check(
                "form", str(_("The platform’s own form is filled in as it takes it")), gaps[0].source if gaps else str(_("the platform’s form")),
                not gaps, "; ".join(f"{gap.label}: {gap.because}" for gap in gaps)[:600] or str(_("it is")),
                problems=tuple((f"own_{gap.name}", gap.because) for gap in gaps),
            )
        )  # fmt: skip
    if claim.mandate.is_needed:
        checks.append(Check("mandate", str(_("The agent’s power of attorney holds where the notice goes")),
                            "17 USC 512(c)(3)(A)(vi)" if claim.ground == "copyright" else str(_("the power of attorney")), claim.mandate.holds,
                            claim.mandate.words))  # fmt: skip
    if claim.ground in ("counterfeit", "parallel_import", "copyright"):
        asks = {
            "counterfeit": (_("The goods are not genuine goods sold on (grey goods and resale are another ground)"), "15 USC 1127"),
            "parallel_import": (_("The goods were first sold outside the territory without consent"), "TRIPS 6"),
            "copyright": (_("Fair use and other exceptions were considered"), "17 USC 512(c)(3)(A)(v); Lenz v. Universal"),
        }
        text, source = asks[claim.ground]
        checks.append(Check("not_genuine", str(text), source, claim.not_genuine, str(_("ticked")) if claim.not_genuine else str(_("not ticked"))))
    return checks
