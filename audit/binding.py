"""Evidence, in bits: the one place where it is decided what a figure is bound to, and what raises an alarm.

Of each group (one head, one kind of relation) at most one candidate is right. What the text says is a log-linear model
over few features; what the numbers say is the chance of so good a fit. With `e` the share of printed relations that are
wrong, a candidate c of text probability p(c) has the weight

    p(c) * (1 - e) / chance(c)   if it holds,     p(c) * e   if it does not,     p(none) * 1   for no candidate at all.

A holding candidate is bound when its share of that sum is large enough. Whether a miss is a wrong figure or a wrong
binding is a second, small model (`alarms.py`). All weights are learned from unlabelled reports and open labels by
`benchmarks/learn.py`; nobody types them.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from audit.alarms import ALARM, LEAST_TEXT, LIKELY, REREAD, Alarms, Decision, Miss
from audit.evidence import Evidence, evidence, likelihood, logistic
from audit.finders.base import GRID, HOLD, MISS, Candidate, Group
from audit.parallels import interleaved
from audit.records import HOLDS, Claim, Figure, Term
from audit.rulebook import Rulebook
from audit.settle import settle
from audit.slots import Slots
from audit.statements import Statement

VERIFY = 0.55  # the share of its group's evidence that a holding candidate must have
PROVEN = 2.0**-12  # a sum that chance would fit no oftener stands for itself, whatever else its figures add up to
CROSSED = 0.9  # the share of a sum that may have one part in common with another


def weigh(group: Group, known: Evidence) -> list[Decision]:
    """The candidates of a group, heaviest first; none where nothing fits and the text makes nothing likely."""
    scores = [known.score(c) for c in group.candidates]
    top = max(0.0, *scores)
    exps = [math.exp(s - top) for s in scores]
    none = math.exp(-top)
    total = none + sum(exps)
    if max(exps) < LEAST_TEXT * total and all(c.outcome == MISS for c in group.candidates):
        return []
    weights = [x / total * math.exp(likelihood(c)) for x, c in zip(exps, group.candidates, strict=True)]
    everything = sum(weights) + none / total
    decisions = [
        Decision(group, c, w / everything, x / total) for c, w, x in zip(group.candidates, weights, exps, strict=True)
    ]
    decisions.sort(key=lambda d: -d.share)
    return decisions


def bind(
    groups: Iterable[Group], rulebook: Rulebook, figures: Sequence[Figure], rows: Sequence[Statement]
) -> list[Claim]:
    """The claims that are decided: those that hold, and the misses whose evidence is strong enough to alarm."""
    return Binder(rulebook, figures, rows).bind(groups)


def holding(groups: Iterable[Group], known: Evidence) -> tuple[list[Decision], list[list[Decision]]]:
    """Decisions that hold, most certain first and no figure twice in one slot; and the open groups, for alarms."""
    sure: list[Decision] = []
    others: list[list[Decision]] = []
    for group in groups:
        if group.candidates[0].bound:
            continue
        decisions = weigh(group, known)
        if not decisions:
            continue
        best = decisions[0]
        others_too = [d for d in decisions[1:] if _is_proven(d)]  # a total may be parted in two ways
        bound = best.candidate.outcome != MISS and (best.share >= VERIFY or _of_figures(decisions) >= VERIFY)
        if bound or (others_too and _is_proven(best)):
            sure += [best, *others_too]
        elif not all(candidate.searched for candidate in group.candidates):
            others.append(decisions)
    fitting = [group for group in others if group[0].candidate.outcome != MISS]
    beside = interleaved(fitting)
    sure += beside
    rescued = {id(d.group) for d in beside}
    sure = _uncontested(sure, others)
    sure.sort(key=lambda d: (_is_wide(d.group), -d.share, len(d.candidate.terms)))
    return _compatible(sure), [group for group in others if id(group[0].group) not in rescued]


def _is_proven(decision: Decision) -> bool:
    """Whether a sum stands for itself: it holds, and chance would hardly fit it."""
    candidate = decision.candidate
    return candidate.outcome == HOLD and candidate.chance <= PROVEN and candidate.terms[-1][0] == "parts"


def _is_wide(group: Group) -> bool:
    """Whether its sum was found by its numbers alone: it gives way to what the text ties, and a miss says nothing."""
    return group.kind.startswith("wide")


def _uncontested(sure: list[Decision], others: Iterable[Sequence[Decision]]) -> list[Decision]:
    """Without sums found by their numbers whose parts the text likely ties to another total: that one may be wrong."""
    if not any(_is_wide(decision.group) for decision in sure):
        return sure
    likely = (d.candidate for group in others for d in group if d.candidate.outcome == MISS and d.text >= LIKELY)
    lists = {frozenset(t[1] for t in candidate.terms[1:]) for candidate in likely}
    return [d for d in sure if not _is_wide(d.group) or frozenset(t[1] for t in d.candidate.terms[1:]) not in lists]


def _of_figures(decisions: Sequence[Decision]) -> float:
    """The share of all that hold and tie the figures of the best: of a doubled level, growth and change are one."""
    figures = decisions[0].candidate.figures
    return sum(d.share for d in decisions if d.candidate.outcome != MISS and d.candidate.figures == figures)


def _compatible(decisions: Sequence[Decision]) -> list[Decision]:
    """No set of figures twice; no figure a part of two totals, but for what is proven and for rows and columns; nothing
    implied of what the text tells outright."""
    seen: set[frozenset[int]] = set()
    lists: defaultdict[int, list[int]] = defaultdict(list)  # by part, the numbers of the sums that take it
    told = {decision.group.head for decision in decisions if decision.group.kind in ("percent", "balance")}
    kept = []
    for decision in decisions:
        if decision.group.kind in ("implied:base", "implied:balance") and decision.group.head in told:
            continue
        terms = decision.candidate.terms
        figures = decision.candidate.figures
        grid = decision.candidate.given is not None
        free = grid or decision.group.kind == "subtotal"  # the parts of a subtotal are parts of the whole, too
        members = [] if free else [t[1] for t in terms if t[0] == "parts"]
        proven = decision.candidate.chance <= PROVEN
        if figures in seen or not (proven or _may_stand_beside(decision, members, lists)):
            continue
        seen.add(figures)
        kept.append(decision)
        for member in members:
            lists[member].append(len(kept))
    return kept


def _may_stand_beside(decision: Decision, members: Iterable[int], lists: Mapping[int, Sequence[int]]) -> bool:
    """Whether a sum takes no part of another's, or, where it is likely, one of each: rows and columns told in words."""
    shared = Counter(number for member in members for number in lists.get(member, ()))
    return not shared or (decision.share >= CROSSED and max(shared.values()) == 1)


