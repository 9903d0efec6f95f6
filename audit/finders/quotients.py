"""What is said of one, of a hundred thousand, or as so many times another, where the two levels stand anywhere near.

"Korea won 1.19 million CGT (27 ships) … Per ship that is 44,000 CGT": a word says that the head is a quotient, and
nothing says of what. Every two levels of the neighbourhood are tried, the best pair is proposed, and its chance pays
for all that came near. What stands closer is proposed elsewhere: only heads that nothing fits are looked at here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from audit import units
from audit.finders._sought import AFTER, BEFORE, SPAN, Quotient, Sought, Terms, paid, significant
from audit.finders.base import (
    HOLD,
    MISS,
    Candidate,
    Context,
    Group,
    apart,
    bucket,
    noun_match,
    offset,
    outcome,
    scope,
)
from audit.finders.products import beside
from audit.statements import AND, DAY, EACH, FACTOR, LEVEL, MEAN, MONTH, PER, YEAR, Statement

FEW = 4  # so few things are shared out in one sentence, or they fit by chance: "156 … 3 … 52 on average"
SAID = EACH | MEAN | PER
WORDS = SAID | YEAR
NEXT = 3  # figures between an amount a year and the same a month
BASES = frozenset(10**n for n in range(2, 7))  # of rates


def follow(context: Context, groups: Sequence[Group]) -> Iterable[Group]:
    """One group for each quotient by its words for which nothing fits so far."""
    shapes: list[Sought] = [_Rate(context), _Times(context), _Stretch(context), _Average(context)]
    shapes = [shape for shape in shapes if shape.known()]
    if not shapes:
        return
    fitted = {group.head for group in groups if any(c.outcome == HOLD for c in group.candidates)}
    for flow in context.flows:
        last = False
        for at, k in enumerate(flow):
            row = context.rows[k]
            last = _is_said(context, flow, at, last)
            if not last or row.percent or row.size <= 0 or k in fitted or row.role not in (LEVEL, FACTOR):
                continue
            for shape in shapes:
                how = shape.said(flow, at)
                found = list(shape.group(flow, at, how)) if how else []
                yield from found
                if any(group.candidates[0].outcome == HOLD for group in found):
                    break


def _is_said(context: Context, flow: Sequence[int], at: int, last: bool) -> bool:
    """Whether anything says that a figure is a quotient, or that it goes on with the `last` one, which is."""
    row = context.rows[flow[at]]
    if (row.cues | row.far | row.behind) & WORDS or row.role == FACTOR or "/" in context.figures[row.figure].unit:
        return True
    if last and (row.linked or row.cues & AND):
        return True
    return at + 1 < len(flow) and context.rows[flow[at + 1]].size in BASES


def _bases(context: Context) -> Mapping[str, tuple[str, float]]:
    """The unit in which each unit of a document is reckoned, and how many of them it is."""
    known = {unit: units.base(unit) for unit in {row.unit for row in context.rows}}
    return {unit: (base, 10.0**power) for unit, (base, power) in known.items()}


class _Average(Quotient):
    """ "A total of 412,505 spectators saw the 17 home games, an average of 24,265"."""

    prefix, kind, rounded = "mean", "mean", 0.5

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.rule = context.rule("average", "average", LEVEL)
        self.bases = _bases(context)

    def known(self) -> bool:
        return self.rule is not None

    def said(self, flow: Sequence[int], at: int) -> str:
        row = self.rows[flow[at]]
        if row.role != LEVEL or (row.cues & PER and row.size in BASES):
            return ""
        own, per = row.cues | row.behind, "/" if "/" in self.context.figures[row.figure].unit else ""
        if own & SAID or per:
            return f"{'m' if own & MEAN else ''}{'p' if own & PER else ''}{per}"
        if row.far & MEAN:
            return "f"
        last = self.rows[flow[at - 1]] if at else row
        on = (row.linked and not row.cues & ~AND) or bool(row.cues & AND)
        same = last.sentence == row.sentence and (last.unit, last.noun) == (row.unit, row.noun)
        if on and same and last.role == LEVEL and at and self.said(flow, at - 1):
            return "i"  # "per ship 44,000 for Korea and 21,000 for China"
        return ""

    def size(self, row: Statement) -> float:
        return self.bases[row.unit][1]

    def above(self, head: Statement, row: Statement) -> bool:
        return self.bases[row.unit][0] == self.bases[head.unit][0]

    def below(self, head: Statement, row: Statement) -> bool:
        few = FEW if row.sentence != head.sentence else 1
        if row.size <= few or units.is_money(row.unit):
            return False
        return not row.unit or self.bases[row.unit][0] != self.bases[head.unit][0]

    def pair(self, head: Statement, above: Statement, below: Statement) -> bool:
        return bool(above.unit or above.noun != below.noun or not above.noun)

    def claim(self, head: Statement, above: int, below: int) -> tuple[str, Terms]:
        assert self.rule is not None
        return self.rule.id, (("average", head.figure, 1), ("total", above, 1), ("count", below, 1))


class _Rate(Quotient):
    """ "5.6 deaths per 100,000 inhabitants": 537 deaths, a population of 9.6 million."""

    prefix, kind, alarms = "rate", "rate", True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        found = {base: context.rule("rate", "rate", f"per {base}") for base in BASES}
        self.rule = {base: rule.id for base, rule in found.items() if rule is not None}
        self.base = 1

    def known(self) -> bool:
        return bool(self.rule)

    def said(self, flow: Sequence[int], at: int) -> str:
        row = self.rows[flow[at]]
        if at + 1 == len(flow) or row.role != LEVEL or row.unit:
            return ""
        base, rate = self.rows[flow[at + 1]], self.context.figures[row.figure]
        figure = self.context.figures[base.figure]
        if base.clause != row.clause or not figure.noun or base.unit or round(base.size) not in self.rule:
            return ""
        self.base = round(base.size)
        self.skip = base.figure
        if figure.quantity_start <= rate.quantity_end + 1:
            return "/"
        if figure.hedge == "above" and rate.decimals:  # "5,6 ca trên 100.000 dân"
            return "h"
        return "p" if base.cues & PER else ""

    def factor(self, head: Statement) -> float:
        return float(self.base)

    def above(self, head: Statement, row: Statement) -> bool:
        return row.unit == head.unit and row.figure != self.skip

    def below(self, head: Statement, row: Statement) -> bool:
        return not row.unit and row.size >= 10 and row.figure != self.skip

    def claim(self, head: Statement, above: int, below: int) -> tuple[str, Terms]:
        return self.rule[self.base], (("rate", head.figure, 1), ("events", above, 1), ("population", below, 1))


class _Times(Quotient):
    """ "912,000 on a goal of 30,000, or 30 times as much"."""

    prefix, reach, kind, alarms = "times", 1, "times", True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.rule = context.rule("growth", "times", FACTOR)

    def known(self) -> bool:
        return self.rule is not None

    def said(self, flow: Sequence[int], at: int) -> str:
        row = self.rows[flow[at]]
        return "x" if row.role == FACTOR and row.size > 1 else ""

    def above(self, head: Statement, row: Statement) -> bool:
        return True

    def below(self, head: Statement, row: Statement) -> bool:
        return True

    def pair(self, head: Statement, above: Statement, below: Statement) -> bool:
        if max(above.sentence, below.sentence) > head.sentence or above.size <= below.size:
            return False
        if above.unit != below.unit:  # "912,000 dollars on a goal of 30,000"
            return not above.noun and not below.noun and not (above.unit and below.unit)
        return noun_match(above, below) != "!"

    def claim(self, head: Statement, above: int, below: int) -> tuple[str, Terms]:
        assert self.rule is not None
        return self.rule.id, (("times", head.figure, 1), ("current", above, 1), ("previous", below, 1))


class _Stretch(Sought):
    """ "1.236,6 tấn/ngày, tương đương 451.000 tấn/năm": twelve months, or 365 days, are a year."""

    prefix, kind, reach = "year", "year", 2
    LENGTHS = (12, 365)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        found = {n: context.rule("year", "year", f"of {n}") for n in self.LENGTHS}
        self.rule = {n: rule.id for n, rule in found.items() if rule is not None}

    def known(self) -> bool:
        return bool(self.rule)

    def said(self, flow: Sequence[int], at: int) -> str:
        row = self.rows[flow[at]]
        if row.role != LEVEL:
            return ""
        if (row.cues | row.behind) & YEAR:
            return "y"
        span = self._span(row)
        near = (self.rows[k] for k in flow[max(0, at - NEXT) : at + 1 + NEXT])
        spans = {self._span(other) for other in near if other.sentence == row.sentence} if span else set()
        return "/" if spans - {span, ""} else ""

    def _span(self, row: Statement) -> str:
        return self.context.figures[row.figure].unit.partition("/")[2]

    def group(self, flow: Sequence[int], at: int, how: str) -> Iterator[Group]:
        head = self.rows[flow[at]]
        found = []
        levels = [k for k in beside(flow, at, BEFORE, AFTER) if self.is_level(head, self.rows[k])]
        for rank, k in enumerate(levels):
            row = self.rows[k]
            if units.base(row.unit)[0] != units.base(head.unit)[0] or row.size <= 0:
                continue
            for length in self._lengths(head, row, how):
                scale = length * 10.0 ** (units.base(row.unit)[1] - units.base(head.unit)[1])
                low, high = row.low * scale, row.high * scale
                if low < head.size * SPAN and high > head.size / SPAN:
                    fit = outcome(head.low, head.high, low, high)
                    found.append((int(fit == MISS), rank, k, length, low, high, fit))
        if found:
            yield self._best(head, how, levels, min(found), len(found))

    def _lengths(self, head: Statement, row: Statement, how: str) -> Iterator[int]:
        """By how much a figure beside a yearly one may be multiplied, by what is said of it."""
        said = row.cues | row.behind
        spans = self._span(head), self._span(row)
        for length, bit in zip(self.LENGTHS, (MONTH, DAY), strict=True):
            named = how == "y" and said & bit and not said & YEAR
            spelled = all(spans) and spans[0] != spans[1] and row.sentence == head.sentence
            if length in self.rule and (named or spelled):
                yield length

    def _best(
        self,
        head: Statement,
        how: str,
        levels: Sequence[int],
        best: tuple[int, int, int, int, float, float, int],
        tried: int,
    ) -> Group:
        _, rank, k, length, low, high, fit = best
        row = self.rows[k]
        features = (
            f"year:how{how}", f"year:s{scope(head, row)}", f"year:k{bucket(rank, 3)}",
            f"year:at{offset(k - head.figure, 3, 2)}", f"year:of{length}", f"year:n{noun_match(head, row)}",
        )  # fmt: skip
        least = 1.0 / significant(self.context.figures[head.figure])
        width = max((head.high - head.low + high - low) / head.size, least)
        chance = paid(width, tried)
        terms = ("year", head.figure, 1), ("each", k, 1)
        gap = apart(low, high, head.low, head.high, head.size)
        searched = tried != 1 or row.sentence != head.sentence
        candidate = Candidate(self.rule[length], terms, features, fit, chance, gap=gap, searched=searched)
        return Group(head.figure, self.kind, [candidate])
