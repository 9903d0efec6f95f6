"""Shares of parts that are all printed, of a total that is not: "nam 62 triệu người (51,7%), nữ 58 triệu (48,3%)".

Amounts that stand each beside a percentage make a list; where the percentages come near 100, the list is whole, and
each percentage is its amount's share of all of them. A printed total that explains the percentages needs no such list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from audit.finders.base import (
    MISS,
    Candidate,
    Context,
    Group,
    RuleLike,
    apart,
    bucket,
    comparable,
    noun_match,
    outcome,
    scope,
)
from audit.statements import BARE, LEVEL, RATIO, SHARE, Statement

NEAR = 15.0  # points from 100 that a wrong digit may move the sum of the percentages


@dataclass(frozen=True, slots=True)
class Pair:
    """A level and the percentage beside it; `form` is ( or ) where the percentage or the level is in parentheses."""

    level: Statement
    percent: Statement
    form: str
    at: int

    @property
    def first(self) -> Statement:
        """The figure of both that stands before the other."""
        return self.percent if self.form == ")" else self.level


def follow(context: Context, groups: Sequence[Group]) -> Iterable[Group]:
    """One group for each percentage of a list that no printed total explains."""
    rule = context.rule("share-of-parts", "percent", SHARE)
    if rule is None:
        return
    wholes = {group.head: _wholes(group) for group in groups if group.kind == "percent"}
    for flow in context.flows:
        for run in _runs(_pairs(context, flow)):
            for pairs in _whole_lists(run):
                if not _is_explained(pairs, wholes):
                    yield from _shares(rule, pairs)


def _wholes(group: Group) -> frozenset[tuple[int, int]]:
    """The parts and wholes of one percentage that fit it."""
    fitting = ({role: figure for role, figure, _ in c.terms} for c in group.candidates if c.outcome != MISS)
    return frozenset((terms["part"], terms["whole"]) for terms in fitting if "whole" in terms)


def _is_explained(pairs: Sequence[Pair], wholes: dict[int, frozenset[tuple[int, int]]]) -> bool:
    """Whether one printed total fits all of the percentages; of three or more, all but one, which may be wrong."""
    found = Counter(whole for p in pairs for part, whole in wholes.get(p.percent.figure, ()) if part == p.level.figure)
    own = {p.level.figure for p in pairs}
    return any(n >= max(2, len(pairs) - 1) for whole, n in found.items() if whole not in own)


def _pairs(context: Context, flow: Sequence[int]) -> Iterator[Pair]:
    """Each level with the percentage right beside it, one of the two in parentheses, or in plain words."""
    rows = context.rows
    for at, (a, b) in enumerate(pairwise(flow)):
        one, two = rows[a], rows[b]
        if one.percent == two.percent or one.sentence != two.sentence or not context.back.keys().isdisjoint((a, b)):
            continue
        inside = two.depth == one.depth + 1 and two.parent == one.figure
        level, percent = (two, one) if one.percent else (one, two)
        if level.role != LEVEL or level.base or level.low <= 0 or not _is_share(percent, inside):
            continue
        if inside:
            yield Pair(level, percent, ")" if one.percent else "(", at)
        elif two.percent and two.part == one.part and two.depth == one.depth:
            yield Pair(level, percent, ",", at)


def _is_share(row: Statement, inside: bool) -> bool:
    said = row.role == SHARE or (row.role in (BARE, RATIO) and (inside or row.role == BARE))
    return said and not row.basis and not row.base and 0 < row.size < 100


def _runs(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    """Pairs of one form, unit and depth: of one sentence, or of sentences (lines) that each begin with one."""
    run: list[Pair] = []
    for pair in pairs:
        if run and not _goes_on(run[-1], pair):
            yield run
            run = []
        run.append(pair)
    if run:
        yield run


def _goes_on(last: Pair, pair: Pair) -> bool:
    a, b = last.first, pair.first
    if last.form != pair.form or a.depth != b.depth or not comparable(last.level, pair.level):
        return False
    return a.sentence == b.sentence or (b.sentence == a.sentence + 1 and a.first and b.first)


def _whole_lists(run: list[Pair]) -> Iterator[list[Pair]]:
    """The pieces of a run whose percentages make 100; failing that the run itself, if they come near."""
    found, start = False, 0
    while start < len(run):
        stop = _end_of_100(run, start)
        if stop:
            yield run[start:stop]
        found, start = found or bool(stop), stop or start + 1
    if not found and len(run) > 1 and abs(sum(p.percent.size for p in run) - 100.0) <= NEAR:
        yield run


def _end_of_100(run: Sequence[Pair], start: int) -> int:
    """Where the percentages from one place on first make 100, or 0."""
    low = high = 0.0
    for at, pair in enumerate(islice(run, start, None), start + 1):
        low, high = low + pair.percent.low, high + pair.percent.high
        if at > start + 1 and _is_100(low, high):
            return at
        if low > 100.0:
            break
    return 0


def _makes_100(pairs: Sequence[Pair]) -> bool:
    return _is_100(sum(p.percent.low for p in pairs), sum(p.percent.high for p in pairs))


def _is_100(low: float, high: float) -> bool:
    return outcome(100.0, 100.0, low, high) != MISS


def _shares(rule: RuleLike, pairs: Sequence[Pair]) -> Iterator[Group]:
    first, last = pairs[0], pairs[-1]
    skipped = last.at - first.at - 2 * (len(pairs) - 1)
    features = (
        f"f:f{first.form}{first.percent.role[:2]}", f"f:k{bucket(len(pairs), 4)}{'=' if _makes_100(pairs) else '~'}",
        f"f:s{scope(first.first, last.first)}", f"f:n{noun_match(first.level, last.level)}", f"f:g{bucket(skipped, 2)}",
    )  # fmt: skip
    for pair in pairs:
        yield Group(pair.percent.figure, "implied:base", [_share(rule.id, pair, pairs, features)])


def _share(rule: str, pair: Pair, pairs: Sequence[Pair], features: tuple[str, ...]) -> Candidate:
    others = [p.level for p in pairs if p is not pair]
    part, head = pair.level, pair.percent
    low = 100.0 / (1.0 + sum(row.high for row in others) / part.low)
    high = 100.0 / (1.0 + sum(row.low for row in others) / part.high)
    fit = outcome(head.low, head.high, low, high, head.size + head.step)
    chance = min(1.0, (head.high - head.low + high - low) / max(head.size, 1e-9))
    terms = ("percent", head.figure, 1), ("part", part.figure, 1), *(("others", row.figure, 1) for row in others)
    return Candidate(rule, terms, features, fit, chance, gap=apart(low, high, head.low, head.high, head.size))
