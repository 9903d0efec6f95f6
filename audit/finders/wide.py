"""Sums found by their numbers: a total whose parts stand anywhere near it, in whatever words.

"62.418 thí sinh đăng ký … 1.586 em bỏ thi, nên 60.832 em dự thi": long figures that add up prove themselves, once the
search is paid for: the chance of a sum counts all sums about as large as the total that were as near in the text.
Of each total the sums of two that fit are proposed, and those of a row of like levels, each for itself; where none
fits, the closest, but for the learning only: it raises no alarm.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

from audit.finders.base import (
    MISS,
    Candidate,
    Context,
    Group,
    apart,
    base_of,
    bucket,
    flag,
    likeness,
    noun_match,
    outcome,
    scope,
)
from audit.records import Figure
from audit.statements import BALANCE, CHANGE, LEVEL, REMAIN, WHOLE, Statement

REACH = 40  # figures before a total and behind it
FINE, EXACT = 300.0, 100.0  # a total of fewer units, and a smaller count, is met by too many sums
CHANCE = 0.1  # a fit that is as likely by accident proves nothing, and there are no words to help it
NEAR = 0.03  # sums further from the total are no candidates
SHORTEST, LONGEST, STEPS = 3, 8, (1, 2, 3)
LOOK = 4  # rows on either side of a total's size that are looked at for one within its reach
YEARS = 1900, 2100
SMALL = 10  # a count as small may be a number of something else: "3 nhóm"


class Place(NamedTuple):
    """A level, where it stands in its reading order, among those like it, and the width of its interval."""

    at: int
    row: Statement
    n: int
    width: float


class Found(NamedTuple):
    """Parts in reading order, and how many sums as near in the text come so near the total."""

    parts: Sequence[Place]
    tries: float
    room: float = 1.0


def follow(context: Context, groups: Sequence[Group]) -> Iterable[Group]:
    """One group for each sum that fits and that no other finder proposes; for the learning, of the closest others."""
    rule = context.rule("list", "whole", LEVEL)
    if rule is None:
        return
    proposed = _Proposed(groups)
    for flow in context.flows:
        for levels in _levels(context.rows, flow) if len(flow) > 2 else ():
            totals = [place for place in levels if _is_long(place)] if len(levels) > 2 else []
            if not totals:
                continue
            rows = _Rows(levels)
            crowds = Counter(place.row.sentence for place in levels)
            for head in totals:
                crowd = crowds[head.row.sentence]
                for kind, sums in (
                    ("pair", _pairs(levels, head, context.misses)),
                    ("row", rows.sums_to(head, context.misses)),
                ):
                    for found in sums:
                        candidate = _candidate(rule.id, kind, context.figures, head, found, crowd)
                        proves = candidate.chance <= CHANCE and candidate.figures not in proposed
                        if candidate.outcome == MISS or proves:
                            yield Group(head.row.figure, f"wide:{kind}@{candidate.terms[1][1]}", [candidate])


class _Proposed:
    """The sets of figures that others tie, and that fit; made when first asked for."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self.groups = groups
        self.sets: set[frozenset[int]] | None = None

    def __contains__(self, figures: frozenset[int]) -> bool:
        if self.sets is None:
            self.sets = {c.figures for group in self.groups for c in group.candidates if c.outcome != MISS}
        return figures in self.sets


def _levels(rows: Sequence[Statement], flow: Sequence[int]) -> Iterator[list[Place]]:
    """The levels of a reading order, by unit; what has none, in whole numbers and in others."""
    kinds: defaultdict[tuple[str, bool], list[Place]] = defaultdict(list)
    for at, k in enumerate(flow):
        row = rows[k]
        if row.role in (LEVEL, CHANGE) and not row.percent and not row.signed and row.size > 0 and not _is_year(row):
            like = kinds[row.unit, bool(row.unit) or row.step in (0.0, 1.0)]
            like.append(Place(at, row, len(like), row.high - row.low))
    yield from kinds.values()


def _is_year(row: Statement) -> bool:
    return not row.unit and row.noun in ("", "?") and YEARS[0] <= row.size <= YEARS[1]


def _is_long(place: Place) -> bool:
    """Whether a figure has digits enough to be known by them, and nothing makes it less or more than they say."""
    row, width = place.row, place.width
    return row.size >= (FINE * width if width else EXACT) and width <= 1.001 * row.step


def _fine(head: Place) -> float:
    """The width of the coarsest parts that a total may have: no coarser than itself."""
    return 1.001 * max(head.width, 1.0)


