"""The same indicator of the same period printed twice: head and body, box and paragraph, text and note.

Labels bind, not values: the earlier printings whose label is most like that of a figure are its candidates. Those that
only agree in value stand beside them and pay for all the figures that they were picked from.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from functools import lru_cache

from audit import periods
from audit.finders.base import (
    HOLD,
    MISS,
    SLACK,
    Candidate,
    Context,
    Group,
    apart,
    base_of,
    basis_of,
    bucket,
    likeness,
    noun_match,
    scope,
)
from audit.statements import BARE, CHANGE, FACTOR, GROWTH, LEVEL, POINT, RANGE, Statement

LABELS, VALUES = 2, 1  # candidates by label and by value
SURE = 2.0  # log-odds of an error where the same level is followed by another growth
ANCHORED = 8  # the rank of what stands behind the same figure
COMMON = 12  # a word of more labels than this names nothing
CLOSE = 0.03  # a rounded printing lies no further from the exact one
AHEAD = 12.0  # two printings further apart are not of one thing


def find(context: Context) -> Iterable[Group]:
    """One group for each figure that may have been printed before."""
    rule = context.rule("repeat", "second", LEVEL)
    if rule is None:
        return
    for flow in context.flows:
        seen = _Seen(context)
        for k in flow:
            row = context.rows[k]
            if (
                row.role in (RANGE, FACTOR)
                or row.size <= 0
                or not row.label
                or not (row.unit or row.noun or _digits(context, k) > 2)
                or _digits(context, k) < 2  # one digit says too little to be known again
            ):
                continue
            group = Group(k, "repeat")
            for other, rank, tries in seen.like(row):
                candidate = _candidate(context, rule.id, row, other, rank, tries)
                if rank == ANCHORED and candidate.outcome == MISS and _is_sure(context, row, other):
                    candidate.bound, candidate.given = True, SURE
                    yield Group(k, "contradiction", [candidate])
                else:
                    group.candidates.append(candidate)
            if group.candidates:
                yield group
            seen.add(row)


class _Seen:
    """The figures read so far, by label word and by value."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.words: dict[tuple[str, str, bool], list[int]] = {}
        self.values: dict[tuple[str, bool], list[tuple[float, int]]] = {}
        self.followers: dict[tuple[str, float], list[int]] = {}

    def add(self, row: Statement) -> None:
        for word in row.label:
            self.words.setdefault((word, row.unit, row.percent), []).append(row.figure)
        if (anchor := self._anchor(row)) is not None:
            self.followers.setdefault(anchor, []).append(row.figure)
        insort(self.values.setdefault((row.unit, row.percent), []), (row.size, row.figure))

    def _anchor(self, row: Statement) -> tuple[str, float] | None:
        """The figure just before one in its sentence, if it is long enough to be known again."""
        before = self.context.rows[row.figure - 1] if row.figure else row
        known = before.sentence == row.sentence and before is not row and _digits(self.context, before.figure) > 2
        return (before.unit, before.size) if known else None

    def _anchored(self, row: Statement) -> list[int]:
        """What follows the same figure elsewhere, in the same role: "63,2 triệu lượt, tăng 6,9%" twice."""
        anchor = self._anchor(row)
        if anchor is None:
            return []
        rows = self.context.rows
        return [
            k
            for k in self.followers.get(anchor, ())[-2:]
            if _may_repeat(row, rows[k])
            and (rows[k].role, rows[k].sign, rows[k].base) == (row.role, row.sign, row.base)
        ]

    def like(self, row: Statement) -> Iterator[tuple[Statement, int, int]]:
        """Earlier figures that may be the same, with their rank by label and the number they were picked from."""
        shared: dict[int, int] = {}
        for word in row.label:
            before = self.words.get((word, row.unit, row.percent), ())
            if len(before) <= COMMON:
                for k in before:
                    shared[k] = shared.get(k, 0) + 1
        rows = self.context.rows
        best = sorted((item for item in shared.items() if item[1] > 1), key=lambda item: (-item[1], -item[0]))
        anchored = self._anchored(row)
        for k in anchored:
            yield rows[k], ANCHORED, len(anchored)
        labelled: list[int] = []
        for k, _ in best:
            if len(labelled) == LABELS:
                break
            if k in anchored:
                continue
            if not row.size / AHEAD < rows[k].size < row.size * AHEAD or not _may_repeat(row, rows[k]):
                continue
            if _same(row, rows[k]) or (not labelled and not _meet(row, rows[k])):
                labelled.append(k)
        for rank, k in enumerate(labelled):
            yield rows[k], rank, rank + 1
        values = self.values.get((row.unit, row.percent), [])
        at = bisect_left(values, (row.low * 0.99, -1))
        equal: list[int] = []
        long = _digits(self.context, row.figure) > 2
        for _, k in values[at : at + 12]:
            if rows[k].low > row.high:
                break
            if (
                k not in labelled
                and k not in anchored
                and (k in shared or long)
                and _same(row, rows[k])
                and _may_repeat(row, rows[k])
            ):
                equal.append(k)
        for k in sorted(equal, key=lambda k: (-shared.get(k, 0), -k))[:VALUES]:
            yield rows[k], 9, max(2, len(values))


