"""The growth of an average, or of a price, from the growth of a total and of the number of things.

"Lượng tăng 33,7%, trị giá tăng 44,55%; giá bình quân tăng 8,1%": which of two growths is the volume is tried both ways.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from audit.finders._said import grows, growth_sign, percentages
from audit.finders.base import Candidate, Context, Group, apart, basis_of, likeness, outcome, scope, signed
from audit.statements import EACH, GROWTH, MEAN, Statement

BACK = 5  # growths before the average's that are tried, two by two


def find(context: Context) -> Iterable[Group]:
    """One group for each growth of what is said of one: an average, a price, a yield."""
    rule = context.rule("average-growth", "percent", GROWTH)
    if rule is None:
        return
    for flow in context.flows:
        if not any(_is_mean(context, context.rows[k]) for k in flow):
            continue
        growths = [k for k in flow if context.rows[k].percent and grows(context.rows[k])]
        said = percentages(context, flow)
        of = {j: k for k, held in said.items() for j in held}
        for at, k in enumerate(growths):
            level = context.rows[of[k]] if k in of else None
            head = context.rows[k]
            if (level is not None and _is_mean(context, level)) or head.cues & (MEAN | EACH):
                own = () if level is None else said[level.figure]
                before = [j for j in growths[max(0, at - BACK) : at] if j not in own]
                group = Group(k, "implied:average", list(_candidates(context, rule.id, head, before)))
                if group.candidates:
                    yield group


def _is_mean(context: Context, row: Statement) -> bool:
    """Whether a figure says what one of many is worth."""
    return bool((row.cues | row.far) & (MEAN | EACH)) or "/" in context.figures[row.figure].unit


def _candidates(context: Context, rule: str, head: Statement, before: Sequence[int]) -> Iterator[Candidate]:
    """Any two neighbours among the growths before it that stand together."""
    rows = context.rows
    for n, (a, b) in enumerate(zip(reversed(before[:-1]), reversed(before[1:]), strict=True)):
        first, second = rows[a], rows[b]
        if second.sentence != first.sentence or head.sentence - first.sentence > 2 or first.depth != second.depth:
            continue
        for volume, value, order in ((first, second, "<"), (second, first, ">")):
            candidate = _candidate(rule, head, volume, value, f"{order}{n}")
            if candidate is not None:
                yield candidate


def _candidate(rule: str, head: Statement, volume: Statement, value: Statement, place: str) -> Candidate | None:
    signs = [growth_sign(row) for row in (head, value, volume)]
    (value_low, value_high), (low_count, high_count) = (
        [100.0 + end for end in signed(row, sign)] for row, sign in ((value, signs[1]), (volume, signs[2]))
    )
    if low_count <= 0 or value_low <= 0:
        return None
    low, high = 100.0 * (value_low / high_count - 1.0), 100.0 * (value_high / low_count - 1.0)
    if signs[0] < 0:
        low, high = -high, -low
    fit = outcome(head.low, head.high, low, high, head.size + head.step)
    size = max(head.size, abs(low + high) / 2, 1e-9)
    chance = min(1.0, (head.high - head.low + high - low) / size)
    features = (
        f"u:pos{place}", f"u:s{scope(volume, value)}", f"u:h{scope(value, head)}",
        f"u:b{basis_of(head)}{basis_of(value)}{basis_of(volume)}", f"u:d{head.depth}{head.depth - value.depth}",
        f"u:r{head.role[:2]}{value.role[:2]}{volume.role[:2]}", f"u:l{likeness(volume, value)}",
    )  # fmt: skip
    terms = ("percent", head.figure, signs[0]), ("value", value.figure, signs[1]), ("volume", volume.figure, signs[2])
    return Candidate(rule, terms, features, fit, chance, gap=apart(low, high, head.low, head.high, max(size, 5.0)))
