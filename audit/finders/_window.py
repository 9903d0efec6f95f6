"""The figures around a percentage, in its reading order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from audit.finders._far import Common, Levels
from audit.finders.base import Context, basis_of, bucket
from audit.statements import BARE, FACTOR, LEVEL, POINT, RANGE, RATIO, SHARE, Statement

BEFORE, AFTER, REACH = 8, 2, 700
FAR = 9  # percentages between a head and what is far from it
INSIDE = "a("  # the rank of a figure in parentheses behind the head
TOLERANCE = 4.0  # a percentage that misses by a larger factor is no candidate
NEAREST = 12.0  # unless it is of the nearest figures, one of which may have lost or won a digit


class Window:
    """The figures around one head."""

    def __init__(self, context: Context, flow: Sequence[int], at: int, wholes: list[int], levels: Levels) -> None:
        self.context, self.at, self.levels = context, flow[at], levels
        self.common: Common  # set once all heads of the order are read
        self.rows = rows = context.rows
        self.head = head = rows[flow[at]]
        self.before: list[int] = []
        self.skipped: dict[int, int] = {}
        self.ranks: dict[int, str] = {}
        percents = 0
        for k in reversed(flow[max(0, at - 16) : at]):
            row = rows[k]
            if abs(head.at - row.at) > REACH or len(self.before) == BEFORE:
                break
            if row.role in (RANGE, POINT, FACTOR) and not row.quote:
                continue
            if row.percent:
                percents += 1
                if not (k in context.slash or k in context.back):
                    continue
            if percents != FAR:
                self.ranks[k] = INSIDE if self.is_inside(row) else f"b{bucket(len(self.before), 5)}"
            self.before.append(k)
            self.skipped[k] = percents
        self.after: list[int] = []
        beside = 0  # one percentage may come before the levels of both: "36% by value and 60% by weight: £5 for 2 t"
        for k in flow[at + 1 : at + 5]:
            row = rows[k]
            away = row.sentence > head.sentence + 1 or row.block != head.block
            if row.percent and k == flow[at + 1] and row.sentence == head.sentence and row.role in (SHARE, BARE, RATIO):
                beside = 1
                continue
            if away or row.percent or row.role in (RANGE, POINT, FACTOR) or len(self.after) == AFTER:
                break
            self.ranks[k] = INSIDE if self.is_inside(row) else f"a{len(self.after)}"
            self.after.append(k)
            self.skipped[k] = beside
        self._nearest = {*self.before[:3], *self.after[:1]}
        self._totals = wholes[-4:]
        self._earlier = flow[max(0, at - 40) : max(0, at - len(self.before))]
        self.place = {k: n for n, k in enumerate(self.before)}
        self._close = head.size / TOLERANCE, head.size * TOLERANCE
        self._loose = head.size / NEAREST, head.size * NEAREST

    def is_inside(self, row: Statement) -> bool:
        """Whether a figure stands in parentheses behind the head: "56% (1.838)"."""
        return row.parent == self.head.figure and row.depth == self.head.depth + 1

    @cached_property
    def far(self) -> Sequence[int]:
        """The last totals, and levels of the kinds that stand right before the head."""
        rows, near = self.rows, {*self.before, *self.after}
        far = [k for k in self._totals if k not in near]
        kinds = {(rows[k].unit, rows[k].noun) for k in self.before[:3]}
        for k in reversed(self._earlier if kinds else ()):
            row = rows[k]
            if len(far) >= 6:
                break
            like = not row.percent and row.role == LEVEL and (row.unit, row.noun) in kinds
            if like and k not in near and k not in far:
                far.append(k)
        return far

    def plausible(self, value: float, a: int, b: int) -> bool:
        """Whether a value is near enough to the head: one wrong digit of the nearest figures may move it far."""
        (low, high), (least, most) = self._close, self._loose
        if low <= value <= high:
            return True
        if not least <= value <= most:
            return False
        return self.are_nearest(a, b)

    def are_nearest(self, a: int, b: int) -> bool:
        """Whether two figures are among the nearest, in the head's own sentence."""
        if a not in self._nearest or b not in self._nearest:
            return False
        sentence = self.head.sentence
        return self.rows[a].sentence == sentence and self.rows[b].sentence == sentence

    @cached_property
    def stands(self) -> str:
        """The head's role, whether it stands in parentheses and behind what, and what it is measured against."""
        head = self.head
        paren = "[" if head.depth else ""
        if head.depth and head.parent >= 0 and self.before and head.parent == self.before[0]:
            paren = "("
        return f"{head.role[:2]}{paren}{basis_of(head)}"

    def rank(self, k: int) -> str:
        """Where a figure stands from the head: so many before it, behind it, in parentheses behind it, or far."""
        return self.ranks.get(k, "far")

    @cached_property
    def own(self) -> Sequence[tuple[str, int]]:
        """The levels that stand at the head, and how: in parentheses behind it, before them, before it, behind it, or
        somewhere else in like words."""
        return list(self._own())

    def _own(self) -> Iterator[tuple[str, int]]:
        head = self.head
        if self.after and self.rows[self.after[0]].parent == head.figure:
            yield "(", self.after[0]
        elif self.after and self.rows[self.after[0]].clause == head.clause:
            yield ">", self.after[0]
        if self.before and self.rows[self.before[0]].role == LEVEL and not self.rows[self.before[0]].percent:
            before = self.rows[self.before[0]]
            if head.depth and head.parent == before.figure:
                yield ")", before.figure
            elif before.sentence == head.sentence and before.depth == head.depth:
                yield "<", before.figure
                return
        if not head.depth and not (self.after and self.rows[self.after[0]].parent == head.figure):
            for k in self.levels.alike(head.label | head.basis_label, self.at):
                yield "~", k
