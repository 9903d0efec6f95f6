"""A total of several numbers, each times its own price: "412 suất mức 600.000 đồng và 90 suất mức 300.000 đồng"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from audit import units
from audit.finders._sought import SPAN, paid
from audit.finders.base import (
    MISS,
    Candidate,
    Context,
    Group,
    apart,
    bucket,
    flag,
    offset,
    outcome,
    scope,
)
from audit.statements import EACH, LEVEL, PER, WHOLE, Statement

BEFORE, AFTER = 3, 3  # figures between a run of pairs and its total
MOST = 6  # pairs in a run

Pair = tuple[Statement, Statement]


def find(context: Context) -> Iterable[Group]:
    """One group for each run of numbers with prices."""
    rule = context.rule("bill", "total", LEVEL)
    if rule is None:
        return
    for flow in context.flows:
        for start, run in _runs(context, flow):
            group = _group(context, flow, start, run, rule.id)
            if group is not None:
                yield group


def _runs(context: Context, flow: Sequence[int]) -> Iterator[tuple[int, list[Pair]]]:
    """Pairs, one behind the other, of one kind of thing in one currency; `start` is where the first stands."""
    rows = context.rows
    at = 0
    while at + 3 < len(flow):
        run: list[Pair] = []
        i = at
        while i + 1 < len(flow) and len(run) < MOST and _is_pair(rows[flow[i]], rows[flow[i + 1]]):
            pair = rows[flow[i]], rows[flow[i + 1]]
            if run and not _alike(run[0], pair):
                break
            run.append(pair)
            i += 2
        if len(run) > 1:
            yield at, run
        at = i if run else at + 1


def _is_pair(count: Statement, price: Statement) -> bool:
    whole = not count.step and not count.unit and bool(count.noun) and count.size > 1
    plain = count.role == price.role == LEVEL and not price.percent and price.size > 0
    return whole and plain and count.part == price.part and units.is_money(price.unit)


def _alike(first: Pair, other: Pair) -> bool:
    nouns = first[0].noun.split(" ")[-1], other[0].noun.split(" ")[-1]
    return first[1].unit == other[1].unit and nouns[0] == nouns[1] and other[0].sentence - first[0].sentence < 2


def _group(context: Context, flow: Sequence[int], start: int, run: Sequence[Pair], rule: str) -> Group | None:
    """The total of a run: the nearest that fits, or else the nearest that comes near."""
    low = sum(count.low * price.low for count, price in run)
    high = sum(count.high * price.high for count, price in run)
    stop = start + 2 * len(run)
    near = [*range(stop, min(len(flow), stop + AFTER)), *range(start - 1, max(-1, start - 1 - BEFORE), -1)]
    found = []
    for rank, i in enumerate(near):
        row = context.rows[flow[i]]
        if row.role == LEVEL and row.unit == run[0][1].unit and low < row.size * SPAN and high > row.size / SPAN:
            found.append((int(outcome(row.low, row.high, low, high) == MISS), rank, i))
    if not found:
        return None
    _, _, i = min(found)
    total, first = context.rows[flow[i]], run[0][0]
    said = all(_is_price(context, price) for _, price in run)
    place = offset(i - stop if i >= stop else i - start, BEFORE, AFTER)
    features = (
        f"v:at{place}", f"v:k{bucket(len(run), 4)}", f"v:said{flag(said)}", f"v:s{scope(first, total)}",
        f"v:w{flag((total.cues | total.far) & WHOLE)}",
    )  # fmt: skip
    terms = (
        ("total", total.figure, 1),
        *(("counts", count.figure, 1) for count, _ in run),
        *(("each", price.figure, 1) for _, price in run),
    )
    chance = paid((total.high - total.low + high - low) / total.size, len(found))
    gap = apart(low, high, total.low, total.high, total.size)
    explicit = len(found) == 1 and first.sentence == total.sentence
    fit = outcome(total.low, total.high, low, high)
    candidate = Candidate(rule, terms, features, fit, chance, gap=gap, searched=not explicit)
    return Group(total.figure, "bill", [candidate])


def _is_price(context: Context, row: Statement) -> bool:
    """Whether a word says that an amount is what one is worth."""
    return bool((row.cues | row.behind) & (EACH | PER)) or "/" in context.figures[row.figure].unit
