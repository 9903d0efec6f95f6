"""Relations in text grids: one schema (row a = row b + row c, column 3 = column 1 / column 2) tested over all cells.

A schema that holds in nearly every column is how the table was made; the columns where it fails are then suspect.
Evidence is counted in bits over the cells, less the logarithm of the number of schemas that were tried. Each search
looks at a few cells first and stops at a budget, so that a table of thousands of rows costs what its text costs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from audit.finders._blocks import blocks
from audit.finders._grid import Grid
from audit.finders._rows import NIL, formula, ordinal
from audit.finders._sheet import Instance, Place, Roles, Schema, Sheet, fitted, sheet
from audit.finders._sums import Sums
from audit.finders.base import GRID, HOLD, MISS, Candidate, Context, Group
from audit.statements import WHOLE

NEED = 6.0  # bits that a schema must have beyond the tries
WIDEST = 40  # columns that are added and divided; a wider table is a listing
LEAST, CLOSE = 4, 0.1  # rows of a column whose total may be wrong, and by how much
REACH = 8  # rows between the terms of a difference or a quotient
KINDS: tuple[tuple[str, Roles], ...] = (
    ("quotient", ("share", "part", "whole")),
    ("quotient-base", ("index", "current", "previous")),
    ("growth", ("growth", "current", "previous")),
)
MOST_LINES = 160  # lines beyond which differences and quotients of lines are not searched

_WANTED = (
    ("quotient", "percent", "share"),
    ("quotient-base", "percent", "index"),
    ("growth", "percent", "growth"),
    ("list", "whole", "level"),
)  # a finder's rule, by what it takes


def lead(context: Context) -> Iterable[Group]:
    """A group for each cell of each schema that holds in nearly all of its cells."""
    seen: set[frozenset[int]] = set()
    broken: list[frozenset[int]] = []
    for grid in context.grids:
        for schema in _Search(context, grid).schemas():
            figures = [frozenset(t[1] for t in instance[0]) for instance in schema.instances]
            some = [(one, i) for one, i in zip(figures, schema.instances, strict=True) if one not in seen]
            if schema.said:
                broken += [one for one, i in some if i[1] == MISS]
            else:  # nor a sum of what breaks the formula that the table itself says
                some = [(one, i) for one, i in some if all(len(one & other) < 2 for other in broken)]
            seen.update(one for one, _ in some)
            yield from _groups(schema, [i for _, i in some])


def _groups(schema: Schema, fresh: Sequence[Instance]) -> Iterator[Group]:
    hits, total = schema.hits, len(schema.instances)
    given = math.log((hits + 0.5) / (total - hits + 0.5)) + 3.0
    for terms, fit, chance, gap in fresh:
        candidate = Candidate(schema.rule, terms, (GRID,), fit, chance, given, gap, said=schema.said)
        yield Group(terms[0][1], f"grid:{schema.rule}@{terms[1][1]}", [candidate])


def good(schema: Schema | None, tries: float) -> bool:
    """Whether a schema explains its cells better than chance allows after so many tries."""
    return schema is not None and schema.bits() - math.log2(max(1.0, tries)) >= NEED


class _Search:
    def __init__(self, context: Context, grid: Grid) -> None:
        self.context, self.grid = context, grid
        self.rows = sheet(context, grid)
        wanted = {finder: (role, what) for finder, role, what in _WANTED}
        self.rule = {
            finder: r.id
            for finder, some in context.rules.items()
            for r in reversed(some)
            if finder not in wanted or r.accepts(*wanted[finder])
        }
        self.share = self.rule.get("quotient", "")

    def schemas(self) -> Iterator[Schema]:
        """Accepted schemas, sums first."""
        columns = self.rows.transposed()
        parts = self.rule.get("list", "")
        if parts:
            yield from self._formulas(parts)
            sums = list(Sums(self.rows, parts, good, self.grid.wide, self._wide_sizes()).found())
            yield from sums or self._missed_total(parts)
            if 3 <= self.rows.width <= WIDEST:
                yield from Sums(columns, parts, good).found()
            yield from self._differences(self.rows, parts)
            if self.rows.width <= WIDEST:
                yield from self._differences(columns, parts)
        yield from blocks(self.context, self.grid, self.rows, self.rule, self.share, good)
        for lines in (columns, self.rows):
            if 1 < lines.lines <= (WIDEST if lines is columns else MOST_LINES):
                yield from self._percentages(lines)
        if "share-list" in self.rule:
            yield from self._hundreds(self.rule["share-list"])

    def _wide_sizes(self) -> dict[int, float]:
        return {k: self.context.rows[k].size for _, row in self.grid.wide for k in row.cells if k != NIL}

    def _formulas(self, rule: str) -> Iterator[Schema]:
        """Rows whose label says how they are computed: "(1)-(2)"."""
        some = self.rows
        numbered = {n: i for i, label in enumerate(some.label) if (n := ordinal(label)) is not None}
        for i, label in enumerate(some.label):
            said = formula(label)
            terms = [(numbered[n], s) for n, s in said if n in numbered and numbered[n] != i]
            if not terms or len(said) < 2:
                continue
            if len(terms) == 1 and terms[0][1] > 0 and "repeat" in self.rule:
                yield from self._copies(i, terms[0][0])
            elif len(terms) == len(said):
                lines, signs = [t[0] for t in terms], [t[1] for t in terms]
                schema = fitted(rule, some.sums(i, lines, signs, said=True))
                if schema is not None and good(schema, 1):
                    schema.said = True
                    yield schema

    def _missed_total(self, rule: str) -> Iterator[Schema]:
        """A column that its label adds up, by nearly as much: with no other column, only the label speaks for that."""
        some = self.rows
        if some.width > 1 or some.lines < LEAST:
            return
        for a, others in ((some.lines - 1, range(some.lines - 1)), (0, range(1, some.lines))):
            row = self.context.rows[some.cell[a][0]]
            if some.cell[a][0] != NIL and row.cues & WHOLE and not row.percent:
                yield from (Schema(rule, [one]) for one in some.sums(a, others) if one[1] == MISS and one[3] <= CLOSE)
                return

    def _copies(self, row: int, other: int) -> Iterator[Schema]:
        """A formula whose other members are empty: the row repeats the one that is left."""
        some = self.rows
        instances: list[Instance] = []
        for c in range(some.width):
            a, b = some.cell[row][c], some.cell[other][c]
            if NIL in (a, b) or some.size[row][c] != some.size[other][c]:
                return
            instances.append(((("first", b, some.sign(b)), ("second", a, some.sign(a))), 0, 0.01, 0.0))
        yield Schema(self.rule["repeat"], instances)

    def _differences(self, some: Sheet, rule: str) -> Iterator[Schema]:
        """Line a = line b + line c, anywhere near: balances, profits."""
        n = some.lines
        if n > MOST_LINES or some.width < 2:
            return
        for b in range(n):
            around = range(max(0, b - REACH), min(n, b + REACH + 1))
            for a in around:
                for c in range(a + 1, around.stop):
                    if b in (a, c) or not some.near(b, (a, c)):
                        continue
                    instances = some.sums(b, (a, c))
                    schema = fitted(rule, instances)
                    if schema is not None and good(schema, 2.0 * REACH * REACH):
                        yield schema
                    elif schema is None:  # one long figure that fits to its last digit, beside estimates
                        yield from (
                            one
                            for x in instances
                            if x[1] == HOLD and good(one := Schema(rule, [x]), 2.0 * REACH * REACH * n * some.width)
                        )

    def _percentages(self, some: Sheet) -> Iterator[Schema]:
        """Line i = line j / line k, as share, index or growth, at each cell; or as a share of one cell of line j."""
        for i in range(some.lines):
            if not some.rates(i):
                continue
            best: Schema | None = None
            signs = some.percent_signs.issuperset(k for k in some.cell[i] if k != NIL)
            near = range(max(0, i - REACH), min(some.lines, i + REACH + 1))
            tried = [(self._share_of_cell(some, i, j), 4.0 * abs(i - j)) for j in near if j != i]
            tried += [(self._along(some, i, j), 4.0 * abs(i - j)) for j in near if j != i]
            for j in near:
                for k in near:
                    if len({i, j, k}) == 3:
                        usual = abs(j - k) == 1 and max(j, k) == i - 1  # this and the last, then the change
                        tries = (2.0 if signs else 6.0) if usual else 6.0 * len(near) ** 2
                        tried.append((self._quotient(some, i, j, k), tries))
            for schema, tries in tried:
                if good(schema, tries):
                    best = better(best, schema)
            if best is not None:
                yield best

    def _kinds(self) -> Iterator[tuple[str, Roles]]:
        for finder, roles in KINDS:
            if finder in self.rule:
                yield self.rule[finder], roles

    def _quotient(self, some: Sheet, i: int, j: int, k: int) -> Schema | None:
        best: Schema | None = None
        for rule, roles in self._kinds():
            if roles[1] == "part" and any(abs(some.size[j][c]) > abs(some.size[k][c]) for c in some.pilots):
                continue
            best = better(best, self._looked(some, rule, roles, i, j, lambda c: (k, c)))
        if best is None and "average" in self.rule:
            best = self._average(some, i, j, k)
        return best

    def _looked(
        self, some: Sheet, rule: str, roles: Roles, i: int, j: int, under: Callable[[int], Place | None]
    ) -> Schema | None:
        """A schema over all cells, where a few of them are promising."""
        if not _promising(some.percents(roles, i, j, under, some.pilots)):
            return None
        found = fitted(rule, some.percents(roles, i, j, under))
        return found if found is not None and len(found.instances) > 1 else None

    def _average(self, some: Sheet, i: int, j: int, k: int) -> Schema | None:
        if not _promising([some.quotient((i, c), (j, c), (k, c)) for c in some.pilots]):
            return None
        found = [some.quotient((i, c), (j, c), (k, c)) for c in range(some.width)]
        schema = fitted(self.rule["average"], [x for x in found if x is not None])
        return schema if schema is not None and len(schema.instances) > 2 else None

    def _share_of_cell(self, some: Sheet, i: int, j: int) -> Schema | None:
        """Line i holds the shares of line j in its total, the first or last of its cells."""
        best: Schema | None = None
        for t in {0, 1, 2, 3, some.width - 1} & set(range(some.width)):
            if self.share:
                under = partial(_but, t, (j, t))
                best = better(best, self._looked(some, self.share, ("share", "part", "whole"), i, j, under))
        return best

    def _along(self, some: Sheet, i: int, j: int) -> Schema | None:
        """Line i compares each cell of line j with the one before it (or behind it, where time runs backwards)."""
        best: Schema | None = None
        for rule, roles in self._kinds():
            for back in (1, -1) if roles[1] == "current" else ():
                best = better(best, self._looked(some, rule, roles, i, j, partial(_beside, some, j, back)))
        return best

    def _hundreds(self, rule: str) -> Iterator[Schema]:
        """Runs of shares that make 100 down the columns or along the rows."""
        for some, tries in ((self.rows, 60.0), (self.rows.transposed(), 40.0)):
            by_run: dict[tuple[int, int], list[Instance]] = {}
            for c in range(some.width):
                for a, b in _runs_to_100(some, c):
                    instance = some.hundred([(i, c) for i in range(a, b)])
                    if instance is not None:
                        by_run.setdefault((a, b), []).append(instance)
            for instances in by_run.values():
                schema = Schema(rule, instances)
                if 2 * len(instances) >= min(4, some.width) and good(schema, tries):
                    yield schema


def better(best: Schema | None, found: Schema | None) -> Schema | None:
    """The schema with more evidence."""
    return found if found is not None and (best is None or found.bits() > best.bits()) else best


def _but(t: int, place: Place, c: int) -> Place | None:
    """One place for every cell but t."""
    return None if c == t else place


def _beside(some: Sheet, line: int, back: int, c: int) -> Place | None:
    """The cell of the year before c, which stands before it (or behind it)."""
    return (line, c - back) if 0 <= c - back < some.width and some.follows(c, c - back) else None


def _promising(glance: Sequence[Instance | None]) -> bool:
    """Whether a few cells hold well enough to look at all of them."""
    seen = [x for x in glance if x is not None]
    return bool(seen) and 3 * sum(x[1] == 0 for x in seen) >= len(seen)


def _runs_to_100(some: Sheet, c: int) -> Iterator[tuple[int, int]]:
    """Runs of lines whose cells in c add up to nearly 100."""
    for a in range(some.lines):
        total = 0.0
        for b in range(a, min(some.lines, a + 16)):
            size = some.size[b][c]
            if size <= 0 or size >= 99:
                break
            total += size
            if total > 103:
                break
            if total > 97 and b > a:
                yield a, b + 1