class Binder:
    """Binds the groups of one document."""

    def __init__(self, rulebook: Rulebook, figures: Sequence[Figure], rows: Sequence[Statement]) -> None:
        self.rulebook, self.figures, self.rows = rulebook, figures, rows
        self.known = evidence()

    def bind(self, groups: Iterable[Group]) -> list[Claim]:
        """Holding claims first, then the misses that are likely enough to be wrong figures."""
        groups = list(groups)
        sure, others = holding(groups, self.known)
        slots = self.slots(sure, others)
        broken = self.broken(groups)
        found = [*self._told(self.misses(others, slots, ALARM, broken)), *((claim, False) for claim in broken)]
        for claim, said in sorted(found, key=lambda told: -told[0].bits):
            if slots.free([(t.role, t.figure, t.sign) for t in claim.terms], said=said):
                slots.add(claim)
        return slots.claims

    def slots(self, sure: Iterable[Decision], others: Iterable[Sequence[Decision]]) -> Slots:
        """The decisions that hold, settled exactly, the slots that they fill, and how each construction fared."""
        slots = Slots()
        for decision in sure:
            claim = self.settled(decision.candidate)
            if claim.verdict in HOLDS:
                slots.add(claim, searched=decision.candidate.searched)
                slots.held[decision.candidate.construction] += 1
                slots.held[claim.rule, claim.binding] += 1
        for group in others:
            likeliest = max(group, key=lambda d: d.text)
            candidate = likeliest.candidate
            if candidate.outcome == MISS and likeliest.text >= LIKELY and not candidate.searched:
                for way in (candidate.construction, (candidate.rule, self.binding(candidate))):
                    slots.miss(way, likeliest.group.head, candidate.figures)
        return slots

    def misses(
        self, others: Iterable[Sequence[Decision]], slots: Slots, least: float, broken: Iterable[Claim]
    ) -> list[Miss]:
        """The misses of the open groups that could be real errors with a probability of `least`, corroborated."""
        return Alarms(self, slots, least, broken).misses(others)

    def binding(self, candidate: Candidate) -> str:
        """explicit: one sentence holds all terms; nearby: one paragraph; layout: a table; labelled: elsewhere."""
        if candidate.features[0] == GRID:
            return "layout"
        rows = [self.rows[term[1]] for term in candidate.terms]
        if len({row.sentence for row in rows}) == 1:
            return "explicit"
        return "nearby" if len({row.block for row in rows}) == 1 else "labelled"

    def settled(self, candidate: Candidate) -> Claim:
        """The claim that a candidate makes, settled exactly."""
        positions: dict[str, int] = {}
        terms = []
        for role, figure, sign in candidate.terms:
            position = positions.get(role, 0)
            positions[role] = position + 1
            terms.append(Term(role, figure, position, sign))
        claim = Claim(0, candidate.rule, tuple(terms), self.binding(candidate))
        return settle(self.rulebook[candidate.rule], claim.terms, self.figures).into(claim)

    def _told(self, misses: Iterable[Miss]) -> list[tuple[Claim, bool]]:
        """Of each group the likeliest miss, if it is likely enough to be a wrong figure and not a wrong binding; and
        whether a formula in words ties it.

        What holds after all, under an innocent reading, is told where the text makes it likely.
        """
        told: list[tuple[Claim, bool]] = []
        best: dict[int, tuple[Claim, bool]] = {}
        for miss in misses:
            claim, said = miss.claim, miss.decision.candidate.said
            if claim.verdict in HOLDS:
                if miss.decision.text >= REREAD:
                    told.append((claim, said))
                continue
            claim.bits = self.known.alarm(miss.features)
            group = id(miss.decision.group)
            if claim.bits >= ALARM and (group not in best or claim.bits > best[group][0].bits):
                best[group] = claim, said
        return told + list(best.values())

    def broken(self, groups: Iterable[Group]) -> list[Claim]:
        """Bounds that are broken: there is nothing to weigh, for they are proposed only where the text is explicit."""
        found = []
        for candidate in (c for group in groups if group.candidates[0].bound for c in group.candidates):
            claim = self.settled(candidate)
            if claim.verdict == "discrepant" and candidate.given is not None:
                claim.bits = logistic(candidate.given)
                found.append(claim)
        return found
