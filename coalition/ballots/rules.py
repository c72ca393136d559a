"""Pure decisions about ballots: who won, whether enough took part, what a choice may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

MOTION, ELECTION = "motion", "election"
FOR, AGAINST = "for", "against"
SIMPLE, TWO_THIRDS = "simple", "two_thirds"
NEEDED = {SIMPLE: Fraction(1, 2), TWO_THIRDS: Fraction(2, 3)}


@dataclass(frozen=True)
class Outcome:
    """A ballot counted. `entitled` are the electors without those who stand aside."""

    entitled: int
    cast: int
    abstained: int
    quorum: int
    by_option: dict[str, int]
    has_quorum: bool
    # What is carried, or who is elected; empty where nothing is.
    winners: list[str]
    # Options that share the last place with more than there are places: the chair's rule decides, not the portal.
    tied: list[str]


def quorum_of(entitled: int, percent: int) -> int:
    """How many must take part: the percentage of those entitled, rounded up, and never nobody."""
    return max(1, -(-entitled * percent // 100))


def valid_choice(chosen: Sequence[str], options: Sequence[str], places: int) -> bool:
    """A choice is nothing (abstaining), or up to `places` of the options, each once."""
    return len(set(chosen)) == len(chosen) <= places and set(chosen) <= set(options)


def count(choices: Sequence[Sequence[str]], *, options: Sequence[str], entitled: int, percent: int, kind: str, majority: str, places: int) -> Outcome:
    """Count a ballot. Abstaining counts for the quorum alone. A motion needs more than the majority's share of the votes for and against (for
    two thirds: at least that share); an election gives the places to those with most votes, and a tie at the last place to nobody.
    """
    by_option = {option: sum(option in chosen for chosen in choices) for option in options}
    cast, abstained = len(choices), sum(not chosen for chosen in choices)
    quorum = quorum_of(entitled, percent)
    has_quorum = entitled > 0 and cast >= quorum
    winners: list[str] = []
    tied: list[str] = []
    if has_quorum and kind == MOTION:
        said = by_option[FOR] + by_option[AGAINST]
        share = Fraction(by_option[FOR], said) if said else Fraction(0)
        if said and (share >= NEEDED[majority] if majority == TWO_THIRDS else share > NEEDED[majority]):
            winners = [FOR]
    elif has_quorum:
        ranked = sorted((option for option in options if by_option[option]), key=lambda option: -by_option[option])
        if len(ranked) > places and by_option[ranked[places - 1]] == by_option[ranked[places]]:
            last = by_option[ranked[places]]
            tied = [option for option in ranked if by_option[option] == last]
        winners = [option for option in ranked[:places] if option not in tied]
    return Outcome(entitled, cast, abstained, quorum, by_option, has_quorum, winners, tied)