def _pairs(levels: Sequence[Place], head: Place, misses: bool) -> Iterator[Found]:
    """The sums of two levels that make a total; else, if it is wanted, the one that comes closest."""
    at, total, n, _ = head
    goal, fine = total.size, _fine(head)
    first, last = at - REACH, at + REACH
    near = levels[max(0, n - REACH) : n + REACH + 1]
    around = [place for place in near if first <= place.at <= last and place.row.size < goal and place.width <= fine]
    sizes = sorted({place.row.size for place in around})
    i, j = 0, len(sizes) - 1
    close, best = NEAR * goal, (0.0, 0.0)
    hits, room = [], 1.5 * fine
    while i < j:
        beyond = sizes[i] + sizes[j] - goal
        gap = abs(beyond)
        if gap <= room:
            hits.append((sizes[i], sizes[j]))
        if gap < close:
            close, best = gap, (sizes[i], sizes[j])
        if beyond > 0:
            j -= 1
        else:
            i += 1
    fitting = [parts for sums in hits if _fits(total, parts := _nearest(around, at, sums))]
    for parts in fitting:
        far, room = _span(at, parts), _room(goal, parts)
        yield Found(parts, _near([place.row.size for place in around if abs(place.at - at) <= far], goal, room), room)
    if misses and best[1] and not fitting:
        yield Found(_nearest(around, at, best), 0.0)


def _nearest(around: Sequence[Place], at: int, sizes: tuple[float, float]) -> Sequence[Place]:
    """Of the levels of two sizes those that stand nearest to a total and to each other."""
    first, second = ([place for place in around if place.row.size == size] for size in sizes)
    if len(first) == len(second) == 1:
        return sorted((first[0], second[0]))
    return min((sorted(both) for both in product(first, second)), key=lambda both: _span(at, both))


def _span(at: int, parts: Sequence[Place]) -> int:
    """How far a total and its parts reach, in figures."""
    return max(at, parts[-1].at) - min(at, parts[0].at)


def _fits(total: Statement, parts: Sequence[Place]) -> bool:
    low, high = _sum(parts)
    return outcome(total.low, total.high, low, high) != MISS


def _sum(parts: Sequence[Place]) -> tuple[float, float]:
    return sum(place.row.low for place in parts), sum(place.row.high for place in parts)


def _room(goal: float, parts: Sequence[Place]) -> float:
    """How far from a total the sums lie among which a fit is as likely as any other: as what joins the largest part."""
    return min(NEAR * goal, sum(place.row.size for place in parts) - max(place.row.size for place in parts))


def _near(sizes: list[float], goal: float, room: float) -> int:
    """How many sums of two come so near a goal."""
    sizes.sort()
    low, high = goal - room, goal + room
    both = sum(bisect_right(sizes, high - size) - bisect_left(sizes, low - size) for size in sizes)
    return both // 2


class _Rows:
    """The sums of rows of like levels, one behind the other or at equal steps, by their size."""

    def __init__(self, levels: Sequence[Place]) -> None:
        self.levels = levels
        self.sums: list[tuple[float, int, int, int]] = []
        self._add(levels, STEPS)
        self.long = [place for place in levels if place.row.step or place.row.size >= EXACT]
        if len(self.long) < len(levels):
            self._add(self.long, (0,))
        self.sums.sort()
        self.keys = [entry[0] for entry in self.sums]

    def _add(self, levels: Sequence[Place], steps: Iterable[int]) -> None:
        """Rows at these steps; a step of 0 is one behind the other, small counts apart."""
        count, sums = len(levels), self.sums
        sizes = [place.row.size for place in levels]
        for named in steps:
            step = named or 1
            for first in range(count - (SHORTEST - 1) * step):
                reach = sizes[first] + sizes[first + step]
                for last in range(first + 2 * step, min(count, first + LONGEST * step), step):
                    reach += sizes[last]
                    sums.append((reach, first, last, named))

    def sums_to(self, head: Place, misses: bool) -> Iterator[Found]:
        """The rows that add up to a total, within its reach, no level in two; else, if wanted, one that comes close."""
        at, total = head.at, head.row
        goal, keys = total.size, self.keys
        room = (LONGEST + 1) / 2 * _fine(head)
        first, last = bisect_left(keys, goal - room), bisect_right(keys, goal + room)
        rows = [parts for n in range(first, last) if (parts := self._parts(n, head)) and _fits(total, parts)]
        rows.sort(key=lambda parts: _span(at, parts))
        taken: set[int] = set()
        for parts in rows:
            if not taken.isdisjoint(place.at for place in parts):
                continue
            taken.update(place.at for place in parts)
            far, room = _span(at, parts), _room(goal, parts)
            near = bisect_right(keys, goal + room) - bisect_left(keys, goal - room)
            within = sum(abs(place.at - at) <= far for place in self.levels)
            yield Found(parts, near * within / len(self.levels), room)
        if rows or not misses:
            return
        middle, room = bisect_left(keys, goal), NEAR * goal
        least, most = max(middle - LOOK, bisect_left(keys, goal - room)), bisect_right(keys, goal + room)
        for n in (*range(middle, min(middle + LOOK, most)), *range(middle - 1, least - 1, -1)):
            if parts := self._parts(n, head):
                yield Found(parts, 0.0)
                return

    def _parts(self, n: int, head: Place) -> Sequence[Place]:
        """The levels of a row, if they may be parts of a total, or nothing."""
        _, first, last, step = self.sums[n]
        levels = self.levels if step else self.long
        if head.at - levels[first].at > REACH or levels[last].at - head.at > REACH:
            return ()
        parts = levels[first : last + 1 : step or 1]
        fine, goal = _fine(head), head.row.size
        for place in parts:
            if place.width > fine or place.row.size >= goal:
                return ()
        return parts


