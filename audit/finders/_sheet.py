"""A grid as two arrays of intervals, seen along its rows or along its columns, and how single claims fit in it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from audit.finders._grid import Grid
from audit.finders._rows import NIL
from audit.finders.base import HOLD, MISS, SLACK, Context, apart

Terms = tuple[tuple[str, int, int], ...]
Instance = tuple[Terms, int, float, float]  # terms, outcome, chance, gap
MISSED = -4.3  # bits: about one printed relation in twenty is wrong
LONG = 14.0  # bits of one claim that is no accident by itself
FAR = 0.6  # a miss by more is another kind of cell, not a wrong figure
Place = tuple[int, int]
Roles = tuple[str, str, str]


@dataclass(slots=True)
class Schema:
    """One kind of claim over the cells of a grid, with how each instance fits; cells of another kind are left out."""

    rule: str
    instances: list[Instance]
    left_out: int = 0
    said: bool = False  # by a row's label: "(1)-(2)"

    @property
    def hits(self) -> int:
        return sum(i[1] == HOLD for i in self.instances)

    def bits(self) -> float:
        return (
            sum(-math.log2(max(chance, 1e-6)) if fit == HOLD else MISSED for _, fit, chance, _ in self.instances)
            - self.left_out
        )


def fitted(rule: str, instances: Sequence[Instance], least: float = 0.6) -> Schema | None:
    """The schema of `instances` if nearly all hold; what misses by far is left out, where it is not the only one."""
    far = [i for i in instances if i[1] == MISS and i[3] > FAR]
    if len(far) > 1 or (far and len(instances) < 4):
        kept = [i for i in instances if not (i[1] == MISS and i[3] > FAR)]
    else:
        kept, far = list(instances), []
    schema = Schema(rule, kept, len(far))
    hits = schema.hits
    if len(kept) == 2 and hits == 1 and schema.bits() >= LONG + MISSED:
        return schema  # one of two, but to the last of many digits
    return schema if hits and hits >= least * len(kept) and hits >= 0.3 * len(instances) else None


@dataclass(slots=True)
class Sheet:
    """Lines of a grid: its rows or its columns. `[i][c]` is cell c of line i; an empty cell is NIL, of size 0."""

    cell: list[list[int]]
    low: list[list[float]]
    high: list[list[float]]
    size: list[list[float]]
    step: list[list[float]]
    label: list[str]
    negative: frozenset[int]
    percent_signs: frozenset[int] = frozenset()
    times: list[int | None] = field(default_factory=list)  # the year of each cell of a line, where it is told
    years: list[int | None] = field(default_factory=list)  # the year of each line
    pilots: list[int] = field(default_factory=list)

    @property
    def lines(self) -> int:
        return len(self.cell)

    @property
    def width(self) -> int:
        return len(self.cell[0])

    def transposed(self) -> Sheet:
        """The same cells, columns for lines."""
        cell = [list(column) for column in zip(*self.cell, strict=True)]
        low, high, size, step = (
            [list(column) for column in zip(*some, strict=True)] for some in (self.low, self.high, self.size, self.step)
        )
        labels = [""] * len(cell)
        some = Sheet(cell, low, high, size, step, labels, self.negative, self.percent_signs, self.years, self.times)
        return _piloted(some)

    def follows(self, c: int, before: int) -> bool:
        """Whether cell c stands one year from cell `before`, or nothing is known of that."""
        if not self.times:
            return True
        late, early = self.times[c], self.times[before]
        return late is None or early is None or late == early + 1

    def sign(self, k: int) -> int:
        return -1 if k in self.negative else 1

    def near(self, whole: int, parts: Sequence[int], signs: Sequence[int] | None = None) -> bool:
        """A cheap look at a few cells before the exact one at all: half of them, and at least one, must be close."""
        close = seen = 0
        for c in self.pilots:
            total = self.size[whole][c]
            if total == 0:
                continue
            seen += 1
            found = (
                sum(self.size[i][c] for i in parts)
                if signs is None
                else sum(s * self.size[i][c] for i, s in zip(parts, signs, strict=True))
            )
            close += abs(found - total) <= (len(parts) + 1) * max(self.step[whole][c], self.step[parts[0]][c]) * 0.55
        return close > 0 and close * 3 >= seen

    def rates(self, line: int) -> bool:
        """Whether a line may hold percentages, factors or other quotients."""
        row = [
            (abs(x), 0.1 if k in self.percent_signs else s)
            for x, s, k in zip(self.size[line], self.step[line], self.cell[line], strict=True)
            if k != NIL
        ]
        return bool(row) and 2 * sum(x < 1000 for x, _ in row) > len(row) and 3 * sum(s < 1 for _, s in row) >= len(row)

    def sums(
        self, whole: int, parts: Sequence[int], signs: Sequence[int] | None = None, said: bool = False
    ) -> list[Instance]:
        """The claims that each cell of a line is the sum of the cells of others."""
        found = (self.sum((whole, c), [(p, c) for p in parts], signs, said) for c in range(self.width))
        return [x for x in found if x is not None]

    def percents(
        self, roles: Roles, at: int, over: int, under: Callable[[int], Place | None], cells: Iterable[int] | None = None
    ) -> list[Instance]:
        """The claims that each cell of a line is 100 * the same cell of another / the place that `under` names."""
        out = []
        for c in range(self.width) if cells is None else cells:
            place = under(c)
            if place is not None and (found := self.percent(roles, (at, c), (over, c), place)) is not None:
                out.append(found)
        return out

    def sum(
        self, whole: Place, parts: Sequence[Place], signs: Sequence[int] | None = None, said: bool = False
    ) -> Instance | None:
        """The claim that a cell is the sum of others; None where it would say nothing, unless it is `said` in words."""
        r, c = whole
        if self.cell[r][c] == NIL:
            return None
        signs = signs or [1] * len(parts)
        there = [(i, j, s) for (i, j), s in zip(parts, signs, strict=True) if self.cell[i][j] != NIL]
        sizes = [abs(self.size[i][j]) for i, j, _ in there]
        size = max([abs(self.size[r][c]), *sizes])
        others = [x for x in sizes if x]
        same = len(others) == 1 and others[0] == abs(self.size[r][c])
        if size == 0 or not others or len(there) < 2 or (same and not said):
            return None
        low = math.fsum(self.low[i][j] if s > 0 else -self.high[i][j] for i, j, s in there)
        high = math.fsum(self.high[i][j] if s > 0 else -self.low[i][j] for i, j, s in there)
        step = min(self.step[r][c], *(self.step[i][j] for i, j, _ in there))
        chance = min(1.0, max(high - low + self.high[r][c] - self.low[r][c], step) / size)
        head = self.cell[r][c]
        terms = (
            ("whole", head, self.sign(head)),
            *(("parts", self.cell[i][j], s * self.sign(self.cell[i][j])) for i, j, s in there),
        )
        return (terms, *self._fit(whole, low, high, SLACK * size, chance, size))

    def _fit(
        self, at: Place, low: float, high: float, slack: float, chance: float, size: float
    ) -> tuple[int, float, float]:
        stated_low, stated_high = self.low[at[0]][at[1]], self.high[at[0]][at[1]]
        fit = HOLD if low <= stated_high + slack and high >= stated_low - slack else MISS
        return fit, chance, apart(low, high, stated_low, stated_high, size)

    def percent(self, roles: Roles, at: Place, over: Place, under: Place) -> Instance | None:
        """The claim that a cell is 100 * over / under, less 100 where the roles are those of growth.

        Growth from a negative to a negative is printed by its size.
        """
        growth = roles[0] == "growth"
        cells = [self.cell[i][c] for i, c in (at, over, under)]
        if NIL in cells or len(set(cells)) < 3:
            return None
        below = self.low[under[0]][under[1]]
        mirrored = growth and below < 0 and self.high[over[0]][over[1]] < 0
        if not mirrored and (below <= 0 or self.low[over[0]][over[1]] <= 0):
            return None
        a, b, c, d = self.low[over[0]][over[1]], self.high[over[0]][over[1]], below, self.high[under[0]][under[1]]
        if mirrored:
            a, b, c, d = -b, -a, -d, -c
            if c <= 0:
                return None
        stated = self.size[at[0]][at[1]]
        if not growth and (stated <= 0 or (stated == 100 and cells[1] == cells[2])):
            return None
        shift = 100.0 if growth else 0.0
        low, high = 100 * a / d - shift, 100 * b / c - shift
        width = high - low + self.high[at[0]][at[1]] - self.low[at[0]][at[1]]
        chance = min(
            1.0, width / (max(20.0, abs(stated)) if growth else 10.0 if roles[1] == "current" else max(stated, 1.0))
        )
        flip = self.sign(cells[0])
        fit = self._fit(at, low, high, SLACK * max(100.0, abs(high)), chance, max(abs(stated), 5.0))
        if mirrored and fit[0] != HOLD:
            other = self._fit(at, -high, -low, SLACK * max(100.0, abs(high)), chance, max(abs(stated), 5.0))
            if other[0] == HOLD:
                fit, flip = other, -flip
        return (("percent", cells[0], flip), (roles[1], cells[1], 1), (roles[2], cells[2], 1)), *fit

    def quotient(self, at: Place, over: Place, under: Place) -> Instance | None:
        """The claim that a cell is over / under: an average."""
        cells = [self.cell[i][c] for i, c in (at, over, under)]
        if (
            NIL in cells
            or self.low[under[0]][under[1]] <= 0
            or self.low[over[0]][over[1]] <= 0
            or self.size[at[0]][at[1]] <= 0
        ):
            return None
        low, high = (
            self.low[over[0]][over[1]] / self.high[under[0]][under[1]],
            self.high[over[0]][over[1]] / self.low[under[0]][under[1]],
        )
        stated = self.size[at[0]][at[1]]
        chance = min(1.0, (high - low + self.high[at[0]][at[1]] - self.low[at[0]][at[1]]) / stated)
        terms = tuple((name, k, 1) for name, k in zip(("average", "total", "count"), cells, strict=True))
        return (terms, *self._fit(at, low, high, SLACK * high, chance, stated))

    def hundred(self, cells: Sequence[Place]) -> Instance | None:
        """The claim that shares make 100."""
        sizes = [self.size[r][c] for r, c in cells]
        if (
            not 97 < math.fsum(sizes) < 103
            or any(s <= 0 or s >= 99 for s in sizes)
            or all(self.step[r][c] >= 1 for r, c in cells)
        ):
            return None
        low, high = math.fsum(self.low[r][c] for r, c in cells), math.fsum(self.high[r][c] for r, c in cells)
        step = max(self.step[r][c] for r, c in cells)
        fit = HOLD if low <= 100 + SLACK and high >= 100 - SLACK else MISS
        terms = tuple(("parts", self.cell[r][c], 1) for r, c in cells)
        return terms, fit, min(1.0, (high - low + step) / 60.0), apart(low, high, 100.0, 100.0, 100.0)


def sheet(context: Context, grid: Grid) -> Sheet:
    """The rows of a grid as lines."""
    cell, low, high, size, step = [], [], [], [], []
    negative = set()
    percents = frozenset(k for row in grid.rows for k in row.cells if k != NIL and context.rows[k].percent)
    for row in grid.rows:
        lows, highs, sizes, steps = [], [], [], []
        for k in row.cells:
            if k == NIL:
                lows.append(0.0), highs.append(0.0), sizes.append(0.0), steps.append(1.0)  # type: ignore[func-returns-value]
                continue
            at = context.rows[k]
            a, b, x = at.low, at.high, at.size
            if context.figures[k].negative:
                negative.add(k)
                a, b, x = -b, -a, -x
            lows.append(a), highs.append(b), sizes.append(x), steps.append(at.step or 1.0)  # type: ignore[func-returns-value]
        cell.append(list(row.cells)), low.append(lows), high.append(highs), size.append(sizes), step.append(steps)  # type: ignore[func-returns-value]
    labels = [row.label for row in grid.rows]
    some = Sheet(cell, low, high, size, step, labels, frozenset(negative), percents)
    some.times, some.years = list(grid.years), [row.year for row in grid.rows]
    return _piloted(some)


def _piloted(some: Sheet) -> Sheet:
    """With the cells of each line that a cheap look takes: up to five, spread over the line."""
    w = some.width
    some.pilots = sorted({0, 1, w // 3, 2 * w // 3, w - 1} & set(range(w)))
    return some
