"""What stands far from a percentage: levels looked up by the size that an identity asks for, and the wholes that the
percentages beside it fit.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from audit.finders.base import Context
from audit.statements import LEVEL

REACH = 80  # figures between a percentage and a level that is looked up for it
FEW, NAMESAKES = 6, 2  # figures that a word may name and still tell them apart, and how many are looked at
SPREAD = 0.1  # how far from the size asked for levels are counted, to know how often chance would offer one
LEAST = 0.5  # points of growth about a percentage, at least, in which pairs are counted
PAIRED, FACTOR = 6, 4.0  # figures between two levels that are compared, and how many times the other one is
BESIDE, NEIGHBOURS = 16, 6  # figures between percentages that are said in one breath, and how many speak at most
MOST, AGAINST = 6.0, 3.0  # nats that a fit beside says for a whole, and that its failing to fit says against (1 in 20)


class Levels:
    """The levels of a document, those of its tables, too, by unit and size."""

    def __init__(self, context: Context) -> None:
        kinds: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
        for row in context.rows:
            if row.role == LEVEL and not row.percent and row.size > 0:
                kinds[row.unit].append((row.size, row.figure))
        self.rows, self._placed = context.rows, kinds
        self._kinds = {unit: sorted(some) for unit, some in kinds.items()}

    @cached_property
    def _named(self) -> Mapping[str, Sequence[int]]:
        """The figures that each word names."""
        named: defaultdict[str, list[int]] = defaultdict(list)
        for some in self._placed.values():
            for _, k in some:
                for word in self.rows[k].label:
                    named[word].append(k)
        return named

    @cached_property
    def _pairs(self) -> Sequence[tuple[float, int, int, int]]:
        return sorted(pair for some in self._placed.values() for pair in _pairs(some))

    def sized(self, unit: str, size: float, spread: float = SPREAD) -> Sequence[tuple[float, int]]:
        """The sizes and figures of a unit within `spread` of a size, the smallest first."""
        some = self._kinds.get(unit, [])
        first = bisect_left(some, ((1 - spread) * size,))
        last = bisect_right(some, ((1 + spread) * size, math.inf))
        return some[first:last]

    def about(self, unit: str, size: float, at: int, spread: float = SPREAD) -> list[int]:
        """The figures within reach of a place and within `spread` of a size, nearest in size first."""
        near = sorted((abs(s - size), k) for s, k in self.sized(unit, size, spread) if abs(k - at) <= REACH)
        return [k for _, k in near]

    def grown(self, percent: float, at: int) -> list[tuple[int, int]]:
        """Pairs of levels that stand side by side and grew by about so much: (current, previous), nearest first."""
        room = max(SPREAD * abs(percent), LEAST)
        first, last = (bisect_left(self._pairs, (percent + way * room,)) for way in (-1, 1))
        some = self._pairs[first:last]
        near = sorted((abs(grown - percent), a, b) for grown, place, a, b in some if abs(place - at) <= REACH)
        return [(a, b) for _, a, b in near]

    def alike(self, words: Iterable[str], at: int) -> list[int]:
        """The figures within reach that share the most of the words which name few; none where no word does."""
        shared: dict[int, int] = {}
        for word in words:
            some = self._named.get(word, ())
            if len(some) <= FEW:
                for k in some:
                    shared[k] = shared.get(k, 0) + 1
        most = max(shared.values(), default=0)
        return [k for k in sorted(shared) if shared[k] == most and abs(k - at) <= REACH][:NAMESAKES]

    def closest(self, unit: str, size: float) -> list[int]:
        """The one figure next in size."""
        some = self._kinds.get(unit, [])
        i = bisect_left(some, (size,))
        return [min(some[max(0, i - 1) : i + 1], key=lambda found: abs(found[0] - size))[1]] if some else []


def _pairs(some: Sequence[tuple[float, int]]) -> Iterator[tuple[float, int, int, int]]:
    """Growth in percent, place, current and previous of each two levels that stand side by side, in either order."""
    for n, (size, k) in enumerate(some):
        for other, j in some[n + 1 : n + 5]:
            if j - k <= PAIRED and size / FACTOR <= other <= size * FACTOR:
                yield 100.0 * (other / size - 1.0), k, j, k
                yield 100.0 * (size / other - 1.0), k, k, j


@dataclass(slots=True)
class Share:
    """A percentage with the part that stands at it, how that stands, and the wholes that it fits: nats by figure."""

    head: int
    way: str
    part: int
    fits: Mapping[int, float]


class Common:
    """Which whole the shares beside a share fit: "52% (166 ca) … 2,2% (7 ca)", of 318 cases a paragraph before."""

    def __init__(self, shares: Sequence[Share]) -> None:
        self._said: dict[tuple[int, int], dict[int, float]] = {}
        self._own = {(share.head, share.part): share.fits for share in shares}
        ways: defaultdict[str, list[Share]] = defaultdict(list)
        for share in shares:
            ways[share.way].append(share)
        for some in ways.values():
            for n, share in enumerate(some):
                near = some[max(0, n - NEIGHBOURS) : n + NEIGHBOURS + 1]
                beside = [s for s in near if s is not share and abs(s.head - share.head) <= BESIDE]
                wholes = {whole for other in beside for whole in other.fits} - {share.part}
                said = {whole: sum(other.fits.get(whole, -AGAINST) for other in beside) for whole in wholes}
                self._said[share.head, share.part] = said

    def nats(self, head: int, part: int, whole: int) -> float:
        """What the shares beside say for a whole."""
        return self._said.get((head, part), {}).get(whole, 0.0)

    def best(self, head: int, part: int) -> int | None:
        """The whole that they say most for; among equals what the share itself fits, too, and what stands nearest."""
        said, own = self._said.get((head, part)), self._own.get((head, part), {})
        return max(said, key=lambda k: (said[k] + own.get(k, -AGAINST), -abs(k - head))) if said else None
