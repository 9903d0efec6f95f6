"""The same indicator of the same period printed twice: head and body, box and paragraph, text and note.

Labels bind, not values: the earlier printings whose label is most like that of a figure are its candidates. Those that
only agree in value stand beside them and pay for all the figures that they were picked from.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator

from audit import periods
from audit.finders._paper import LONG, UNIQUE, Paper, may_repeat, meet
from audit.finders.base import (
    HOLD,
    MISS,
    Candidate,
    Context,
    Group,
    apart,
    base_of,
    basis_of,
    bucket,
    flag,
    likeness,
    noun_match,
    scope,
)
from audit.statements import FACTOR, GROWTH, LEVEL, POINT, RANGE, Statement

LABELS, VALUES = 2, 1  # candidates by label and by value
SURE = 2.0  # log-odds of an error where the same level is followed by another growth
ANCHORED = 8  # the rank of what stands behind the same figure
BY_VALUE = 9  # the rank of what was found by its digits
BY_SLIP = 7  # the rank of what one misprint would make equal
SINGLE = (ANCHORED, BY_SLIP)  # ranks of misses that may be sure
COMMON = 12  # a word of more labels than this names nothing
CLOSE = 0.03  # a rounded printing lies no further from the exact one
HEDGED = 0.005  # nor one that says "hơn" or "gần" with the same last digit
AHEAD = 3.0  # two printings further apart are not of one thing
SLIPS = 6  # earlier figures with the same last digits that are looked at


def find(context: Context) -> Iterable[Group]:
    """One group for each figure that may have been printed before."""
    rule = context.rule("repeat", "second", LEVEL)
    if rule is None:
        return
    paper = Paper(context)
    for a, b in paper.boxed():
        yield _contradiction(_candidate(paper, rule.id, context.rows[b], context.rows[a], BY_SLIP, 2))
    for n, flow in enumerate(context.flows):
        seen = _Seen(paper)
        for k in sorted((*flow, *paper.cells)) if n == 0 else flow:
            row = context.rows[k]
            digits = paper.digits[k]
            if row.role == FACTOR or row.size <= 0 or digits < 2:  # one digit says too little to be known again
                continue
            if row.role == RANGE and digits < UNIQUE:
                continue
            if digits < LONG and not (row.label and (row.unit or row.noun)):
                continue
            group = Group(k, "repeat")
            for other, rank, tries in seen.like(row):
                candidate = _candidate(paper, rule.id, row, other, rank, tries)
                if candidate.outcome == MISS and rank in SINGLE:
                    sure = _is_sure(context, row, other) if rank == ANCHORED else _is_one(paper, row, other)
                    if sure:
                        yield _contradiction(candidate)
                        continue
                if rank != BY_SLIP:
                    group.candidates.append(candidate)
            if group.candidates:
                yield group
            seen.add(row)


def _contradiction(candidate: Candidate) -> Group:
    """A miss that is an error whatever the numbers are: the text says that both figures are one."""
    candidate.bound, candidate.given = True, SURE
    return Group(candidate.terms[-1][1], "contradiction", [candidate])


class _Seen:
    """The figures read so far, by label word and by value."""

    def __init__(self, paper: Paper) -> None:
        self.paper, self.rows = paper, paper.rows
        self.words: defaultdict[tuple[str, bool], dict[str, list[int]]] = defaultdict(dict)
        self.values: dict[tuple[str, bool], list[tuple[float, int]]] = {}
        self.tails: dict[tuple[str, int], list[int]] = {}
        self.followers: dict[tuple[str, float], list[int]] = {}

    def add(self, row: Statement) -> None:
        k = row.figure
        if self._has_label(row):
            words = self.words[row.unit, row.percent]
            for word in row.label:
                words.setdefault(word, []).append(k)
            if (anchor := self._anchor(row)) is not None:
                self.followers.setdefault(anchor, []).append(k)
            if self.paper.digits[k] >= LONG:
                self.tails.setdefault((row.unit, self.paper.plain[k] % 100), []).append(k)
        insort(self.values.setdefault((row.unit, row.percent), []), (row.size, k))

    def _has_label(self, row: Statement) -> bool:
        """Whether words around a figure say what it is; in a table and at the ends of a range they do not."""
        return row.role != RANGE and row.figure not in self.paper.cells

    def _anchor(self, row: Statement) -> tuple[str, float] | None:
        """The figure just before one in its sentence, if it is long enough to be known again."""
        before = self.rows[row.figure - 1] if row.figure else row
        known = before.sentence == row.sentence and before is not row and self.paper.digits[before.figure] >= LONG
        return (before.unit, before.size) if known else None

    def _anchored(self, row: Statement) -> list[int]:
        """What follows the same figure elsewhere, in the same role: "63,2 triệu lượt, tăng 6,9%" twice."""
        anchor = self._anchor(row)
        if anchor is None:
            return []
        rows = self.rows
        return [
            k
            for k in self.followers.get(anchor, ())[-2:]
            if may_repeat(row, rows[k]) and (rows[k].role, rows[k].sign, rows[k].base) == (row.role, row.sign, row.base)
        ]

    def like(self, row: Statement) -> Iterator[tuple[Statement, int, int]]:
        """Earlier figures that may be the same, with their rank by label and the number they were picked from."""
        rows = self.rows
        taken: list[int] = []
        shared: dict[int, int] = {}
        if self._has_label(row):
            words = self.words[row.unit, row.percent]
            for word in row.label:
                before = words.get(word, ())
                if len(before) <= COMMON:
                    for k in before:
                        shared[k] = shared.get(k, 0) + 1
            taken = self._anchored(row)
            for k in taken:
                yield rows[k], ANCHORED, len(taken)
            labelled = self._labelled(row, shared, taken)
            for rank, k in enumerate(labelled):
                yield rows[k], rank, rank + 1
            taken += labelled
        found = self._equal(row, shared, taken)
        for k in found:
            yield rows[k], BY_VALUE, max(2, len(self.values[row.unit, row.percent]))
        if not found and self._has_label(row) and not any(_same(row, rows[k]) for k in taken):
            k = self._misprinted(row)
            if k >= 0:
                yield rows[k], BY_SLIP, 2

    def _labelled(self, row: Statement, shared: dict[int, int], taken: list[int]) -> list[int]:
        """The earlier figures whose labels share most words with this one's: equal ones, or the best of the others."""
        rows = self.rows
        labelled: list[int] = []
        alike = [(-words, -k) for k, words in shared.items() if words > 1]
        for k, words in ((-k, -words) for words, k in sorted(alike)):
            if len(labelled) == LABELS:
                break
            if k in taken:
                continue
            other = rows[k]
            if row.size != other.size and not row.size / AHEAD < other.size < row.size * AHEAD:
                continue
            if (_same(row, other) or (words > 2 and not labelled and not meet(row, other))) and may_repeat(row, other):
                labelled.append(k)
        return labelled

    def _equal(self, row: Statement, shared: dict[int, int], taken: list[int]) -> list[int]:
        """The earlier figures of the same value: long ones, or short ones with a word in common."""
        rows, digits, cells = self.rows, self.paper.digits, self.paper.cells
        values = self.values.get((row.unit, row.percent), [])
        at = bisect_left(values, (row.low * 0.99, -1))
        equal: list[int] = []
        long = digits[row.figure] >= LONG
        for _, k in values[at : at + 12]:
            other = rows[k]
            if other.low > row.high:
                break
            if k in taken or not _same(row, other) or (k in cells and row.figure in cells):
                continue
            if not (long or k in shared or self.paper.retold(k, row.figure) > 1):
                continue
            if may_repeat(row, other) or (
                long and row.size == other.size and self._is_told_again(row, other, digits[row.figure])
            ):
                equal.append(k)
        return sorted(equal, key=lambda k: (-shared.get(k, 0), -k))[:VALUES]

    def _is_told_again(self, row: Statement, other: Statement, digits: int) -> bool:
        """Whether equal long figures may be one although noun, role or sentence speak against it."""
        if POINT in (row.role, other.role) or (row.percent and row.role != other.role):
            return False
        if row.sentence == other.sentence:
            words = (row.label | row.beyond) & (other.label | other.beyond)
            apart = row.clause != other.clause and row.role != RANGE
            return apart and len(words) > 2 and (not row.percent or digits > LONG)
        if digits > LONG:
            return True
        return noun_match(row, other) != "!" and not self.paper.topic(row).isdisjoint(self.paper.topic(other))

    def _misprinted(self, row: Statement) -> int:
        """An earlier figure that differs by one slip of the pen and has the same last digits, or -1."""
        paper = self.paper
        plain = paper.plain[row.figure]
        for k in reversed(self.tails.get((row.unit, plain % 100), ())[-SLIPS:]):
            if (
                not (k in paper.twins and row.figure in paper.twins)
                and may_repeat(row, self.rows[k])
                and _is_slip(plain, paper.plain[k], row.size, self.rows[k].size)
            ):
                return k
        return -1


