"""Sums of lines: a total above or below its parts, subtotals without their children, two partitions of one total."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from audit.finders._rows import NIL, Row
from audit.finders._sheet import Instance, Schema, Sheet, fitted
from audit.finders.base import HOLD

Good = Callable[[Schema | None, float], bool]
WINDOW = 14  # lines between a total and its first part
LONGEST = 60  # parts
BUDGET = 400  # looks for each total
GUESS = 4.0  # what the sum of all other lines costs, above or below
REACH = WINDOW + LONGEST
FEW = 200  # lines up to which open members are looked for
SKIPPED = 6  # lines that an open "of which" may hold


class Sums:
    """The sums of the lines of one sheet."""

    def __init__(
        self,
        sheet: Sheet,
        rule: str,
        good: Good,
        wide: Sequence[tuple[int, Row]] = (),
        sizes: Mapping[int, float] | None = None,
    ) -> None:
        self.sheet, self.rule, self.good, self.wide = sheet, rule, good, wide
        self.sizes = sizes or {}
        self.taken: set[tuple[int, ...]] = set()
        self.sums: set[tuple[int, int]] = set()  # (total, part)

    def found(self) -> Iterator[Schema]:
        """Totals above their parts, then totals below."""
        n = self.sheet.lines
        yield from self._nested(list(range(n - 1, -1, -1)))
        yield from self._nested(list(range(n)))
        if self.wide:
            yield from self._with_wide()

    def _nested(self, order: list[int]) -> Iterator[Schema]:
        """One pass: `top` holds the lines that have no total yet, the nearest last."""
        top: list[int] = []
        for a in order:
            children: set[int] = set()
            for parts, schema in self._totals(a, top):
                if children.isdisjoint(parts):
                    children.update(parts)
                    yield schema
            if children:
                tail = top[-REACH:]
                children.update(list(self._nils(tail, children)))
                top[-REACH:] = [i for i in tail if i not in children]
            top.append(a)

    def _nils(self, tail: list[int], children: set[int]) -> Iterator[int]:
        """Lines of zeros right behind a total's parts are its parts, too."""
        behind = next(at for at, i in enumerate(tail) if i in children)
        for i in reversed(tail[:behind]):
            if any(self.sheet.size[i]):
                break
            yield i

    def _totals(self, a: int, top: list[int]) -> Iterator[tuple[tuple[int, ...], Schema]]:
        rows = max(1.0, self.sheet.lines / 20)
        for run, looks in self._runs(a, top):
            parts = tuple(sorted(run))
            if (a, *parts) in self.taken or any((p, a) in self.sums for p in parts):
                continue
            all_ = len(parts) + 1 == self.sheet.lines  # the first guess: the total of the whole table
            for schema in self._schemas(a, parts, GUESS if all_ else (2.0 * WINDOW + looks) * rows):
                self.taken.add((a, *parts))
                self.sums.update((a, p) for p in parts)
                yield parts, schema

    def _schemas(self, a: int, parts: Sequence[int], tries: float) -> Iterator[Schema]:
        """The sum over all cells, or over the stretches where it may hold: cells of rates are another table beside."""
        some = self.sheet
        instances = some.sums(a, parts)
        whole = fitted(self.rule, instances)
        if whole is not None:
            if self.good(whole, tries):
                yield whole
            return
        for stretch in _stretches(instances):
            schema = fitted(self.rule, stretch)
            if schema is not None and self.good(schema, tries * 2):
                yield schema

    def _runs(self, a: int, top: list[int]) -> Iterator[tuple[list[int], int]]:
        """Runs of lines whose pilot cells come near those of line a, with the number of looks that they took."""
        some, size = self.sheet, self.sheet.size
        pilots = sorted((c for c in some.pilots if size[a][c]), key=lambda c: -abs(size[a][c]))[:2]
        if not pilots:
            return
        p, q = pilots[0], pilots[-1]
        wanted, other = size[a][p], size[a][q]
        step, other_step = some.step[a][p], some.step[a][q]
        looks = 0
        for start in range(len(top) - 1, max(-1, len(top) - 1 - WINDOW), -1):
            first = second = 0.0
            for at in range(start, max(-1, start - LONGEST), -1):
                line = size[top[at]]
                first += line[p]
                second += line[q]
                looks += 1
                miss, other_miss, n = abs(first - wanted), abs(second - other), start - at + 2
                if n > 2 and (miss <= n * step or other_miss <= n * other_step):
                    run = top[at : start + 1]
                    if some.near(a, run):
                        yield run[::-1], looks
                if miss > abs(wanted) and other_miss > abs(other) and first * wanted > 0 and second * other > 0:
                    break  # beyond twice the total
            if looks > BUDGET:
                return
        if top and some.width > 1 and some.lines <= FEW:
            yield from self._skipping(a, top, looks)

    def _skipping(self, a: int, top: list[int], looks: int) -> Iterator[tuple[list[int], int]]:
        """Runs from the nearest line on that leave out an open "of which" behind one of their members."""
        some = self.sheet
        pilot = max(some.pilots, key=lambda c: abs(some.size[a][c]))
        total, step = some.size[a][pilot], some.step[a][pilot]
        if total <= 0:
            return
        most = looks + BUDGET
        stack: list[tuple[int, list[int], float]] = [(len(top) - 1, [], 0.0)]
        while stack and looks < most:
            looks += 1
            at, run, so_far = stack.pop()
            if len(run) > 1 and some.near(a, run):
                yield run, looks
            if at < 0 or len(run) > LONGEST or so_far > 1.02 * total + step:
                continue
            value = some.size[top[at]][pilot]
            inside = 0.0
            for skip in range(at - 1, max(-1, at - 1 - SKIPPED), -1):
                inside += some.size[top[skip]][pilot]
                if inside > 1.02 * value:
                    break
                stack.append((skip - 1, [*run, top[at]], so_far + value))
            stack.append((at - 1, [*run, top[at]], so_far + value))

    def _with_wide(self) -> Iterator[Schema]:
        """A total of all lines, one of which has more cells: the gaps say which of them belong to which column."""
        some = self.sheet
        n, w = some.lines, some.width
        for before, row in self.wide[:4]:
            for a, parts in ((0, range(1, n)), (n - 1, range(n - 1))):
                instances: list[Instance] = []
                at = -1
                for c in range(w):
                    rest = some.size[a][c] - sum(some.size[i][c] for i in parts)
                    k = next(
                        (
                            j
                            for j in range(at + 1, len(row.cells))
                            if row.cells[j] != NIL
                            and abs(self.sizes[row.cells[j]] - rest) <= 0.5 * some.step[a][c] * (n + 1)
                        ),
                        None,
                    )
                    if k is None:
                        continue
                    at = k
                    found = some.sum((a, c), [(p, c) for p in parts])
                    if found is not None:
                        terms = [*found[0]]
                        terms.insert(1 + (before if a else max(0, before - 1)), ("parts", row.cells[k], 1))
                        instances.append(
                            (
                                tuple(terms),
                                0,
                                min(1.0, (len(row.cells) - w + 1) * max(found[2], 1 / max(1.0, abs(some.size[a][c])))),
                                0.0,
                            )
                        )
                schema = Schema(self.rule, instances)
                if 2 * len(instances) > w and self.good(schema, 20.0):
                    yield schema


def _stretches(instances: Sequence[Instance]) -> Iterator[list[Instance]]:
    """Runs of instances without two misses in a row, and with none at the ends."""
    run: list[Instance] = []
    for instance in [*instances, None, None]:
        if instance is not None and (instance[1] == HOLD or (run and run[-1][1] == HOLD)):
            run.append(instance)
            continue
        while run and run[-1][1] != HOLD:
            run.pop()
        if len(run) > 1:
            yield run
        run = []
