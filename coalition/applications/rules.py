"""Pure decisions about applications: what is asked of whom, what may follow what, and what a committee has decided."""

from __future__ import annotations

from dataclasses import dataclass

# What an applicant is asked, page by page, by the kind of category. Each name is a form in `forms.STEPS`.
STEPS = {
    "brand": ("organisation", "parent", "brands", "papers", "revenue", "conflicts", "sponsors", "contacts", "tier", "signatory"),
    "platform": ("organisation", "parent", "services", "papers", "revenue", "conflicts", "sponsors", "contacts", "tier", "signatory"),
    "professional": ("organisation", "practice", "papers", "conflicts", "sponsors", "contacts", "tier", "signatory"),
    "association": ("organisation", "represents", "papers", "conflicts", "sponsors", "contacts", "tier", "signatory"),
    "partner": ("organisation", "mandate", "papers", "contacts", "tier", "signatory"),
}

# How many files an applicant may keep with its application.
MOST_PAPERS = 20
# And how many in all, those taken off again among them.
MOST_PAPERS_EVER = 40

# From a state to those that may follow. An applicant may withdraw until there is a decision.
FOLLOWS: dict[str, tuple[str, ...]] = {
    "draft": ("submitted", "withdrawn"),
    "submitted": ("asked", "vetting", "declined", "withdrawn"),
    "asked": ("submitted", "withdrawn", "declined"),
    "vetting": ("asked", "objections", "declined", "withdrawn"),
    "objections": ("review", "withdrawn"),
    "review": ("vetting", "committee", "withdrawn"),
    "committee": ("approved", "declined", "rejected", "withdrawn"),
    "approved": ("active", "withdrawn"),
    "declined": ("appealed",),
    # An appeal that is admitted goes before the committee, or to the vetting it never had.
    "appealed": ("committee", "vetting", "rejected"),
    "active": (),
    "rejected": (),
    "withdrawn": (),
}
ENDED = ("active", "rejected", "withdrawn")
# What staff must have looked at before members are asked for objections.
CHECKS = ("registry", "sanctions", "adverse_media", "conflicts", "rights")
CHECKS_FOR = {"partner": ("registry", "conflicts"), "professional": ("registry", "sanctions", "adverse_media", "conflicts")}
SPONSORS_NEEDED = {"partner": 0}
SPONSORS = 2
FOR, AGAINST, ABSTAIN, RECUSED = "for", "against", "abstain", "recused"


def may_follow(now: str, then: str) -> bool:
    return then in FOLLOWS.get(now, ())


def checks_for(kind: str) -> tuple[str, ...]:
    return CHECKS_FOR.get(kind, CHECKS)


def sponsors_needed(kind: str) -> int:
    """Usually two members in good standing; a government partner needs none."""
    return SPONSORS_NEEDED.get(kind, SPONSORS)


@dataclass(frozen=True)
class Count:
    """Where a committee's vote stands."""

    entitled: int
    votes_for: int
    votes_against: int
    cast: int

    @property
    def quorum(self) -> int:
        """More than half of those who are not recused."""
        return self.entitled // 2 + 1

    @property
    def has_quorum(self) -> bool:
        return self.entitled > 0 and self.cast >= self.quorum

    @property
    def is_decided(self) -> bool:
        """Once there is a quorum and the votes still out cannot change the outcome."""
        still_out = self.entitled - self.cast
        return self.has_quorum and (
            still_out == 0 or self.votes_for - self.votes_against > still_out or self.votes_against - self.votes_for >= still_out
        )

    @property
    def approves(self) -> bool:
        """A simple majority of the votes for and against; abstaining counts for the quorum alone, and a tie does not approve."""
        return self.is_decided and self.votes_for > self.votes_against


def count(members: int, choices: list[str]) -> Count:
    """Count a committee of `members` who have chosen so. Recused members are no part of the quorum."""
    recused = choices.count(RECUSED)
    return Count(
        entitled=members - recused,
        votes_for=choices.count(FOR),
        votes_against=choices.count(AGAINST),
        cast=len(choices) - recused,
    )