def _may_repeat(row: Statement, other: Statement) -> bool:
    if (
        row.unit != other.unit
        or row.percent != other.percent
        or row.sentence == other.sentence
        or noun_match(row, other) == "!"
    ):
        return False
    roles = {row.role, other.role}
    return len(roles) == 1 or (BARE in roles if row.percent else not roles & {CHANGE, POINT})


def _same(a: Statement, b: Statement) -> bool:
    """Whether two printings say the same: digit by digit, or one of them rounded further; 16% is not about 17%."""
    return a.size == b.size or (a.step != b.step and _meet(a, b) and abs(a.size - b.size) < CLOSE * a.size)


def _meet(a: Statement, b: Statement) -> bool:
    slack = SLACK * max(a.high, b.high)
    return a.low <= b.high + slack and b.low <= a.high + slack


def _digits(context: Context, k: int) -> int:
    """How many digits a figure says: 98.000 says two."""
    return _said(context.figures[k].mantissa)


@lru_cache(maxsize=1 << 14)
def _said(mantissa: int) -> int:
    return len(str(mantissa).rstrip("0")) or 1


def _candidate(context: Context, rule: str, row: Statement, other: Statement, rank: int, tries: int) -> Candidate:
    shared, least = len(row.label & other.label), max(1, min(len(row.label), len(other.label)))
    digits = min(_digits(context, row.figure), _digits(context, other.figure))
    width = (row.high - row.low + other.high - other.low) or 1.0
    chance = min(1.0, tries * max(width / max(row.size, other.size), 10.0**-digits))
    like = "0" if not shared else str(min(4, 4 * shared // least))
    near = _neighbours(context, row.figure, other.figure)
    topic = len(_topic(context, row) & _topic(context, other)) - shared
    period = periods.match(row.period, other.period)
    kind = "%" if row.percent else "u" if row.unit else noun_match(row, other)
    roles = row.role[:2] + other.role[:2]
    bases = base_of(row) + base_of(other) + basis_of(row) + basis_of(other)
    anchors = _alike(context, row, other) if rank == ANCHORED else ""
    depths = bucket(row.depth, 2) + bucket(other.depth, 2)
    features = (
        f"e:l{like}{bucket(shared, 5)}", f"e:k{kind}{roles}", f"e:p{period}{like > '1':d}", f"e:b{bases}",
        f"e:s{scope(other, row)}", f"e:rank{rank}{anchors}", f"e:near{near}",
        f"e:topic{bucket(max(0, topic), 5)}{like > '1':d}",
        f"e:sign{int(row.sign == other.sign)}", f"e:first{int(other.first)}{int(row.first)}", f"e:d{depths}",
        f"e:digits{bucket(digits, 5)}", f"e:pl{period}{kind}{like}",
    )  # fmt: skip
    terms = (("first", other.figure, 1), ("second", row.figure, 1))
    return Candidate(
        rule,
        terms,
        features,
        HOLD if _same(row, other) else MISS,
        chance,
        gap=apart(row.low, row.high, other.low, other.high, max(row.size, other.size)),
    )


def _alike(context: Context, row: Statement, other: Statement) -> str:
    """How alike the figures before two figures are, and what is between: the same clause, or more."""
    a, b = context.rows[row.figure - 1], context.rows[other.figure - 1]
    return likeness(a, b) + noun_match(a, b) + scope(a, row) + scope(b, other)


def _is_sure(context: Context, row: Statement, other: Statement) -> bool:
    """Whether two figures say the same of the same, in so many words: "63,2 triệu lượt, tăng 6,9% so với cùng kỳ"."""
    a, b = context.rows[row.figure - 1], context.rows[other.figure - 1]
    if noun_match(a, b) not in "=u" or likeness(a, b) < "2" or row.depth - a.depth != other.depth - b.depth:
        return False
    if not row.clause - a.clause == other.clause - b.clause < 2:
        return False
    return row.role == GROWTH and not a.percent and bool(row.basis) and row.basis == other.basis


def _topic(context: Context, row: Statement) -> frozenset[str]:
    """The label of a figure and of the two before it in its sentence: "GDP quý I ước tăng" may name it from afar."""
    rows = context.rows
    label = row.label
    for k in (row.figure - 1, row.figure - 2):
        if k >= 0 and rows[k].sentence == row.sentence:
            label |= rows[k].label
    return label


def _neighbours(context: Context, a: int, b: int) -> int:
    """How many of the figures beside two figures agree, too."""
    rows = context.rows
    agree = 0
    for d in (-1, 1):
        if min(a, b) + d >= 0 and max(a, b) + d < len(rows) and a + d != b:
            agree += rows[a + d].unit == rows[b + d].unit and _meet(rows[a + d], rows[b + d])
    return agree
