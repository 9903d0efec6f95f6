"""Whether a miss is a wrong figure or a wrong binding: the evidence, in bits, for an alarm.

A small logistic model over what the text says, how near the sides miss each other, the slip that would mend it, how the
same construction fared elsewhere in the document, and whether another miss asks for the same change. Its weights are
learned by `benchmarks/learn.py`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from audit.finders.base import MISS, Candidate, Group
from audit.records import HOLDS, Claim, Figure
from audit.slips import mends, needs
from audit.slots import Slots
from audit.statements import LEVEL, Statement

if TYPE_CHECKING:
    from audit.evidence import Evidence
    from audit.rulebook import Rulebook

ALARM = 0.36  # the probability of a real error from which a reviewer is told
LEAST_TEXT = 0.05  # a miss that the text makes less likely is not looked at
LIKELY = 0.3  # a miss that the text makes so likely counts against its construction
NEAR = 0.03  # the relative gap at which a miss says nothing either way
MOST_TEXT, MOST_SLIP, MOST_AGREEMENT = 8.0, 7.0, 8.0  # bits
MOST_GRID = 2.0  # of a table: its rows may all be bound wrongly together
REREAD = 0.5  # what holds under another reading is told where the text makes it so likely
TRIES = 3  # misses of a group that are looked at


@dataclass(slots=True)
class Decision:
    """A candidate with its share of its group's evidence; `text` is its probability by text alone."""

    group: Group
    candidate: Candidate
    share: float
    text: float


