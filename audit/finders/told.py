"""What prose says of a row of a table: "Lending to households, 32.8% of the book, went up by KSh 14.3 billion".

Words bind the figure to the row; which of its columns are meant is tried, and paid for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import permutations
from typing import NamedTuple

from audit.finders._grid import Grid
from audit.finders._rows import NIL
from audit.finders.base import (
    HOLD,
    MISS,
    Candidate,
    Context,
    Group,
    RuleLike,
    apart,
    basis_of,
    bucket,
    comparable,
    flag,
    growth,
    outcome,
)
from audit.statements import BARE, CHANGE, GROWTH, INDEX, LEVEL, POINT, RATIO, SHARE, WHOLE, Statement

FEW = 2  # rows that a word names, at most, if it is to tell them apart
WIDEST = 12  # columns of a table that prose is compared with
USUAL = 20.0  # growth in percent over which the columns of a row are spread, at least


class Line(NamedTuple):
    """A row of a table that words name: its cells, the cells of the total by column, and how well it is named."""

    cells: Sequence[int]
    totals: Sequence[int]
    shared: int
    rows: int


class Fit(NamedTuple):
    """The figures that an identity is tried with, and the interval that they give."""

    terms: tuple[tuple[str, int, int], ...]
    low: float
    high: float


def find(context: Context) -> Iterable[Group]:
    """One group for each percentage or change of the prose whose words name one row of a table."""
    tables = [_Table(context, grid) for grid in context.grids if 1 < grid.width <= WIDEST]
    if not any(table.named for table in tables):
        return
    inside = {k for grid in context.grids for row in grid.rows for k in row.cells}
    for k in (k for flow in context.flows for k in flow if k not in inside):
        head = context.rows[k]
        way = _way(context, head)
        if way is None or head.size <= 0:
            continue
        rule, tried = way
        found = [_best(rule, head, line, list(tried(context, head, line))) for line in _lines(tables, head)]
        candidates = [c for c in found if c is not None and (c.outcome == HOLD or context.misses)]
        if candidates:
            yield Group(k, "told", candidates)


class _Table:
    """The rows of a grid by the words that name few of them."""

    def __init__(self, context: Context, grid: Grid) -> None:
        self.grid = grid
        often = Counter(word for row in grid.rows for word in row.words)
        self.named: dict[str, list[int]] = {}
        for n, row in enumerate(grid.rows):
            for word in row.words:
                if often[word] <= FEW:
                    self.named.setdefault(word, []).append(n)
        self.totals = [_total(context, grid, c) for c in range(grid.width)]

    def line(self, words: Iterable[str]) -> Line | None:
        """The one row that shares most words."""
        shared = Counter(n for word in words for n in self.named.get(word, ()))
        best = shared.most_common(2)
        if not best or (len(best) > 1 and best[0][1] == best[1][1]):
            return None
        n, most = best[0]
        return Line(self.grid.rows[n].cells, self.totals, most, len(self.grid.rows))


def _total(context: Context, grid: Grid, c: int) -> int:
    """The cell of a column that is its total: so named, else the largest."""
    cells = [k for k in grid.column(c) if k != NIL]
    named = [k for k in cells if context.rows[k].cues & WHOLE]
    return named[0] if len(named) == 1 else max(cells, key=lambda k: context.rows[k].size, default=NIL)


def _lines(tables: Iterable[_Table], head: Statement) -> list[Line]:
    """The rows that a figure's own words name, else those of the clauses before."""
    for words in (head.label | head.basis_label, head.beyond):
        lines = [line for table in tables if (line := table.line(words)) is not None]
        if lines:
            most = max(line.shared for line in lines)
            return [line for line in lines if line.shared == most][:FEW]
    return []


_Tried = Callable[[Context, Statement, Line], Iterator[Fit]]


def _way(context: Context, head: Statement) -> tuple[RuleLike, _Tried] | None:
    """The rule that a figure of the prose may obey, and what it is tried with."""
    if head.percent and head.role == GROWTH:
        rule, tried = context.rule("growth", "percent", GROWTH), _growths
    elif head.percent and head.role in (SHARE, RATIO, BARE, INDEX):
        rule, tried = context.rule("quotient", "percent", head.role), _shares
    elif head.role in (CHANGE, POINT):
        rule, tried = context.rule("difference", "change", head.role), _changes
    else:
        return None
    return None if rule is None else (rule, tried)


def _growths(context: Context, head: Statement, line: Line) -> Iterator[Fit]:
    for a, b in _pairs(context, line):
        now, then = context.rows[a], context.rows[b]
        if then.low > 0:
            terms = (("percent", head.figure, head.sign), ("current", a, 1), ("previous", b, 1))
            yield Fit(terms, *growth(now, then, head.sign))


def _shares(context: Context, head: Statement, line: Line) -> Iterator[Fit]:
    for a, b in zip(line.cells, line.totals, strict=True):
        if NIL in (a, b) or a == b:
            continue
        part, whole = context.rows[a], context.rows[b]
        if whole.low > 0 and not part.percent and comparable(part, whole):
            terms = (("percent", head.figure, 1), ("part", a, 1), ("whole", b, 1))
            yield Fit(terms, 100.0 * part.low / whole.high, 100.0 * part.high / whole.low)


def _changes(context: Context, head: Statement, line: Line) -> Iterator[Fit]:
    for a, b in _pairs(context, line, points=head.percent or head.role == POINT):
        now, then = context.rows[a], context.rows[b]
        if head.percent or head.role == POINT or comparable(head, now):
            more, less = (now, then) if head.sign > 0 else (then, now)
            terms = (("change", head.figure, head.sign), ("current", a, 1), ("previous", b, 1))
            yield Fit(terms, more.low - less.high, more.high - less.low)


def _pairs(context: Context, line: Line, points: bool = False) -> Iterator[tuple[int, int]]:
    """Two cells of a row of one kind, in either order."""
    cells = [k for k in line.cells if k != NIL and context.rows[k].percent == points and context.rows[k].role == LEVEL]
    return ((a, b) for a, b in permutations(cells, 2) if comparable(context.rows[a], context.rows[b]))


def _best(rule: RuleLike, head: Statement, line: Line, tried: Sequence[Fit]) -> Candidate | None:
    """What fits, or else comes closest; of equals what stands last in the row."""
    if not tried:
        return None
    gaps = [apart(fit.low, fit.high, head.low, head.high, head.size) for fit in tried]
    at = max(range(len(tried)), key=lambda n: (-gaps[n], tried[n].terms[1][1]))
    fit = tried[at]
    found = outcome(head.low, head.high, fit.low, fit.high)
    width = fit.high - fit.low + head.high - head.low
    room = max(USUAL, head.size) if head.role == GROWTH else head.size
    terms = fit.terms
    current, other = terms[1][1], terms[2][1]
    features = (
        f"told:{head.role[:2]}{flag(head.percent)}", f"told:shared{bucket(line.shared, 3)}",
        f"told:rows{bucket(line.rows.bit_length(), 5)}",
        f"told:last{flag(current == max(k for k in line.cells if k != NIL))}{flag(abs(current - other) == 1)}",
        f"told:order{flag(current > other)}", f"told:b{basis_of(head)}", f"told:depth{bucket(head.depth, 2)}",
    )  # fmt: skip
    chance = 1.0 if found == MISS else min(1.0, len(tried) * width / room)
    return Candidate(rule.id, terms, features, found, chance, gap=gaps[at], searched=True)
