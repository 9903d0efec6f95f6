"""A block of shares, indices or growth below a block of values with the same labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from audit.finders._grid import Grid
from audit.finders._sheet import Schema, Sheet, fitted, sheet
from audit.finders.base import Context

Good = Callable[[Schema | None, float], bool]
Pairs = list[tuple[int, int]]


def blocks(
    context: Context, grid: Grid, rows: Sheet, rules: Mapping[str, str], share: str, good: Good
) -> Iterator[Schema]:
    """Schemas between this grid's lower rows and its upper ones, or those of the grids of one region above it."""
    uppers = [(grid, rows)]
    for other in context.grids:
        if other is not grid and other.region == grid.region and other.width != grid.width:
            uppers.append((other, sheet(context, other)))
    for upper, above in uppers:
        for pairs in _paired(grid, upper):
            if len(pairs) >= 2:
                yield from _Block(rows, above, grid, upper, pairs, good).schemas(rules, share)


def _paired(lower: Grid, upper: Grid) -> Iterator[Pairs]:
    """Stretches of rows (lower, upper) that are labelled alike, parted where the upper labels begin anew."""
    by_key: dict[str, list[int]] = {}
    for i, row in enumerate(upper.rows):
        by_key.setdefault(_key(row.year, row.key), []).append(i)
    offsets: dict[int, Pairs] = {}
    for a, row in enumerate(lower.rows):
        for b in by_key.get(_key(row.year, row.key), ())[:8]:
            if upper.rows[b].line < row.line:
                offsets.setdefault(a - b if lower is upper else 0, []).append((a, b))
    for some in offsets.values():
        out: list[Pairs] = []
        seen: set[str] = set()
        for a, b in sorted(some):
            key = _key(upper.rows[b].year, upper.rows[b].key)
            if not out or key in seen:
                out.append([])
                seen = set()
            seen.add(key)
            out[-1].append((a, b))
        yield from out


def _key(year: int | None, key: str) -> str:
    return key if year is None else str(year)


class _Block:
    def __init__(self, lower: Sheet, upper: Sheet, grid: Grid, above: Grid, pairs: Pairs, good: Good) -> None:
        self.pairs, self.good = pairs, good
        self.same = lower is upper
        self.width, self.top_width, self.top = lower.width, upper.width, upper.lines
        self.sheet = lower if self.same else _stacked(upper, lower)
        self.shift = 0 if self.same else upper.lines
        self.loose = any(grid.rows[a].loose for a, _ in pairs)
        self.year = {b: above.rows[b].year for _, b in pairs}

    def schemas(self, rules: Mapping[str, str], share: str) -> Iterator[Schema]:
        """Shares of a row or column of the upper block, and growth or index from year to year."""
        wide = [(c, c) for c in range(self.width)] if self.same and not self.loose else []
        if share:
            yield from self._shares(share, wide)
        for finder, roles in (
            ("quotient-base", ("index", "current", "previous")),
            ("growth", ("growth", "current", "previous")),
        ):
            if finder in rules:
                yield from self._yearly(rules[finder], roles, wide)

    def _shares(self, rule: str, wide: Pairs) -> Iterator[Schema]:
        roles = ("share", "part", "whole")
        if not wide:
            return
        first = min(b for _, b in self.pairs)
        tried = []
        for t in range(max(0, first - 3), min(first + 4, self.top)):
            tried.append(
                [
                    x
                    for a, b in self.pairs
                    if b != t
                    for c, d in wide
                    if (x := self.sheet.percent(roles, (a + self.shift, c), (b, d), (t, d))) is not None
                ]
            )
        for t in range(self.top_width):
            tried.append(
                [
                    x
                    for a, b in self.pairs
                    for c, d in wide
                    if d != t and (x := self.sheet.percent(roles, (a + self.shift, c), (b, d), (b, t))) is not None
                ]
            )
        schemas = [s for s in (fitted(rule, some) for some in tried) if s is not None]
        best = max(schemas, key=lambda s: s.bits(), default=None)
        if best is not None and self.good(best, 16.0):
            yield best

    def _yearly(self, rule: str, roles: tuple[str, str, str], wide: Pairs) -> Iterator[Schema]:
        before = {
            b: p for b, y in self.year.items() if y is not None for p, other in self.year.items() if other == y - 1
        }
        pairs = [(a, b) for a, b in self.pairs if b in before]
        if not pairs:
            return
        choices = [wide] if wide else [[(c, d)] for c in range(self.width) for d in range(self.top_width)]
        for columns in choices:
            schema = fitted(
                rule,
                [
                    x
                    for a, b in pairs
                    for c, d in columns
                    if (x := self.sheet.percent(roles, (a + self.shift, c), (b, d), (before[b], d))) is not None
                ],
            )
            if schema is not None and self.good(schema, 4.0 * len(choices)):
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