@dataclass(slots=True)
class Miss:
    """A miss, settled; `features` of the alarm model are empty where it holds after all, under another reading.

    `needs` are the values, by figure, that would make it hold: (low, high), as printed and before the scale word.
    """

    decision: Decision
    claim: Claim
    features: dict[str, float]
    needs: dict[int, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wish:
    """What something that does not hold asks of its figures, and how likely the text makes it."""

    figures: frozenset[int]
    needs: Mapping[int, tuple[float, float]]
    text: float


class Judge(Protocol):
    """What this module needs to know of a binder."""

    known: Evidence
    rulebook: Rulebook
    figures: Sequence[Figure]
    rows: Sequence[Statement]

    def settled(self, candidate: Candidate) -> Claim: ...

    def binding(self, candidate: Candidate) -> str: ...


class Alarms:
    """The misses of one document with their evidence; those that could not reach `least` are left out.

    A figure that is printed otherwise elsewhere (`broken`) may be the wrong one in the sums that it stands in, too.
    """

    def __init__(self, judge: Judge, slots: Slots, least: float, broken: Iterable[Claim]) -> None:
        self.judge, self.slots, self.least = judge, slots, least
        self.known, self.rows, self.figures = judge.known, judge.rows, judge.figures
        self.printed = _by_figure(Wish(frozenset(claim.figures), self._needs(claim), claim.bits) for claim in broken)

    @cached_property
    def _kinds(self) -> Mapping[tuple[str, str], Sequence[Statement]]:
        """The figures of one unit and noun."""
        kinds: defaultdict[tuple[str, str], list[Statement]] = defaultdict(list)
        for row in self.rows:
            kinds[row.unit, row.noun].append(row)
        return kinds

    def misses(self, groups: Iterable[Sequence[Decision]]) -> list[Miss]:
        """Up to three misses a group, settled, with the features of the alarm model."""
        found = [miss for group in groups for miss in self._of_group(group)]
        wishes = [Wish(frozenset(miss.claim.figures), miss.needs, miss.decision.text) for miss in found]
        asked = _by_figure(wishes)
        for miss, wish in zip(found, wishes, strict=True):
            if not miss.features:
                continue
            elsewhere = self._agreement(wish, self.printed)
            miss.features["agreement"] = max(elsewhere, self._agreement(wish, asked))
            if elsewhere:
                miss.features["slip"] = max(miss.features["slip"], min(MOST_SLIP, elsewhere))
                miss.features["no slip"] = 0.0
        return found

    def _needs(self, claim: Claim) -> dict[int, tuple[float, float]]:
        wanted = needs(self.judge.rulebook[claim.rule], claim.terms, self.figures)
        return {need.figure: (need.low, need.high) for need in wanted}

    def _of_group(self, decisions: Sequence[Decision]) -> Iterator[Miss]:
        likely = sorted(
            (d for d in decisions if d.candidate.outcome == MISS and not d.candidate.searched), key=lambda d: -d.text
        )[:TRIES]
        if not likely or likely[0].text < LEAST_TEXT:
            return
        rival = sum(d.share for d in decisions if d.candidate.outcome != MISS)
        none = max(1e-3, 1.0 - sum(d.text for d in decisions))
        for decision in likely:
            candidate = decision.candidate
            if decision.text < LEAST_TEXT or not self.slots.free(candidate.terms, said=candidate.said):
                continue
            features = self._features(decision, rival, none)
            best = {"slip": MOST_SLIP}
            if not self.printed.keys().isdisjoint(candidate.figures):
                best["agreement"] = MOST_AGREEMENT
            promising = self.known.alarm(features | best) >= self.least
            if not promising and decision.text < REREAD:
                continue
            claim = self.judge.settled(candidate)
            if claim.verdict in HOLDS:
                yield Miss(decision, claim, {})
            elif claim.verdict == "discrepant" and promising and not self._keeps_bound(claim):
                echo = self._echo(claim)
                if echo is None:
                    continue
                rule = self.judge.rulebook[claim.rule]
                wanted = list(needs(rule, claim.terms, self.figures))
                found = mends(rule, claim.terms, self.figures, wanted=wanted)
                if any(mend.kind == "sign" and not self._has_sign(mend.figure) for mend in found):
                    continue  # the figures do agree: 27 + 13 = 14 + 26, and none of them is wrong
                slip = max(found[0].bits if found else 0.0, echo)
                features |= {"no slip": 0.0 if found or slip else 1.0, "slip": slip}
                yield Miss(decision, claim, features, {need.figure: (need.low, need.high) for need in wanted})

    def _has_sign(self, number: int) -> bool:
        """Whether a figure may have lost or won a sign: one is printed, or a word says which way it goes."""
        return self.rows[number].role != LEVEL or not self.figures[number].printed[:1].isdigit()

    def _features(self, decision: Decision, rival: float, none: float) -> dict[str, float]:
        """What speaks for a misprint, before slips are tried: the text, a small gap, how this construction fared here.

        `rival` is the share of the candidates of its group that hold, `none` the text's probability for none of them.
        Half of the real errors miss by little, evenly over the orders of magnitude; a wrong binding misses by anything.
        What misses again and again in one document is bound wrongly there.
        """
        candidate = decision.candidate
        complete = self._is_complete(candidate)
        text = MOST_TEXT if complete else _odds(decision, none)
        head, figures = decision.group.head, candidate.figures
        held, missed = self.slots.record(candidate.construction, head, figures)
        kin, strays = self.slots.record((candidate.rule, self.judge.binding(candidate)), head, figures)
        return {
            "one": 1.0,
            "text": text,
            "text likely": max(0.0, text - 1.0),
            "text unlikely": min(0.0, text + 1.0),
            "near": _near(candidate.gap),
            "kind " + decision.group.kind.split("@")[0].split(":")[0]: 1.0,
            "construction": math.log2((1 + held) / (1 + missed)),
            "doubt": 0.0 if complete else max(0.0, strays - kin / 4),
            "rival": rival,
        }

    def _is_complete(self, candidate: Candidate) -> bool:
        """Whether a parallel list of the same sentence closes, so that this one is complete, too."""
        role, head, _ = candidate.terms[0]
        if role != "whole" or self.judge.binding(candidate) != "explicit":
            return False
        return self.slots.closes_beside(head, [t[1] for t in candidate.terms[1:]])

    def _keeps_bound(self, claim: Claim) -> bool:
        """Whether the stated figure is a bound that is kept, if loosely: "quá 50% (28/29 phiếu)"."""
        stated = self.figures[claim.terms[0].figure]
        if claim.computed_low is None or claim.computed_high is None or claim.terms[0].sign < 0 or stated.negative:
            return False
        value = Fraction(stated.mantissa, 10**stated.decimals)
        above, below = claim.computed_low > value, claim.computed_high < value
        return (stated.hedge == "above" and above) or (stated.hedge == "below" and below)

    def _echo(self, claim: Claim) -> float | None:
        """Bits for the computed value to stand elsewhere in the document, of the same thing: there it was right.

        None where the very figures of this claim give that value in a claim that holds: they are not about this one.
        """
        stated = self.figures[claim.terms[0].figure]
        if stated.kind == "percent" or claim.computed_low is None or claim.computed_low != claim.computed_high:
            return 0.0
        row = self.rows[stated.id]
        wanted = abs(float(claim.computed_low)) * 10.0**stated.scale
        own = set(claim.figures)
        like = [r for r in self._kinds[row.unit, row.noun] if r.figure not in own]
        echoes = [r.figure for r in like if r.size == wanted]
        if any(frozenset(own - {stated.id} | {k}) in self.slots.sets for k in echoes):
            return None
        return max(0.0, min(MOST_SLIP, math.log2(wanted / len(like)))) if echoes and wanted >= 100 else 0.0

    def _agreement(self, wish: Wish, needing: Mapping[int, Sequence[Wish]]) -> float:
        """Bits for another to be mended by the same change of the one figure that both share.

        Two wrong bindings ask for the same value about as often as a random value falls into both intervals.
        """
        best = 0.0
        for number, other in ((k, rival) for k in wish.needs for rival in needing.get(k, ())):
            if (
                other is wish
                or len(wish.needs.keys() & other.needs.keys()) != 1
                or len(wish.figures & other.figures) != 1
            ):
                continue
            (low, high), (other_low, other_high) = wish.needs[number], other.needs[number]
            if low > other_high or other_low > high:
                continue
            width = high - low + other_high - other_low + 10.0 ** -self.figures[number].decimals
            size = abs(low + high) / 2
            if size > width:
                best = max(best, math.log2(size / width) + math.log2(other.text))
        return min(MOST_AGREEMENT, best)


def _by_figure(wishes: Iterable[Wish]) -> Mapping[int, Sequence[Wish]]:
    found: defaultdict[int, list[Wish]] = defaultdict(list)
    for wish in wishes:
        for number in wish.needs:
            found[number].append(wish)
    return found


def _odds(decision: Decision, none: float) -> float:
    """The text's odds for a candidate against none of its group, in bits."""
    most = MOST_TEXT if decision.candidate.given is None else MOST_GRID
    return min(most, math.log2(decision.text / none))


def _near(gap: float) -> float:
    """Bits for a miss to be a small one."""
    return max(-1.0, min(6.0, math.log2(NEAR / gap))) if gap > 0 else 6.0
