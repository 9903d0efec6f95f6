"""The figures around a percentage, in its reading order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from audit.finders._far import Common, Levels
from audit.finders.base import Context, basis_of, bucket
from audit.statements import FACTOR, LEVEL, POINT, RANGE

BEFORE, AFTER, REACH = 8, 2, 700
TOLERANCE = 4.0  # a percentage that misses by a larger factor is no candidate
NEAREST = 12.0  # unless it is of the nearest figures


class Window:
    """The figures around one head."""

    def __init__(self, context: Context, flow: Sequence[int], at: int, wholes: list[int], levels: Levels) -> None:
        self.context, self.at, self.levels = context, flow[at], levels
        self.common = Common([])  # set once all heads of the order are read
        self.rows = rows = context.rows
        self.head = head = rows[flow[at]]
        self.before: list[int] = []
        self.skipped: dict[int, int] = {}
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
            self.before.append(k)
            self.skipped[k] = percents
        self.after: list[int] = []
        for k in flow[at + 1 : at + 4]:
            row = rows[k]
            away = row.sentence > head.sentence + 1 or row.block != head.block
            if away or row.percent or row.role in (RANGE, POINT, FACTOR) or len(self.after) == AFTER:
                break
            self.after.append(k)
            self.skipped[k] = 0
        near = set(self.before) | set(self.after)
        self.far = [k for k in wholes[-4:] if k not in near]
        nouns = {(rows[k].unit, rows[k].noun) for k in self.before[:3]}
        for k in reversed(flow[max(0, at - 40) : max(0, at - len(self.before))]):
            row = rows[k]
            if len(self.far) >= 6:
                break
            like = not row.percent and row.role == LEVEL and (row.unit, row.noun) in nouns
            if like and k not in near and k not in self.far:
                self.far.append(k)
        for k in self.far:
            self.skipped[k] = 9

    def plausible(self, value: float, a: int, b: int) -> bool:
        """Whether a value is near enough to the head: one wrong digit of the nearest figures may move it far."""
        nearest = self.before[:3]
        near = a in nearest and b in nearest and self.rows[b].sentence == self.head.sentence
        most = NEAREST if near else TOLERANCE
        return self.head.size / most <= value <= self.head.size * most

    def stands(self) -> str:
        """The head's role, whether it stands in parentheses and behind what, and what it is measured against."""
        head = self.head
        paren = "[" if head.depth else ""
        if head.depth and head.parent >= 0 and self.before and head.parent == self.before[0]:
            paren = "("
        return f"{head.role[:2]}{paren}{basis_of(head)}"

    def rank(self, k: int) -> str:
        """Where a figure stands from the head: so many before it, behind it, in parentheses behind it, or far."""
        if self.skipped.get(k, 9) == 9:
            return "far"
        if self.rows[k].parent == self.head.figure and self.rows[k].depth == self.head.depth + 1:
            return "a("  # "56% (1.838)"
        if k in self.before:
            return "b" + bucket(self.before.index(k), 5)
        return "a" + str(self.after.index(k)) if k in self.after else "far"

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
