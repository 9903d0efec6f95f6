"""A figure of the headline or the standfirst and the one in the body that it stands for, often rounded or hedged there.

"Hơn 700 người chết" above "làm chết 712 người". What may be meant is picked by value among all of its kind, and
pays for the search; words, noun and place decide. A miss may alarm only where one slip would make both equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from audit import periods
from audit.finders._paper import LONG, UNIQUE, meet, said
from audit.finders.base import (
    HOLD,
    MISS,
    Candidate,
    Context,
    Group,
    apart,
    basis_of,
    bucket,
    flag,
    noun_match,
)
from audit.statements import BARE, CHANGE, FACTOR, GROWTH, LEVEL, POINT, RANGE, Statement

HEAD = 6  # figures of a head at most, and the room that it has in blocks
BLOCKS = 3
LOOK = 240  # figures of the body that are looked at
CLOSE = 0.05  # a headline's number lies no further from the exact one
DECADES = 3.0  # figures of one kind spread over so much (natural logarithm, halved)
TELLING = 3  # digits that two equal figures must have: fewer are equal too often to say anything
LABELS, BY_VALUE, BY_SLIP = 2, 8, 9  # candidates by their words, and the ranks of others


def find(context: Context) -> Iterable[Group]:
    """One group for each figure of the head that the body may tell."""
    rule = context.rule("repeat", "second", LEVEL)
    if rule is None or not context.flows:
        return
    flow = context.flows[0]
    head = _head([context.rows[k] for k in flow[: HEAD + 2]])
    body = [context.rows[k] for k in flow[:LOOK]]
    for row in head:
        if row.size > 0 and row.role not in (FACTOR, RANGE, POINT) and _is_named(context, row):
            candidates = list(_candidates(context, rule.id, row, body))
            if candidates:
                yield Group(row.figure, "headline", candidates)


def _head(rows: Sequence[Statement]) -> list[Statement]:
    """The figures of the first blocks, each of one sentence with few figures, before a block that tells more."""
    head: list[Statement] = []
    while len(head) < len(rows):
        block = [row for row in rows[len(head) :] if row.block == rows[len(head)].block]
        blocks = {row.block for row in head}
        if len(block) > BLOCKS or block[0].sentence != block[-1].sentence or len(blocks) == BLOCKS:
            return head
        head += block
    return [] if len(rows) < HEAD else head[:HEAD]


def _is_named(context: Context, row: Statement) -> bool:
    """Whether a figure says of what it is, or is long enough to be known again: a date or a model's number is not."""
    return bool(row.percent or row.unit or row.noun) or said(context.figures[row.figure].mantissa)[0] >= LONG


def _candidates(context: Context, rule: str, row: Statement, body: Sequence[Statement]) -> Iterator[Candidate]:
    """The figures of the body with most words in common, whether they fit or not, and one that fits by value alone."""
    kin = [other for other in body if other.block > row.block and other.size > 0 and _is_kin(row, other)]
    words = _words(row)
    shared = {other.figure: len(words & _words(other)) for other in kin}
    kin.sort(key=lambda other: (-shared[other.figure], other.figure))
    long = said(context.figures[row.figure].mantissa)[0] >= TELLING
    fitting = [other for other in kin if (other.size == row.size and long) or _rounds(context, row, other)]
    kin = [other for other in kin if other.size != row.size or long]
    for rank, other in enumerate(kin[:LABELS]):
        if shared[other.figure]:
            yield _candidate(context, rule, row, other, HOLD if other in fitting else MISS, rank, rank + 1)
    rest = (other for rank, other in enumerate(kin) if rank >= LABELS or not shared[other.figure])
    nearest = next((other for other in rest if other in fitting), None)
    if nearest is not None:
        yield _candidate(context, rule, row, nearest, HOLD, BY_VALUE, len(kin))
    if not fitting and said(context.figures[row.figure].mantissa)[0] >= LONG:
        slips = [other for other in kin if _is_slip(context, row, other)]
        if len(slips) == 1:
            yield _candidate(context, rule, row, slips[0], MISS, BY_SLIP, len(kin))


def _is_kin(row: Statement, other: Statement) -> bool:
    """Whether two figures may be one by what they are."""
    if row.percent != other.percent or row.unit != other.unit or other.role in (FACTOR, RANGE, POINT):
        return False
    if row.role != other.role and not row.percent and {row.role, other.role} != {LEVEL, CHANGE}:
        return False
    if (
        row.percent
        and GROWTH in (row.role, other.role)
        and row.role != other.role
        and BARE not in (row.role, other.role)
    ):
        return False
    return noun_match(row, other) != "!" and periods.match(row.period, other.period) != "!"


def _rounds(context: Context, row: Statement, other: Statement) -> bool:
    """Whether the head may say the body's figure in fewer digits."""
    fewer = said(context.figures[row.figure].mantissa)[0] < said(context.figures[other.figure].mantissa)[0]
    hedged = bool(context.figures[row.figure].hedge)
    return (fewer or hedged) and meet(row, other) and abs(row.size - other.size) <= CLOSE * other.size


def _is_slip(context: Context, row: Statement, other: Statement) -> bool:
    """Whether the order of two neighbours is all that differs, or one digit of a long number."""
    one, two = (context.figures[k].printed for k in (row.figure, other.figure))
    if len(one) != len(two) or one == two or row.power != other.power or context.figures[row.figure].hedge:
        return False
    wrong = [i for i, (a, b) in enumerate(zip(one, two, strict=True)) if a != b]
    first, last = wrong[0], wrong[-1]
    if first == last:
        return said(context.figures[row.figure].mantissa)[0] >= UNIQUE
    return len(wrong) == 2 and last - first == 1 and one[first] == two[last] and one[last] == two[first]


def _words(row: Statement) -> frozenset[str]:
    return row.label | row.beyond


def _candidate(
    context: Context, rule: str, row: Statement, other: Statement, fit: int, rank: int, tries: int
) -> Candidate:
    digits = said(context.figures[row.figure].mantissa)[0]
    width = 10.0**-digits  # figures that are rounded to so many digits are equal so often
    if row.size != other.size:
        width = max(width, min(CLOSE, (row.high - row.low + other.high - other.low) / other.size) / DECADES)
    chance = min(1.0, tries * 2 * width)
    kind = "%" if row.percent else noun_match(row, other)
    shared = len(_words(row) & _words(other))
    hedge = context.figures[row.figure].hedge[:1]
    features = (
        f"head:k{kind}{row.role[:2]}{other.role[:2]}", f"head:like{bucket(len(row.label & other.label), 4)}",
        f"head:shared{bucket(shared, 6)}{flag(rank < BY_VALUE)}", f"head:rank{rank}", f"head:hedge{hedge}",
        f"head:digits{bucket(digits, 4)}", f"head:near{bucket(other.sentence - row.sentence, 4)}",
        f"head:first{flag(other.first)}", f"head:depth{other.depth}", f"head:basis{basis_of(row)}{basis_of(other)}",
        f"head:sign{flag(row.sign == other.sign)}", f"head:base{flag(other.base)}",
    )  # fmt: skip
    terms = (("first", row.figure, 1), ("second", other.figure, 1))
    gap = apart(row.low, row.high, other.low, other.high, max(row.size, other.size))
    return Candidate(rule, terms, features, fit, chance, gap=gap, searched=fit == MISS and rank not in (0, BY_SLIP))
