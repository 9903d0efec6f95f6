"""What is known of the figures of a document before repeats are looked for: their digits, equals, topics and boxes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from audit.finders.base import SLACK, Context, noun_match
from audit.statements import BARE, CHANGE, POINT, RANGE, Statement

LONG, UNIQUE = 3, 5  # digits from which an equal figure is known again without its label, and in any role
TWINS = 4  # a value printed oftener than this is no trace of a retelling
REACH = 4  # figures on either side that a retelling may bring along, in another order
BOX = 3  # figures that stand alone in their sentences, one after the other, and figures that the text tells again
APART = 2.0  # two printings in a box and its text lie no further apart than so many times


class Paper:
    """The figures of one document; `cells` are those that stand in a table and in no flow."""

    def __init__(self, context: Context) -> None:
        self.context, self.rows = context, context.rows
        found = [said(figure.mantissa) for figure in context.figures]
        self.digits = [digits for digits, _ in found]
        self.plain = [plain for _, plain in found]
        inside = {k for flow in context.flows for k in flow}
        self.cells = {row.figure for row in self.rows if row.figure not in inside}
        places: dict[tuple[str, float], list[int]] = {}
        for row, digits in zip(self.rows, self.digits, strict=True):
            if digits >= LONG:
                places.setdefault((row.unit, row.size), []).append(row.figure)
        self.twins = {k: equal for equal in places.values() if 1 < len(equal) <= TWINS for k in equal}
        self.topics: dict[int, frozenset[str]] = {}

    def topic(self, row: Statement) -> frozenset[str]:
        """The label of a figure, of the two before it and of the clauses between: it may be named from afar."""
        known = self.topics.get(row.figure)
        if known is None:
            known = row.label | row.beyond
            for k in (row.figure - 1, row.figure - 2):
                if k >= 0 and self.rows[k].sentence == row.sentence:
                    known |= self.rows[k].label
            self.topics[row.figure] = known
        return known

    def retold(self, a: int, b: int) -> int:
        """How many long figures around `b` stand around `a`, too, besides those two: a passage told again."""
        twins = self.twins
        found = 0
        for k in range(max(0, b - REACH), min(len(self.rows), b + REACH + 1)):
            if k != b and k in twins:
                found += any(0 < abs(j - a) <= REACH and j != k and j != b for j in twins[k])
        return found

    def boxed(self) -> Iterator[tuple[int, int]]:
        """A figure of a key-figure box and the one that stands for it in the text, where they differ.

        The text tells the figures around both, and neither value is printed anywhere else; there is but one such pair.
        """
        if not self.twins:
            return
        times = Counter((row.unit, row.size) for row in self.rows)
        for box in self._boxes():
            pairs = []
            for a in box:
                if times[self.rows[a].unit, self.rows[a].size] == 1 and self.digits[a] > 1:
                    pairs += [(a, b) for b in self._beside(box, a, times) if self._stands_for(a, b)]
            boxed, told = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
            yield from ((a, b) for a, b in pairs if boxed[a] == told[b] == 1)

    def _boxes(self) -> Iterator[list[int]]:
        """Runs of figures each of which is the only one of its sentence: "Quà: 12 tỷ đồng" on a line of its own."""
        sentences = Counter(row.sentence for row in self.rows)
        run: list[int] = []
        for row in self.rows:
            if sentences[row.sentence] == 1 and row.note < 0:
                run.append(row.figure)
                continue
            if len(run) >= BOX:
                yield run
            run = []
        if len(run) >= BOX:
            yield run

    def _beside(self, box: list[int], a: int, times: Counter[tuple[str, float]]) -> list[int]:
        """The figures behind a box that are printed once and stand beside what the box prints around `a`, too."""
        around = range(max(box[0], a - REACH), min(box[-1], a + REACH) + 1)
        known = [b for k in around for b in self.twins.get(k, ()) if b > box[-1]]
        near = {k for b in known for k in range(b - REACH, b + REACH + 1) if box[-1] < k < len(self.rows)}
        return [k for k in near if times[self.rows[k].unit, self.rows[k].size] == 1 and self.digits[k] > 1]

    def _stands_for(self, a: int, b: int) -> bool:
        row, other = self.rows[a], self.rows[b]
        close = row.power == other.power and row.size < APART * other.size and other.size < APART * row.size
        return close and may_repeat(row, other) and not meet(row, other) and self.retold(a, b) >= BOX


def may_repeat(row: Statement, other: Statement) -> bool:
    """Whether two figures could be one by what they are: unit, noun and role; not within one sentence."""
    if (
        row.unit != other.unit
        or row.percent != other.percent
        or row.sentence == other.sentence
        or noun_match(row, other) == "!"
    ):
        return False
    roles = {row.role, other.role}
    if RANGE in roles:
        return False
    return len(roles) == 1 or (BARE in roles if row.percent else not roles & {CHANGE, POINT})


def meet(a: Statement, b: Statement) -> bool:
    """Whether the values that two figures may stand for overlap."""
    slack = SLACK * max(a.high, b.high)
    return a.low <= b.high + slack and b.low <= a.high + slack


@lru_cache(maxsize=1 << 14)
def said(mantissa: int) -> tuple[int, int]:
    """How many digits a figure says, and which: 98.000 says two, 98."""
    said = str(mantissa).rstrip("0") or "0"
    return len(said), int(said)
