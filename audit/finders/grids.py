"""Relations in text grids: one schema (row a = row b + row c, column 3 = column 1 / column 2 …) tested over all its cells.

A schema that holds in nearly every column is how the table was made; the columns where it fails are then suspect.
Evidence is counted in bits over the cells, less the logarithm of the number of schemas that were tried.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from audit.finders._grid import Grid, Row, formula, ordinal
from audit.finders.base import HOLD, MISS, SLACK, Candidate, Context, Group, apart

Terms = tuple[tuple[str, int, int], ...]
Instance = tuple[Terms, int, float, float]  # terms, outcome, chance, gap
NEED = 6.0  # bits that a schema must have beyond the tries
WINDOW, LONGEST = 14, 16


@dataclass(slots=True)
class Schema:
    """One kind of claim over the cells of a grid, with how each instance fits."""

    rule: str
    instances: list[Instance]

    def bits(self) -> float:
        return sum(-math.log2(max(chance, 1e-6)) if fit == HOLD else -4.3 for _, fit, chance, _ in self.instances)

    def hits(self) -> int:
        return sum(fit == HOLD for _, fit, _, _ in self.instances)


def find(context: Context) -> Iterable[Group]:
    """A group for each cell of each schema that holds in nearly all of its cells."""
    for grid in context.grids:
        search = _Search(context, grid)
        for schema in search.schemas():
            yield from _groups(schema)


def _groups(schema: Schema) -> Iterator[Group]:
    hits, total = schema.hits(), len(schema.instances)
    given = math.log((hits + 0.5) / (total - hits + 0.5)) + 3.0
    for terms, fit, chance, gap in schema.instances:
        candidate = Candidate(schema.rule, terms, ("t:grid",), fit, chance, given, gap)
        yield Group(terms[0][1], f"grid:{schema.rule}@{terms[1][1]}", [candidate])


class _Search:
    def __init__(self, context: Context, grid: Grid) -> None:
        self.context, self.grid = context, grid
        rows = context.rows
        self.low = [[_signed(rows[k].low, context, k) for k in row.cells] for row in grid.rows]
        self.high = [[_signed(rows[k].high, context, k) for k in row.cells] for row in grid.rows]
        self.size = [[_signed(rows[k].size, context, k) for k in row.cells] for row in grid.rows]
        for lows, highs in zip(self.low, self.high, strict=True):
            for c, (a, b) in enumerate(zip(lows, highs, strict=True)):
                if a > b:
                    lows[c], highs[c] = b, a
        self.step = [[max(rows[k].step, 1e-9) if rows[k].step else 1.0 for k in row.cells] for row in grid.rows]
        self.name = {finder: (some[0].id if some else "") for finder, some in context.rules.items()}

    def schemas(self) -> Iterator[Schema]:
        """Accepted schemas, sums first."""
        seen: set[frozenset[int]] = set()
        for schema in [*self._formulas(), *self._row_sums(), *self._column_sums(), *self._row_triples(), *self._blocks(), *self._column_quotients(), *self._hundreds()]:
            fresh = [i for i in schema.instances if frozenset(t[1] for t in i[0]) not in seen]
            seen.update(frozenset(t[1] for t in i[0]) for i in fresh)
            if fresh:
                yield Schema(schema.rule, fresh)

    # -- sums of rows, in each column ------------------------------------------------------------

    def _sum(self, total: tuple[int, int], parts: Sequence[tuple[int, int]], signs: Sequence[int] | None = None) -> Instance | None:
        """The instance "total = sum of parts" over cells (row, column)."""
        r, c = total
        signs = signs or [1] * len(parts)
        low = sum(self.low[i][j] if s > 0 else -self.high[i][j] for (i, j), s in zip(parts, signs, strict=True))
        high = sum(self.high[i][j] if s > 0 else -self.low[i][j] for (i, j), s in zip(parts, signs, strict=True))
        size = max(abs(self.size[r][c]), *(abs(self.size[i][j]) for i, j in parts))
        if size == 0 or all(self.size[i][j] == 0 for i, j in parts):
            return None
        others = [(i, j) for i, j in parts if self.size[i][j] != 0]
        if len(others) < 2 and len(parts) > 1 and abs(self.size[others[0][0]][others[0][1]]) == abs(self.size[r][c]):
            return None  # a total that repeats its one part says nothing
        slack = SLACK * size
        fit = HOLD if low <= self.high[r][c] + slack and high >= self.low[r][c] - slack else MISS
        step = min(self.step[r][c], *(self.step[i][j] for i, j in parts))
        chance = min(1.0, max(high - low + self.high[r][c] - self.low[r][c], step) / size)
        cells = self.grid.rows
        terms = (("whole", cells[r].cells[c], 1), *(("parts", cells[i].cells[j], s) for (i, j), s in zip(parts, signs, strict=True)))
        return terms, fit, chance, apart(low, high, self.low[r][c], self.high[r][c], size)

    def _row_schema(self, total: int, parts: Sequence[int], signs: Sequence[int] | None = None) -> Schema | None:
        instances = [x for c in range(self.grid.width) if (x := self._sum((total, c), [(p, c) for p in parts], signs)) is not None]
        return Schema(self.name.get("list", "parts"), instances) if instances else None

    def _good(self, schema: Schema | None, tries: float) -> bool:
        if schema is None:
            return False
        hits, n = schema.hits(), len(schema.instances)
        return hits >= max(1, 0.7 * n) and schema.bits() - math.log2(max(1.0, tries)) >= NEED

    def _formulas(self) -> Iterator[Schema]:
        """Rows whose label says how they are computed: "(1)-(2)"."""
        numbered = {n: i for i, row in enumerate(self.grid.rows) if (n := ordinal(row.label)) is not None}
        for i, row in enumerate(self.grid.rows):
            terms = [(numbered[n], s) for n, s in formula(row.label) if n in numbered and numbered[n] != i]
            if len(terms) < 2 or len(terms) != len(formula(row.label)):
                continue
            schema = self._row_schema(i, [t[0] for t in terms], [t[1] for t in terms])
            if self._good(schema, 1):
                yield schema  # type: ignore[misc]

    def _row_sums(self) -> Iterator[Schema]:
        """Row a = a run of the rows behind it (or before it), children of a subtotal left out."""
        n = len(self.grid.rows)
        found: list[tuple[int, tuple[int, ...], Schema]] = []
        children: dict[int, set[int]] = {}
        for _ in range(3):
            grown = False
            for a in range(n - 1, -1, -1):
                for parts in self._runs(a, n, children):
                    if any(t == a and set(p) & set(parts) for t, p, _ in found):
                        continue
                    schema = self._row_schema(a, parts)
                    if self._good(schema, 2.0 * WINDOW * (1 + len(children))):
                        found.append((a, parts, schema))  # type: ignore[arg-type]
                        if min(parts) == a + 1:
                            children.setdefault(a, set()).update(parts)
                        grown = True
            if not grown:
                break
        for _, _, schema in found:
            yield schema

    def _runs(self, a: int, n: int, children: dict[int, set[int]]) -> Iterator[tuple[int, ...]]:
        for start in range(a + 1, min(a + WINDOW, n)):
            run: list[int] = []
            at = start
            while at < n and len(run) < LONGEST:
                run.append(at)
                skip = {at} | children.get(at, set())
                while at in skip:
                    skip |= children.get(at, set())
                    at += 1
                if len(run) > 1 and self._near(a, run):
                    yield tuple(run)
        run = []
        for start in range(a - 1, max(a - WINDOW, -1), -1):
            run.append(start)
            if len(run) > 1 and self._near(a, run):
                yield tuple(sorted(run))

    def _near(self, a: int, run: Sequence[int]) -> bool:
        """A cheap look at one column before the exact one at all."""
        close = 0
        for c in range(min(3, self.grid.width)):
            total = sum(self.size[i][c] for i in run)
            close += abs(total - self.size[a][c]) <= 0.02 * abs(self.size[a][c]) + 2 * self.step[a][c]
        return close * 2 >= min(3, self.grid.width)

    def _row_triples(self) -> Iterator[Schema]:
        """Row a = row b - row c, anywhere near: balances, profits."""
        n = len(self.grid.rows)
        if self.grid.width < 2 or n > 120:
            return
        for b in range(n):
            for c in range(max(0, b - 8), min(n, b + 9)):
                for a in range(max(0, b - 8), min(n, b + 9)):
                    if a >= c or len({a, b, c}) < 3 or not self._near(b, (a, c)):
                        continue
                    schema = self._row_schema(b, (a, c))
                    if self._good(schema, 300.0):
                        yield schema  # type: ignore[misc]

    # -- sums of columns, in each row -------------------------------------------------------------

    def _column_sums(self) -> Iterator[Schema]:
        w = self.grid.width
        if w < 3 or w > 40:
            return
        for total in range(w):
            for start in range(w):
                for stop in range(start + 2, min(w, start + 14) + 1):
                    if start <= total < stop:
                        continue
                    parts = range(start, stop)
                    near = sum(abs(sum(self.size[r][c] for c in parts) - self.size[r][total]) <= 0.02 * abs(self.size[r][total]) + 2 * self.step[r][total] for r in range(len(self.grid.rows)))
                    if near * 2 < min(4, len(self.grid.rows)):
                        continue
                    yield from self._column_sum(total, list(parts))

    def _column_sum(self, total: int, parts: list[int]) -> Iterator[Schema]:
        """A column sum over the rows where it may hold: rows of rates and indices are other tables that stand below."""
        run: list[Instance] = []
        runs = [run]
        for r in range(len(self.grid.rows)):
            instance = self._sum((r, total), [(r, c) for c in parts])
            if instance is None:
                continue
            run.append(instance)
            if len(run) >= 2 and all(i[1] == MISS for i in run[-2:]):
                run = []
                runs.append(run)
        for run in runs:
            while run and run[0][1] == MISS:
                del run[0]
            while run and run[-1][1] == MISS:
                del run[-1]
            schema = Schema(self.name.get("list", "parts"), run)
            if run and self._good(schema, 40.0):
                yield schema

    # -- quotients: shares and indices against a block of values ----------------------------------

    def _quotient(self, rule: str, roles: tuple[str, str, str], a: tuple[int, int], b: tuple[int, int], c: tuple[int, int], growth: bool = False) -> Instance | None:
        (ar, ac), (br, bc), (cr, cc) = a, b, c
        if self.low[cr][cc] <= 0 or self.low[br][bc] <= 0 or (not growth and self.size[ar][ac] <= 0):
            return None
        shift = 100.0 if growth else 0.0
        low, high = 100 * self.low[br][bc] / self.high[cr][cc] - shift, 100 * self.high[br][bc] / self.low[cr][cc] - shift
        slack = SLACK * max(100.0, abs(high))
        fit = HOLD if low <= self.high[ar][ac] + slack and high >= self.low[ar][ac] - slack else MISS
        chance = min(1.0, (high - low + self.high[ar][ac] - self.low[ar][ac]) / (10.0 if growth or roles[1] == "current" else max(self.size[ar][ac], 1.0)))
        if not growth and self.size[ar][ac] == 100 and b == c:
            return None
        cells = self.grid.rows
        negative = growth and self.size[ar][ac] < 0
        return ((roles[0], cells[ar].cells[ac], -1 if negative else 1), (roles[1], cells[br].cells[bc], 1), (roles[2], cells[cr].cells[cc], 1)), fit, chance, apart(low, high, self.low[ar][ac], self.high[ar][ac], max(abs(self.size[ar][ac]), 5.0))

    def _blocks(self) -> Iterator[Schema]:
        """A block of shares, indices or growth below a block of values with the same labels."""
        rows = self.grid.rows
        by_key: dict[str, list[int]] = {}
        for i, row in enumerate(rows):
            by_key.setdefault(row.key if row.year is None else str(row.year), []).append(i)
        pairs = [(a, b) for some in by_key.values() for x, b in enumerate(some) for a in some[x + 1 :] if len(some) < 9]
        offsets: dict[int, list[tuple[int, int]]] = {}
        for a, b in pairs:
            offsets.setdefault(a - b, []).append((a, b))
        for some in offsets.values():
            for block in _stretches(some, rows):
                if len(block) >= 2:
                    yield from self._shares_of(block)
                    yield from self._index_of(block)

    def _shares_of(self, pairs: list[tuple[int, int]]) -> Iterator[Schema]:
        w = self.grid.width
        rule, roles = self.name.get("quotient", "share"), ("percent", "part", "whole")
        rule = next((r.id for r in self.context.rules.get("quotient", ()) if r.accepts("percent", "share")), rule)
        first = min(b for _, b in pairs)
        schemas = []
        for t in range(max(0, first - 3), min(first + 4, len(self.grid.rows))):
            schemas.append(Schema(rule, [x for a, b in pairs if b != t for c in range(w) if (x := self._quotient(rule, roles, (a, c), (b, c), (t, c))) is not None]))
        for t in range(w):
            schemas.append(Schema(rule, [x for a, b in pairs for c in range(w) if c != t and (x := self._quotient(rule, roles, (a, c), (b, c), (b, t))) is not None]))
        best = max(schemas, key=lambda s: s.bits())
        if best.instances and self._good(best, 16.0):
            yield best

    def _index_of(self, pairs: list[tuple[int, int]]) -> Iterator[Schema]:
        """Year on year: the index or growth of each year against the row of the year before."""
        rows, w = self.grid.rows, self.grid.width
        year = {b: rows[b].year for _, b in pairs}
        for growth, finder, roles in ((False, "quotient-base", ("percent", "current", "previous")), (True, "growth", ("percent", "current", "previous"))):
            rule = self.name.get(finder, "")
            instances = []
            for a, b in pairs:
                before = next((p for p, y in year.items() if y is not None and year[b] is not None and y == year[b] - 1), None)  # type: ignore[operator]
                if before is None:
                    continue
                instances += [x for c in range(w) if (x := self._quotient(rule, roles, (a, c), (b, c), (before, c), growth)) is not None]
            schema = Schema(rule, instances)
            if instances and self._good(schema, 4.0):
                yield schema

    def _column_quotients(self) -> Iterator[Schema]:
        """Column i = column j / column k, as share, index or growth, down all rows."""
        w = self.grid.width
        share = next((r.id for r in self.context.rules.get("quotient", ()) if r.accepts("percent", "share")), "")
        if not 2 <= w <= 12 or len(self.grid.rows) < 2:
            return
        kinds: tuple[tuple[str, tuple[str, str, str], bool], ...] = (
            (share, ("percent", "part", "whole"), False), (self.name.get("quotient-base", ""), ("percent", "current", "previous"), False), (self.name.get("growth", ""), ("percent", "current", "previous"), True))  # fmt: skip
        yield from self._column_shares(share)
        for i in range(w):
            best: Schema | None = None
            for j in range(w):
                for k in range(w):
                    if len({i, j, k}) < 3:
                        continue
                    for rule, roles, growth in kinds:
                        if roles[1] == "part" and any(self.size[r][j] > self.size[r][k] for r in range(min(4, len(self.grid.rows)))):
                            continue
                        instances = [x for r in range(len(self.grid.rows)) if (x := self._quotient(rule, roles, (r, i), (r, j), (r, k), growth)) is not None]
                        schema = Schema(rule, instances)
                        if len(instances) > 1 and self._good(schema, 6.0 * w * w) and (best is None or schema.bits() > best.bits()):
                            best = schema
            if best is not None:
                yield best

    def _column_shares(self, rule: str) -> Iterator[Schema]:
        """Column i holds the shares of column j in its total row."""
        n, w = len(self.grid.rows), self.grid.width
        for i in range(w):
            for j in range(w):
                if i == j or sum(0 < self.size[r][i] <= 100 for r in range(n)) < 0.9 * n or not any(self.step[r][i] < 1 for r in range(n)):
                    continue
                best: Schema | None = None
                for t in range(min(n, 6)):
                    instances = [x for r in range(n) if r != t and (x := self._quotient(rule, ("percent", "part", "whole"), (r, i), (r, j), (t, j))) is not None]
                    schema = Schema(rule, instances)
                    if len(instances) > 1 and self._good(schema, 6.0 * w * w) and (best is None or schema.bits() > best.bits()):
                        best = schema
                if best is not None:
                    yield best

    def _hundreds(self) -> Iterator[Schema]:
        """Runs of shares that make 100 down the columns or along the rows."""
        rule = self.name.get("share-list", "")
        n, w = len(self.grid.rows), self.grid.width
        if not rule:
            return
        down = [([(i, c) for i in range(a, b)], c) for a in range(n) for b in range(a + 2, min(n, a + 12) + 1) for c in range(w)]
        by_run: dict[tuple[int, int], list[Instance]] = {}
        for cells, _ in down:
            instance = self._hundred(cells)
            if instance is not None:
                by_run.setdefault((cells[0][0], cells[-1][0]), []).append(instance)
        for instances in by_run.values():
            if len(instances) == w and self._good(Schema(rule, instances), 60.0):
                yield Schema(rule, instances)
        across: dict[tuple[int, int], list[Instance]] = {}
        for r in range(n):
            for a in range(w):
                for b in range(a + 2, w + 1):
                    instance = self._hundred([(r, c) for c in range(a, b)])
                    if instance is not None:
                        across.setdefault((a, b), []).append(instance)
        for instances in across.values():
            if len(instances) > 1 and self._good(Schema(rule, instances), 40.0):
                yield Schema(rule, instances)

    def _hundred(self, cells: list[tuple[int, int]]) -> Instance | None:
        sizes = [self.size[r][c] for r, c in cells]
        if not 97 < sum(sizes) < 103 or any(s <= 0 or s >= 99 for s in sizes) or not any(self.step[r][c] < 1 for r, c in cells):
            return None
        low, high = sum(self.low[r][c] for r, c in cells), sum(self.high[r][c] for r, c in cells)
        fit = HOLD if low <= 100 + SLACK and high >= 100 - SLACK else MISS
        step = max(self.step[r][c] for r, c in cells)
        terms = tuple(("parts", self.grid.rows[r].cells[c], 1) for r, c in cells)
        return terms, fit, min(1.0, (high - low + step) / 60.0), apart(low, high, 100.0, 100.0, 100.0)


def _stretches(pairs: list[tuple[int, int]], rows: Sequence[Row]) -> list[list[tuple[int, int]]]:
    """Pairs of one offset, parted where the upper rows' labels begin anew."""
    out: list[list[tuple[int, int]]] = []
    seen: set[str] = set()
    for a, b in sorted(pairs):
        key = str(rows[b].year or rows[b].key)
        if not out or key in seen:
            out.append([])
            seen = set()
        seen.add(key)
        out[-1].append((a, b))
    return out


def _signed(value: float, context: Context, k: int) -> float:
    return -value if context.figures[k].negative else value