def _is_slip(a: int, b: int, size: float, other: float) -> bool:
    """One digit before the last two, or two neighbours swapped, or the decimal mark.

    >>> _is_slip(116096, 116596, 116096.0, 116596.0), _is_slip(7051, 7061, 7051.0, 7061.0)
    (True, False)
    """
    if a == b:
        return round(max(size, other) / min(size, other), 6) in (10.0, 1000.0)
    one, two = str(a), str(b)
    if a % 100 != b % 100 or len(one) != len(two) or len(one) < 4 or not 0.1 < size / other < 10.0:
        return False
    wrong = [i for i, pair in enumerate(zip(one, two, strict=True)) if pair[0] != pair[1]]
    if len(wrong) == 1:
        return True
    first, second = wrong[0], wrong[-1]
    return len(wrong) == 2 and second - first == 1 and one[first] == two[second] and one[second] == two[first]


def _is_one(paper: Paper, row: Statement, other: Statement) -> bool:
    """Whether two figures are of one thing: nearly one label, no other words on either side but one, no two periods."""
    if row.role != other.role or row.sign != other.sign or row.base != other.base:
        return False
    shared = len(row.label & other.label)
    if shared < 2 or 4 * shared < 3 * min(len(row.label), len(other.label)):
        return False
    topic, before = paper.topic(row), paper.topic(other)
    return (topic <= before or before <= topic) and periods.match(row.period, other.period) != "!"


