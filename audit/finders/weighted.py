"""The growth of a total from the growth of its parts, and how much of a plan it reached from how much they did.

"Xuất khẩu 500 triệu USD, tăng 25%; nhập khẩu 330 triệu USD, tăng 10%; tổng kim ngạch 830 triệu USD, tăng 18,6%": the
totals and parts are those whose sums hold; what is new here is that each of them has a percentage of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product

from audit.finders._said import grows, growth_sign, of_plan, percentages
from audit.finders.base import (
    HOLD,
    MISS,
    Candidate,
    Context,
    Group,
    RuleLike,
    apart,
    basis_of,
    bucket,
    flag,
    outcome,
    scope,
    signed,
)
from audit.statements import COMPLETE, GROWTH, LEVEL, LIST, RATIO, Statement

MOST = 6  # parts
COARSE = 0.05  # sums that chance closes more often than this say nothing of a list


def follow(context: Context, groups: Iterable[Group]) -> Iterable[Group]:
    """One group for each percentage of a total whose parts all have such a percentage."""
    sums = context.rule("list", "whole", LEVEL)
    kinds = [
        (rule, of, letter)
        for rule, of, letter in (
            (context.rule("weighted", "percent", GROWTH), grows, "w"),
            (context.rule("weighted", "percent", RATIO), of_plan, "y"),
        )
        if rule is not None
    ]
    if sums is None or not kinds:
        return
    said: dict[int, list[int]] | None = None
    found: dict[tuple[str, int], Group] = {}
    seen: set[tuple[int, ...]] = set()
    for group in groups:
        for candidate in group.candidates:
            terms = candidate.terms
            if candidate.outcome != HOLD or candidate.chance > COARSE or candidate.rule != sums.id:
                continue
            members = tuple(term[1] for term in terms)
            if not 2 < len(terms) < MOST + 2 or candidate.given is not None or members in seen:
                continue
            seen.add(members)
            if any(context.rows[k].role != LEVEL for k in members):
                continue
            if said is None:
                said = {k: held for flow in context.flows for k, held in percentages(context, flow).items()}
            if not all(k in said for k in members):
                continue
            for rule, of, letter in kinds:
                told = candidate.prefix + flag(_opening(context.rows[members[1]]))
                for made in _claims(context, rule, of, letter, [said[k] for k in members], members, told):
                    head = made.terms[0][1]
                    found.setdefault((letter, head), Group(head, "implied:weighted")).candidates.append(made)
    yield from found.values()


def _opening(first: Statement) -> int:
    """The words before a first part that say that a list begins."""
    return (first.cues | first.far) & (LIST | COMPLETE)


def _claims(
    context: Context,
    rule: RuleLike,
    of: Callable[[Statement], bool],
    letter: str,
    said: Sequence[Sequence[int]],
    members: tuple[int, ...],
    told: str,
) -> Iterator[Candidate]:
    """The first such percentage of each, or the second of each: those of the total and of the parts correspond."""
    rows = context.rows
    like = [[k for k in held if of(rows[k])] for held in said]
    most = min(map(len, like[1:]))
    for a, b in product(range(min(len(like[0]), 2)), range(min(most, 2))):
        heads = [held[a if not n else b] for n, held in enumerate(like)]
        percents = [rows[k] for k in heads]
        signs = [growth_sign(row) if letter == "w" else 1 for row in percents]
        place = f"{a}{b}{max(map(len, like))}"
        made = _candidate(rule, letter, [rows[k] for k in members], percents, signs, place, told)
        if made is not None:
            yield made


def _candidate(
    rule: RuleLike,
    letter: str,
    levels: Sequence[Statement],
    percents: Sequence[Statement],
    signs: Sequence[int],
    place: str,
    told: str,
) -> Candidate | None:
    total, head = levels[0], percents[0]
    lows, highs = [], []
    for row, sign in zip(percents, signs, strict=True):
        low, high = signed(row, sign)
        lows.append(100.0 + low if letter == "w" else low)
        highs.append(100.0 + high if letter == "w" else high)
    if min(lows) <= 0:
        return None
    least = sum(row.low / high for row, high in zip(levels[1:], highs[1:], strict=True))
    most = sum(row.high / low for row, low in zip(levels[1:], lows[1:], strict=True))
    if least <= 0:
        return None
    low, high, stated_low, stated_high = total.low / most, total.high / least, lows[0], highs[0]
    spread = max(max(highs[1:]) - min(lows[1:]), 1e-9)
    if letter == "w":  # the excess over 100 is what is printed
        low, high, stated_low, stated_high = low - 100, high - 100, stated_low - 100, stated_high - 100
    if signs[0] < 0:
        low, high, stated_low, stated_high = -high, -low, -stated_high, -stated_low
    fit = outcome(stated_low, stated_high, low, high, head.size + head.step)
    # an average of the parts' percentages lies among them anyway: a fit proves only what it says beyond that
    chance = min(1.0, (stated_high - stated_low + high - low) / spread)
    bases = {basis_of(row) for row in percents[1:]} - {"-"}
    features = (
        f"{letter}:at{place}", f"{letter}:k{bucket(len(levels) - 1, 4)}", f"{letter}:sp{scope(total, head)}",
        f"{letter}:st{scope(total, levels[1])}", f"{letter}:sl{scope(levels[1], levels[-1])}",
        f"{letter}:b{basis_of(head)}{''.join(sorted(bases))}", f"{letter}:d{head.depth - total.depth}",
        f"{letter}:dd{len({row.depth for row in percents[1:]})}", f"{letter}:r{head.role[:2]}",
        f"{letter}:by{told}",
    )  # fmt: skip
    terms = [("percent", head.figure, signs[0]), ("total", total.figure, 1)]
    for level, percent, sign in zip(levels[1:], percents[1:], signs[1:], strict=True):
        terms += [("amounts", level.figure, 1), ("percents", percent.figure, sign)]
    gap = apart(low, high, stated_low, stated_high, max(head.size, spread)) if fit == MISS else 1.0
    return Candidate(rule.id, tuple(terms), features, fit, chance, gap=gap)
