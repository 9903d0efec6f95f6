"""A number times what each one is worth: gifts and their price, averages, area and yield.

Whatever is said of one ("mỗi suất", "bình quân", "tạ/ha") heads a decision: which total, and which number of things.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from audit import periods, units
from audit.finders.base import (
    Candidate,
    Context,
    Group,
    apart,
    bucket,
    flag,
    noun_match,
    offset,
    outcome,
    scope,
)
from audit.statements import EACH, LEVEL, MEAN, WHOLE, Statement

BEFORE, AFTER = 20, 4
MOST = 6  # totals, and numbers of things, that are tried
TOLERANCE = 12.0
WEIGHT, YIELD = "tấn", "tấn/ha"  # the base units of an output and of a yield


def find(context: Context) -> Iterable[Group]:
    """One group for each price, average or yield."""
    product = context.rule("product", "total", LEVEL)
    average = context.rule("average", "average", LEVEL)
    output = context.rule("output", "output", LEVEL)
    for flow in context.flows:
        for at, k in enumerate(flow):
            row = context.rows[k]
            if row.role != LEVEL or row.percent or row.size <= 0:
                continue
            unit = context.figures[k].unit
            if units.base(unit)[0] == YIELD:
                if output is not None:
                    yield from _group(_Output(context, flow, at, output.id))
            elif (row.cues | row.far) & MEAN:
                if average is not None:
                    yield from _group(_Average(context, flow, at, average.id))
            elif product is not None and ((row.cues | row.behind) & EACH or "/" in unit):
                yield from _group(_Product(context, flow, at, product.id))


def beside(flow: Sequence[int], at: int, before: int, after: int) -> list[int]:
    """The figures around a head, the nearest first, and of two that are as near the one before it."""
    back, on = flow[max(0, at - before) : at][::-1], flow[at + 1 : at + 1 + after]
    both = min(len(back), len(on))
    found = [k for pair in zip(back, on, strict=False) for k in pair]
    return [*found, *back[both:], *on[both:]]


def _group(shape: _Shape) -> Iterator[Group]:
    group = Group(shape.head.figure, shape.kind)
    group.candidates.extend(shape.candidates())
    if group.candidates:
        yield group


class _Shape:
    """The figures around one head that may be its total and its number of things."""

    kind, letter = "product", "p"
    rounded = 0.0  # half a unit of the last digit where a stated whole number is rounded all the same

    def __init__(self, context: Context, flow: Sequence[int], at: int, rule: str) -> None:
        self.context, self.rule = context, rule
        self.rows = context.rows
        self.head = head = context.rows[flow[at]]
        near = beside(flow, at, BEFORE, AFTER)
        levels = [k for k in near if not self.rows[k].percent and self.rows[k].role == LEVEL and self.rows[k].size > 0]
        levels = [k for k in levels if abs(self.rows[k].sentence - head.sentence) < 6]
        self.totals = [k for k in levels if self.is_total(self.rows[k])][:MOST]
        self.numbers = [k for k in levels if self.is_number(self.rows[k])][:MOST]
        self.place = {k: i for i, k in enumerate(flow[max(0, at - BEFORE) : at + 1 + AFTER], -min(at, BEFORE))}

    def is_total(self, row: Statement) -> bool:
        return row.unit == self.head.unit and (bool(row.unit) or noun_match(row, self.head) == "=")

    def is_number(self, row: Statement) -> bool:
        return not row.unit and not row.power and bool(row.noun) and row.size > 1

    def terms(self, total: int, number: int) -> tuple[tuple[str, int, int], ...]:
        return ("total", total, 1), ("count", number, 1), ("each", self.head.figure, 1)

    def sides(self, total: Statement, number: Statement) -> tuple[Statement, float, float]:
        """The stated figure, and what is computed for it."""
        return total, number.low * self.head.low, number.high * self.head.high

    def candidates(self) -> Iterator[Candidate]:
        for t in self.totals:
            for n in self.numbers:
                if t == n:
                    continue
                stated, low, high = self.sides(self.rows[t], self.rows[n])
                if stated.size / TOLERANCE < (low + high) / 2 < stated.size * TOLERANCE:
                    yield self._candidate(t, n, stated, low, high)

    def _candidate(self, t: int, n: int, stated: Statement, low: float, high: float) -> Candidate:
        head, total, number, letter = self.head, self.rows[t], self.rows[n], self.letter
        half = 0.0 if stated.step else self.rounded
        fit = outcome(stated.low - half, stated.high + half, low, high)
        width = max(high - low + stated.high - stated.low, stated.step or 1.0)
        per = self.context.figures[head.figure].unit.partition("/")[2]
        named = (
            "="
            if per and per == (number.unit or number.noun)
            else "/"
            if per
            else "w"
            if number.noun.split(" ")[0] in head.label
            else ""
        )
        features = (
            f"{letter}:t{self._near(t)}", f"{letter}:n{self._near(n)}",
            f"{letter}:rank{self.totals.index(t)}{self.numbers.index(n)}", f"{letter}:st{scope(head, total)}",
            f"{letter}:sn{scope(head, number)}", f"{letter}:named{named}",
            f"{letter}:w{flag((total.cues | total.far) & WHOLE)}{'<' if self.place[t] < self.place[n] else '>'}",
            f"{letter}:p{periods.match(head.period, total.period)}{periods.match(head.period, number.period)}",
            f"{letter}:b{flag(total.base > 0)}{flag(number.base > 0)}{flag(head.base > 0)}",
            f"{letter}:d{bucket(head.depth, 2)}{bucket(total.depth, 2)}{bucket(number.depth, 2)}",
        )  # fmt: skip
        gap = apart(low, high, stated.low, stated.high, stated.size)
        return Candidate(self.rule, self.terms(t, n), features, fit, min(1.0, width / stated.size), gap=gap)

    def _near(self, k: int) -> str:
        return offset(self.place[k], 4, 3)


class _Product(_Shape):
    """ "240 suất, mỗi suất 750.000 đồng, tổng 180 triệu"."""


class _Average(_Shape):
    """ "1.840 hộ đăng ký 5.152 triệu đồng, bình quân 2,8 triệu đồng một hộ"."""

    kind, letter = "average", "a"
    rounded = 0.5  # "14 em một lớp": the average of counts is no count

    def is_number(self, row: Statement) -> bool:
        return (
            row.size > 1
            and (row.unit, row.noun) != (self.head.unit, self.head.noun)
            and row.unit != (self.head.unit or "?")
        )

    def terms(self, total: int, number: int) -> tuple[tuple[str, int, int], ...]:
        return ("average", self.head.figure, 1), ("total", total, 1), ("count", number, 1)

    def sides(self, total: Statement, number: Statement) -> tuple[Statement, float, float]:
        return self.head, total.low / max(number.high, 1e-9), total.high / max(number.low, 1e-9)


class _Output(_Shape):
    """ "640 ha ngô, năng suất 47,5 tạ/ha, sản lượng 3.040 tấn"."""

    kind, letter = "output", "o"

    def is_total(self, row: Statement) -> bool:
        return units.base(self.context.figures[row.figure].unit)[0] == WEIGHT

    def is_number(self, row: Statement) -> bool:
        return row.unit == "ha"

    def terms(self, total: int, number: int) -> tuple[tuple[str, int, int], ...]:
        return ("output", total, 1), ("area", number, 1), ("yields", self.head.figure, 1)

    def sides(self, total: Statement, number: Statement) -> tuple[Statement, float, float]:
        figures = self.context.figures
        power = units.base(figures[self.head.figure].unit)[1] - units.base(figures[total.figure].unit)[1]
        return total, number.low * self.head.low * 10.0**power, number.high * self.head.high * 10.0**power
