"""Terms that are sought in the whole neighbourhood of a head: every two levels are tried, the best pair is proposed,
and its chance pays for all that came near.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from audit import periods
from audit.finders.base import (
    MISS,
    Candidate,
    Context,
    Group,
    apart,
    bucket,
    flag,
    noun_match,
    offset,
    outcome,
    scope,
)
from audit.finders.products import beside
from audit.records import Figure
from audit.statements import LEVEL, Statement

BEFORE, AFTER = 20, 8
SENTENCES = 8  # between a head and its terms
SPAN = 3.0  # terms that give a value no further from the head came near
SPREAD = 2.2  # the logarithms between the ends of that span: so much of it a pair may hit
LETTERS = 3  # with so many letters alike a word names a noun: "per ship", "27 ships"

Terms = tuple[tuple[str, int, int], ...]


class Sought(ABC):
    """A kind of head whose terms may stand anywhere in its neighbourhood."""

    prefix: str
    kind: str
    alarms = False  # whether a miss says anything where one sentence holds all terms and one pair comes near
    reach = SENTENCES

    def __init__(self, context: Context) -> None:
        self.context, self.rows = context, context.rows

    @abstractmethod
    def known(self) -> bool:
        """Whether a rule wants such heads."""

    @abstractmethod
    def said(self, flow: Sequence[int], at: int) -> str:
        """How the words say that a figure is such a head; nothing where they do not."""

    @abstractmethod
    def group(self, flow: Sequence[int], at: int, how: str) -> Iterator[Group]:
        """The best terms around a head."""

    def is_level(self, head: Statement, row: Statement) -> bool:
        return (
            row.role == LEVEL
            and not row.percent
            and row.size > 0
            and row.low > 0
            and abs(row.sentence - head.sentence) <= self.reach
        )


class Quotient(Sought):
    """head = factor * above / below."""

    rounded = 0.0  # half a unit of the last digit where a head is rounded though it is a whole number

    @abstractmethod
    def above(self, head: Statement, row: Statement) -> bool:
        """Whether a level may be divided."""

    @abstractmethod
    def below(self, head: Statement, row: Statement) -> bool:
        """Whether a level may divide."""

    def pair(self, head: Statement, above: Statement, below: Statement) -> bool:
        """Whether two levels may stand in one quotient."""
        return True

    @abstractmethod
    def claim(self, head: Statement, above: int, below: int) -> tuple[str, Terms]:
        """The rule and the terms of a claim."""

    def factor(self, head: Statement) -> float:
        return 1.0

    def size(self, row: Statement) -> float:
        """The power of ten from the unit of a level to that in which all are reckoned."""
        return 1.0

    def group(self, flow: Sequence[int], at: int, how: str) -> Iterator[Group]:
        """The best pair of levels around a head."""
        head = self.rows[flow[at]]
        levels = [k for k in beside(flow, at, BEFORE, AFTER) if self.is_level(head, self.rows[k])]
        above = [k for k in levels if self.above(head, self.rows[k])]
        below = [k for k in levels if self.below(head, self.rows[k])]
        if not above or not below:
            return
        place = {k: i - at for i, k in enumerate(flow[max(0, at - BEFORE) : at + 1 + AFTER], max(0, at - BEFORE))}
        found = _Found(self, head, levels, place)
        for a, b in self._near(head, above, below):
            found.see(a, b)
        if found.best is not None:
            yield Group(head.figure, self.kind, [found.candidate(how)])

    def _near(self, head: Statement, above: Sequence[int], below: Sequence[int]) -> Iterator[tuple[int, int]]:
        """The pairs whose quotient comes near the head."""
        rows = self.rows
        ordered = sorted((rows[k].size * self.size(rows[k]), k) for k in below)
        sizes = [size for size, _ in ordered]
        for a in above:
            wanted = self.factor(head) * rows[a].size * self.size(rows[a]) / (head.size * self.size(head))
            low, high = bisect_left(sizes, wanted / SPAN), bisect_right(sizes, wanted * SPAN)
            for _, b in ordered[low:high]:
                if a != b and self.pair(head, rows[a], rows[b]):
                    yield a, b

    def bounds(self, head: Statement, above: Statement, below: Statement) -> tuple[float, float]:
        """What is computed for the head."""
        factor = self.factor(head) * self.size(above) / self.size(below) / self.size(head)
        return factor * above.low / below.high, factor * above.high / below.low


class _Found:
    """The best pair so far, and how many came near."""

    def __init__(self, shape: Quotient, head: Statement, levels: Sequence[int], place: dict[int, int]) -> None:
        self.shape, self.head, self.place = shape, head, place
        self.rank = {k: i for i, k in enumerate(levels)}
        self.best: tuple[int, int] | None = None
        self.cost: tuple[int, ...] = ()
        self.tried = 0
        half = 0.0 if head.step else shape.rounded
        self.low, self.high = head.low - half, head.high + half

    def see(self, a: int, b: int) -> None:
        """One more pair."""
        self.tried += 1
        head, above, below = self.head, self.shape.rows[a], self.shape.rows[b]
        fit = outcome(self.low, self.high, *self.shape.bounds(head, above, below))
        cost = (
            int(fit == MISS),
            int(not _names(head, below)),
            self.rank[a] + self.rank[b] + 4 * (above.sentence != below.sentence),
        )
        if self.best is None or cost < self.cost:
            self.best, self.cost = (a, b), cost

    def candidate(self, how: str) -> Candidate:
        """The best pair as a candidate; it may alarm where one sentence holds it and nothing else that comes near."""
        assert self.best is not None
        (a, b), head, shape = self.best, self.head, self.shape
        above, below, prefix = shape.rows[a], shape.rows[b], shape.prefix
        low, high = shape.bounds(head, above, below)
        fit = outcome(self.low, self.high, low, high)
        least = 1.0 / significant(shape.context.figures[head.figure])
        width = max((self.high - self.low + high - low) / head.size, least)
        features = (
            f"{prefix}:how{how}", f"{prefix}:s{scope(head, above)}{scope(head, below)}",
            f"{prefix}:at{offset(self.place[a], 3, 2)}{offset(self.place[b], 3, 2)}",
            f"{prefix}:ab{scope(above, below)}{bucket(abs(self.place[a] - self.place[b]), 3)}",
            f"{prefix}:named{flag(_names(head, below))}{flag(_names(above, below))}",
            f"{prefix}:n{noun_match(head, above)}{'u' if below.unit else 'n' if below.noun else ''}",
            f"{prefix}:x{'c' if not below.step else 'm'}{flag(below.power > 0)}{flag(above.power > 0)}",
            f"{prefix}:p{periods.match(head.period, above.period)}{periods.match(above.period, below.period)}",
            f"{prefix}:b{flag(above.base > 0)}{flag(below.base > 0)}{flag(head.base > 0)}",
            f"{prefix}:d{bucket(head.depth, 2)}{bucket(above.depth, 2)}{bucket(below.depth, 2)}",
        )  # fmt: skip
        rule, terms = shape.claim(head, a, b)
        chance = paid(width, self.tried)
        gap = apart(low, high, self.low, self.high, head.size)
        explicit = self.tried == 1 and above.sentence == below.sentence == head.sentence
        return Candidate(rule, terms, features, fit, chance, gap=gap, searched=not (shape.alarms and explicit))


def significant(figure: Figure) -> int:
    """The digits of a figure without its zeros at the end: round numbers fit each other more often."""
    return int(str(figure.mantissa).rstrip("0") or 1)


def paid(width: float, tried: int) -> float:
    """How often chance fits so well, of so many terms that came near."""
    return min(1.0, width * max(1.0, tried / SPREAD))


def _names(row: Statement, of: Statement) -> bool:
    """Whether the words around a figure name what another counts: "per ship", "27 ships"."""
    words = of.noun.split(" ")
    return bool(of.noun) and any(_alike(word, words[0]) or _alike(word, words[-1]) for word in row.label)


def _alike(a: str, b: str) -> bool:
    short = min(len(a), len(b))
    return a == b or (short >= LETTERS and a[:short] == b[:short] and abs(len(a) - len(b)) < LETTERS)