def _same(a: Statement, b: Statement) -> bool:
    """Whether two printings say the same: digit by digit, or one of them rounded further; 16% is not about 17%."""
    if a.size == b.size:
        return True
    wider = abs((a.high - a.low) - (b.high - b.low)) > 0.1 * max(a.step, b.step)
    return wider and meet(a, b) and abs(a.size - b.size) < (CLOSE if a.step != b.step else HEDGED) * a.size


def _candidate(paper: Paper, rule: str, row: Statement, other: Statement, rank: int, tries: int) -> Candidate:
    shared, least = len(row.label & other.label), max(1, min(len(row.label), len(other.label)))
    digits = min(paper.digits[row.figure], paper.digits[other.figure])
    width = (row.high - row.low + other.high - other.low) or 1.0
    chance = min(1.0, tries * max(width / max(row.size, other.size), 10.0**-digits))
    like = "0" if not shared else str(min(4, 4 * shared // least))
    near = _neighbours(paper, row.figure, other.figure)
    topic = len(paper.topic(row) & paper.topic(other)) - shared
    retold = paper.retold(other.figure, row.figure)
    period = periods.match(row.period, other.period)
    kind = "%" if row.percent else "u" if row.unit else noun_match(row, other)
    roles = row.role[:2] + other.role[:2]
    bases = base_of(row) + base_of(other) + basis_of(row) + basis_of(other)
    anchors = _alike(paper, row, other) if rank == ANCHORED else ""
    depths = bucket(row.depth, 2) + bucket(other.depth, 2)
    features = (
        f"e:l{like}{bucket(shared, 5)}", f"e:k{kind}{roles}", f"e:p{period}{flag(like > '1')}", f"e:b{bases}",
        f"e:s{scope(other, row)}", f"e:rank{rank}{anchors}", f"e:near{near}",
        f"e:topic{bucket(max(0, topic), 5)}{flag(like > '1')}", f"e:retold{bucket(retold, 3)}",
        f"e:sign{flag(row.sign == other.sign)}", f"e:first{flag(other.first)}{flag(row.first)}", f"e:d{depths}",
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


def _alike(paper: Paper, row: Statement, other: Statement) -> str:
    """How alike the figures before two figures are, and what is between: the same clause, or more."""
    a, b = paper.rows[row.figure - 1], paper.rows[other.figure - 1]
    return likeness(a, b) + noun_match(a, b) + scope(a, row) + scope(b, other)


def _is_sure(context: Context, row: Statement, other: Statement) -> bool:
    """Whether two figures say the same of the same, in so many words: "63,2 triệu lượt, tăng 6,9% so với cùng kỳ"."""
    a, b = context.rows[row.figure - 1], context.rows[other.figure - 1]
    if noun_match(a, b) not in "=u" or likeness(a, b) < "2" or row.depth - a.depth != other.depth - b.depth:
        return False
    if not row.clause - a.clause == other.clause - b.clause < 2:
        return False
    return row.role == GROWTH and not a.percent and bool(row.basis) and row.basis == other.basis


def _neighbours(paper: Paper, a: int, b: int) -> int:
    """How many of the figures beside two figures agree, too."""
    rows = paper.rows
    agree = 0
    for d in (-1, 1):
        if min(a, b) + d >= 0 and max(a, b) + d < len(rows) and a + d != b:
            agree += rows[a + d].unit == rows[b + d].unit and meet(rows[a + d], rows[b + d])
    return agree
