"""What finders share: the context of one document, candidates and groups, and the fit of three figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from audit.records import Figure
from audit.statements import PERIOD, PLAN, Statement

HOLD, CUT, MISS = 0, 1, 2
GRID = "t:grid"  # the one feature of what a table's search has found
SLACK = 1e-9
SURE = 4.0  # log-odds of an error where a bound is broken: at least 49 of 50 such sentences keep theirs


class RuleLike(Protocol):
    """What a finder needs to know of a rule."""

    @property
    def id(self) -> str: ...

    @property
    def finder(self) -> str: ...

    def accepts(self, role: str, statement_role: str) -> bool: ...


@dataclass(slots=True)
class Candidate:
    """A possible claim: terms as (role, figure, sign), the text's features, and how it fits.

    `chance` is how often unrelated figures would fit as well as this claim demands.
    """

    rule: str
    terms: tuple[tuple[str, int, int], ...]
    features: tuple[str, ...]
    outcome: int
    chance: float
    given: float | None = None  # log-odds that come from elsewhere than the text's features
    gap: float = 1.0  # of a miss: how far the sides lie apart, relative to their size
    searched: bool = False  # the best of many: `chance` has paid for the search, and its missing proves nothing
    said: bool = False  # by a formula in words: "12. Deficit (10-1-5)"
    bound: bool = False  # a bound: proposed only where it is broken, so `given` is the log-odds of an error

    @property
    def figures(self) -> frozenset[int]:
        """The figures of all its terms."""
        return frozenset(term[1] for term in self.terms)

    @property
    def prefix(self) -> str:
        """What its features begin with: the kind of candidate, each with a weight of its own."""
        return self.features[0].partition(":")[0]

    @property
    def construction(self) -> tuple[str, ...]:
        """What is alike in all claims that are made in this way: the rule and how its figures stand.

        A finder names that in the first three of its features.
        """
        return (self.rule, *self.features[:3])


@dataclass(slots=True)
class Group:
    """One decision: the head figure, the kind of relation, and its candidates."""

    head: int
    kind: str
    candidates: list[Candidate] = field(default_factory=list)


@dataclass(slots=True)
class Context:
    """All that the finders may look at."""

    rows: Sequence[Statement]
    figures: Sequence[Figure]
    flows: Sequence[Sequence[int]]
    slash: Mapping[int, int]
    rules: Mapping[str, Sequence[RuleLike]]  # by finder
    grids: Sequence[Any] = ()
    back: Mapping[int, int] = field(default_factory=dict)
    misses: bool = False  # whether misses are wanted that could raise no alarm: the learning counts them
    ranks: Mapping[int, int] = field(default_factory=dict)  # a rank, and its number of places or -1
    steps: frozenset[str] = frozenset()  # what a move in a ranking is counted in

    def rule(self, finder: str, role: str, statement_role: str) -> RuleLike | None:
        """The rule of that finder whose `role` takes such a statement."""
        for rule in self.rules.get(finder, ()):
            if rule.accepts(role, statement_role):
                return rule
        return None


def comparable(a: Statement, b: Statement) -> bool:
    """Whether two levels may be added or divided: the same unit, or things that are counted."""
    return a.unit == b.unit


def noun_match(a: Statement, b: Statement) -> str:
    """How the things counted compare: "=" the same, "~" one contains the other, "?" unknown, "!" different."""
    if a.unit or b.unit:
        return "u"
    if not a.noun or not b.noun:
        return "?"
    if a.noun == b.noun:
        return "="
    if a.noun in b.noun or b.noun in a.noun:
        return "~"
    pairs = ((one, other) for one in a.noun.split(", ") for other in b.noun.split(", "))  # "vụ, việc" and "vụ án"
    return "~" if any(one in other or other in one for one, other in pairs) else "!"


def likeness(a: Statement, b: Statement) -> str:
    """How alike the labels of two figures are: 0 nothing shared, to 3 nearly all."""
    if not a.label or not b.label:
        return "?"
    if a.label.isdisjoint(b.label):
        return "0"
    shared = len(a.label & b.label)
    fewer = min(len(a.label), len(b.label))
    if 4 * shared >= 3 * fewer and shared > 1:
        return "3"
    return "2" if 2 * shared >= fewer else "1"


def scope(a: Statement, b: Statement) -> str:
    """How far apart two figures stand: clause, part (between semicolons), sentence, block, elsewhere."""
    if a.clause == b.clause:
        return "c"
    if a.part == b.part:
        return "p"
    if a.sentence == b.sentence:
        return "s"
    if abs(a.sentence - b.sentence) == 1 and a.block == b.block:
        return "n"
    if a.note != b.note:
        return "N"
    return "b" if a.block == b.block else "x"


def growth(current: Statement, previous: Statement, sign: int = 1) -> tuple[float, float]:
    """The bounds in percent of the growth from one level to another, or with a sign of -1 of the fall."""
    low, high = 100.0 * (current.low / previous.high - 1.0), 100.0 * (current.high / previous.low - 1.0)
    return (low, high) if sign > 0 else (-high, -low)


def base_of(row: Statement) -> str:
    return "P" if row.base == PERIOD else "K" if row.base == PLAN else "-"


def basis_of(row: Statement) -> str:
    return "P" if row.basis & PERIOD else "K" if row.basis & PLAN else "-"


def bucket(n: int, most: int = 4) -> str:
    return str(n) if n < most else f"{most}+"


def flag(said: object) -> str:
    """Yes or no."""
    return "1" if said else "0"


def offset(distance: int, before: int, after: int) -> str:
    """A place beside a head, in figures: so many before it or behind it, and beyond that only the side."""
    return str(distance) if -before <= distance <= after else "-far" if distance < 0 else "+far"


def signed(row: Statement, sign: int) -> tuple[float, float]:
    """The bounds of a figure with a sign."""
    return (row.low, row.high) if sign > 0 else (-row.high, -row.low)


def breach(rule: str, kind: str, terms: tuple[tuple[str, int, int], ...], gap: float) -> Group:
    """A bound that is broken where the text is explicit: the first term's figure heads it."""
    candidate = Candidate(rule, terms, (f"v:{kind}",), MISS, 1.0, SURE, gap, bound=True)
    return Group(terms[0][1], kind, [candidate])


def apart(low: float, high: float, other_low: float, other_high: float, size: float) -> float:
    """The distance of two intervals, relative to `size`."""
    return max(0.0, low - other_high, other_low - high) / size if size > 0 else 1.0


def outcome(stated_low: float, stated_high: float, low: float, high: float, cut_high: float = 0.0) -> int:
    """Whether a stated interval and a computed one meet; CUT where they do only if the stated figure was truncated."""
    slack = SLACK * max(abs(stated_high), abs(high), 1e-12)
    if low <= stated_high + slack and high >= stated_low - slack:
        return HOLD
    if cut_high and low < cut_high and high >= stated_high - slack:
        return CUT
    return MISS