def _grain(row: Statement, figure: Figure) -> float:
    """The round number that a figure is a multiple of: 1,000 of 12,000."""
    digits = str(figure.mantissa)
    return float(10 ** (len(digits) - len(digits.rstrip("0")))) * 10.0 ** (row.power - figure.decimals)


def _candidate(rule: str, kind: str, figures: Sequence[Figure], head: Place, found: Found, crowd: int) -> Candidate:
    at, total = head.at, head.row
    parts = [place.row for place in found.parts]
    low, high = _sum(found.parts)
    fit = outcome(total.low, total.high, low, high)
    chance = 1.0
    if fit != MISS:
        grain = min(_grain(row, figures[row.figure]) for row in (total, *parts))
        width = max(high - low + head.width, grain)
        chance = min(1.0, max(1.0, found.tries) * width / (2 * found.room))
    first, second, last = parts[0], parts[1], parts[-1]
    start, end = found.parts[0].at, found.parts[-1].at
    where = "b" if at < start else "e" if at > end else "m"
    between = found.parts[-1].n - found.parts[0].n + 1 - len(parts) - (where == "m")
    sentences = len({row.sentence for row in parts})
    least = min(row.size for row in parts)
    near = total.cues | total.far | total.behind
    features = (
        f"l:{kind}{where}{bucket((_span(at, found.parts) - len(parts)).bit_length(), 5)}",
        f"l:{kind}{bucket(between, 3)}{'=' if sentences == 1 else '/' if sentences == len(parts) else '-'}",
        f"l:s{scope(total, first if where == 'b' else last)}{scope(first, last)}",
        f"l:n{_nouns(total, parts)}{_nouns(first, parts[1:])}",
        f"l:l{likeness(total, first)}{likeness(first, second)}",
        f"l:b{base_of(total)}{''.join(sorted({base_of(row) for row in parts}))}",
        f"l:t{flag(len({row.period for row in parts}) > 1)}{flag(any(row.period == total.period for row in parts))}",
        f"l:d{bucket(total.depth, 2)}{bucket(first.depth, 2)}{flag(first.depth == last.depth)}",
        f"l:k{bucket(len(parts), 5)}{'m' if total.step else 'c'}",
        f"l:w{flag(near & WHOLE)}{flag(near & (BALANCE | REMAIN))}{flag(last.cues & REMAIN)}",
        f"l:m{bucket(int(math.log10(total.size / least)), 3)}{flag(least < SMALL and not total.step)}",
        f"l:r{flag(total.role == CHANGE)}{bucket(sum(row.role == CHANGE for row in parts), 2)}",
        f"l:z{bucket(crowd.bit_length(), 5)}{kind}",
    )  # fmt: skip
    terms = (("whole", total.figure, 1), *(("parts", row.figure, 1) for row in parts))
    gap = apart(low, high, total.low, total.high, total.size)
    return Candidate(rule, terms, features, fit, chance, gap=gap, searched=True)


def _nouns(one: Statement, others: Sequence[Statement]) -> str:
    """How the things counted compare with those of others: the ways there are."""
    return "".join(sorted({noun_match(one, row) for row in others}))
