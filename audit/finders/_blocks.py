"""A block of shares, indices or growth below a block of values with the same labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from audit.finders._grid import Grid
from audit.finders._sheet import Place, Roles, Schema, Sheet, fitted, sheet
from audit.finders.base import Context

Good = Callable[[Schema | None, float], bool]
Pairs = list[tuple[int, int]]


SHARE: Roles = ("share", "part", "whole")
BACK = 4  # tables above that may hold the values


def blocks(
    context: Context, grid: Grid, rows: Sheet, rules: Mapping[str, str], share: str, good: Good
) -> Iterator[Schema]:
    """Schemas between this grid's lower rows and its upper ones, or those of the grids above it."""
    first = grid.rows[0].line
    others = [g for g in context.grids if g is not grid and g.region <= grid.region and g.rows[0].line < first]
    uppers = [(grid, rows), *((other, sheet(context, other)) for other in others[-BACK:])]
    for upper, above in uppers:
        for pairs in _paired(grid, upper):
            if len(pairs) >= 2:
                block = _Block(rows, above, grid, upper, pairs, good)
                if share:
                    yield from block.shares(share)
                yield from block.changes(rules)


def _paired(lower: Grid, upper: Grid) -> Iterator[Pairs]:
    """Stretches of rows (lower, upper) that are labelled alike, parted where the upper labels begin anew."""
    by_key: dict[str, list[int]] = {}
    for i, row in enumerate(upper.rows):
        if row.match:
            by_key.setdefault(row.match, []).append(i)
    offsets: dict[int, Pairs] = {}
    for a, row in enumerate(lower.rows):
        same = by_key.get(row.match, ())
        for b in same if len(same) < 9 else ():
            if upper.rows[b].line < row.line:
                offsets.setdefault(a - b if lower is upper else 0, []).append((a, b))
    for some in offsets.values():
        out: list[Pairs] = []
        seen: set[str] = set()
        for a, b in sorted(some):
            if not out or upper.rows[b].match in seen:
                out.append([])
                seen = set()
            seen.add(upper.rows[b].match)
            out[-1].append((a, b))
        yield from out


class _Block:
    def __init__(self, lower: Sheet, upper: Sheet, grid: Grid, above: Grid, pairs: Pairs, good: Good) -> None:
        self.good, self.upper = good, upper
        self.width, self.top_width, self.top = lower.width, upper.width, upper.lines
        self.sheet = lower if lower is upper else _stacked(upper, lower)
        shift = 0 if lower is upper else upper.lines
        self.pairs = [(a + shift, b) for a, b in pairs]
        self.loose = any(grid.rows[a].loose for a, _ in pairs)
        self.year = {b: above.rows[b].year for _, b in pairs}

    def _fit(
        self, rule: str, roles: Roles, places: Iterable[tuple[Place, Place, Place]], tries: float
    ) -> Schema | None:
        found = (self.sheet.percent(roles, *three) for three in places)
        schema = fitted(rule, [x for x in found if x is not None])
        return schema if schema is not None and len(schema.instances) > 1 and self.good(schema, tries) else None

    def shares(self, rule: str) -> Iterator[Schema]:
        """Shares in a row near the head of the upper block, or in one of its columns."""
        if self.loose or self.width != self.top_width:
            return
        cells = [(a, b, c) for a, b in self.pairs for c in range(self.width)]
        first = min(b for _, b in self.pairs)
        tried = [
            self._fit(rule, SHARE, [((a, c), (b, c), (t, c)) for a, b, c in cells if b != t], 16.0)
            for t in range(max(0, first - 3), min(first + 4, self.top))
        ]
        tried += [
            self._fit(rule, SHARE, [((a, c), (b, c), (b, t)) for a, b, c in cells if c != t], 16.0)
            for t in range(self.top_width)
        ]
        best = max((s for s in tried if s is not None), key=lambda s: s.bits(), default=None)
        if best is not None:
            yield best

    def changes(self, rules: Mapping[str, str]) -> Iterator[Schema]:
        """Index or growth, from year to year down the rows, or from column to column."""
        for finder, roles in (
            ("quotient-base", ("index", "current", "previous")),
            ("growth", ("growth", "current", "previous")),
        ):
            if finder in rules:
                yield from self._yearly(rules[finder], roles)
                yield from self._across(rules[finder], roles)

    def _yearly(self, rule: str, roles: Roles) -> Iterator[Schema]:
        rows = {year: b for b, year in self.year.items() if year is not None}
        pairs = [(a, b, rows[y - 1]) for a, b in self.pairs if (y := self.year[b]) is not None and y - 1 in rows]
        if not pairs:
            return
        together = self.width == self.top_width and not self.loose
        all_columns = [[(c, c) for c in range(self.width)]] if together else []
        each = [[(c, d)] for c in range(min(self.width, 12)) for d in range(min(self.top_width, 12))]
        for columns in all_columns or each:
            places = [((a, c), (b, d), (p, d)) for a, b, p in pairs for c, d in columns]
            schema = self._fit(rule, roles, places, 4.0 if together else 4.0 * len(each))
            if schema is not None:
                yield schema

    def _across(self, rule: str, roles: Roles) -> Iterator[Schema]:
        """Each column against the one before it, where that is the year before; the lower block may lack the first."""
        shifts = {0, self.top_width - self.width, 1} if not self.loose else set(range(-2, 3))
        for c in range(self.width):
            for d in sorted({c + shift for shift in shifts}):
                if 1 <= d < self.top_width and self.upper.follows(d, d - 1):
                    places = [((a, c), (b, d), (b, d - 1)) for a, b in self.pairs]
                    schema = self._fit(rule, roles, places, 4.0 * len(shifts))
                    if schema is not None:
                        yield schema


def _stacked(upper: Sheet, lower: Sheet) -> Sheet:
    """Two sheets of different widths as one: each line keeps its own width."""
    return Sheet(
        upper.cell + lower.cell,
        upper.low + lower.low,
        upper.high + lower.high,
        upper.size + lower.size,
        upper.step + lower.step,
        upper.label + lower.label,
        upper.negative | lower.negative,
    )
