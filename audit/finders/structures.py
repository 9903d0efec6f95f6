"""Shares to 100 that do not stand side by side: each beside its amount, or with other percentages between them.

Percentages and the amounts beside them say of what whole they are, though it is not printed: those of one whole make a
list, over several sentences and whatever stands between. Others are members by how they stand: at the depth of the
first, in parentheses or not, or each in parentheses behind another. A subtotal takes the place of its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from audit.finders._percents import ASIDE, Item, alike, flows, items, same_whole
from audit.finders.base import (
    MISS,
    SLACK,
    Candidate,
    Context,
    Group,
    apart,
    bucket,
    flag,
    noun_match,
    outcome,
    scope,
)
from audit.finders.shares import LEAST, MOST, WIDE
from audit.statements import COMPLETE, LIST, RATIO, REMAIN, REST, SHARE, SHARES

AHEAD = 16  # percentages that are looked at
NEAR = 12  # figures before the first in which the whole itself may be printed
FEW = 4  # parts of a subtotal

OF_ONE, AT_DEPTH, BEHIND = "j", "y", "i"  # kinds of lists, as the first letter of their features


def find(context: Context) -> Iterable[Group]:
    """One group for each percentage that may be the first of such a list."""
    rule = context.rule("share-list", "parts", SHARE)
    if rule is None:
        return
    for flow in flows(context):
        found = list(items(context, flow))
        taken: set[int] = set()
        for n, first in enumerate(found if len(found) > 1 else ()):
            group = Group(first.row.figure, "structure")
            if first.level is not None and first.at not in taken:
                members, rest = _of_one_whole(found, n)
                taken.update(member.at for member in members[1:] if member.row.sentence == first.row.sentence)
                group.candidates += _prefixes(context, rule.id, flow, OF_ONE, members, rest)
            if _opens(found, n):
                members, rest = _standing(found, n)
                kind = BEHIND if first.form == ASIDE else AT_DEPTH
                for some, by in _readings(members):
                    group.candidates += _prefixes(context, rule.id, flow, kind, some, rest, by)
            if group.candidates:
                yield group


def _opens(found: Sequence[Item], n: int) -> bool:
    """Whether a percentage is the first of its sentence, or the first there that stands in parentheses behind one."""
    before = [item for item in found[max(0, n - 2) : n] if item.row.sentence == found[n].row.sentence]
    return all((item.form == ASIDE) != (found[n].form == ASIDE) for item in before)


def _of_one_whole(found: Sequence[Item], n: int) -> tuple[list[Item], list[Item]]:
    """The entries from one on whose whole may be the same, and those between them that have another."""
    first = found[n]
    members, others, last = [first], [], first
    low, high, size = first.low, first.high, first.row.size
    for item in found[n + 1 : n + AHEAD]:
        if item.row.sentence > last.row.sentence + 2 or size > 100 + MOST / 4:
            break
        if not alike(first, item):
            continue
        if item.depth < first.depth:
            break
        both = same_whole(low, high, item)
        if both is None or item.depth > first.depth:
            others.append(item)
            continue
        (low, high), last, size = both, item, size + item.row.size
        members.append(item)
    return members, others


def _standing(found: Sequence[Item], n: int) -> tuple[list[Item], list[Item]]:
    """The entries from one on that stand as it does, and those between them that do not."""
    first = found[n]
    members, others, last = [first], [], first
    for item in found[n + 1 : n + AHEAD]:
        if item.row.sentence > last.row.sentence + 1 or item.depth < first.depth:
            break
        if item.depth > first.depth or (item.form == ASIDE) != (first.form == ASIDE):
            others.append(item)
            continue
        members.append(item)
        last = item
    return members, others


def _side_by_side(members: Sequence[Item]) -> bool:
    """Whether the list is one of those that stand at one depth, or in one parenthesis."""
    first = members[0].row
    return all(m.row.depth == first.depth and (not m.row.depth or m.row.paren == first.paren) for m in members)


def _readings(members: Sequence[Item]) -> Iterator[tuple[Sequence[Item], str]]:
    """The lists that the entries of one depth may be, and what was left out: nothing, parts, or rates among shares."""
    if not _side_by_side(members):
        yield members, ""
    upper = _without_parts(members)
    if len(upper) < len(members):
        yield upper, "parts"
    if members[0].row.role == SHARE and any(m.row.role == RATIO for m in members):
        yield [m for m in members if m.row.role != RATIO], "rates"


def _without_parts(members: Sequence[Item]) -> list[Item]:
    """The members with each subtotal in the place of its parts: "12%, 32%, tổng 44%; 19%, 30%, tổng 49%; 7%"."""
    kept: list[Item] = []
    for item in members:
        row = item.row
        for count in range(2, min(FEW, len(kept)) + 1):
            parts = [k.row for k in kept[-count:]]
            low, high = sum(p.low for p in parts), sum(p.high for p in parts)
            if outcome(row.low, row.high, low, high) != MISS and all(p.size < row.size for p in parts):
                del kept[-count:]
                break
        kept.append(item)
    return kept


def _prefixes(
    context: Context,
    rule: str,
    flow: Sequence[int],
    kind: str,
    members: Sequence[Item],
    others: Sequence[Item],
    by: str = "",
) -> Iterator[Candidate]:
    """The beginnings of a list that make 100, and all of it if it comes near."""
    low = high = size = step = 0.0
    for n, item in enumerate(members, 1):
        row = item.row
        low, high, size, step = low + row.low, high + row.high, size + row.size, max(step, row.step)
        if size > MOST or high - low > WIDE:
            break
        if n < 2 or size < LEAST:
            continue
        fit = outcome(100.0, 100.0, low, high)
        if fit != MISS or n == len(members):
            skipped = sum(other.at < item.at for other in others)
            features = _features(context, flow, kind, members, n, skipped, by)
            terms = tuple(("parts", m.row.figure, 1) for m in members[:n])
            chance = min(1.0, (high - low + step) / 60.0)
            yield Candidate(rule, terms, features, fit, chance, gap=apart(low, high, 100.0, 100.0, 100.0))


def _features(
    context: Context, flow: Sequence[int], kind: str, members: Sequence[Item], n: int, skipped: int, by: str
) -> tuple[str, ...]:
    some = members[:n]
    first, last = some[0].row, some[-1].row
    forms = {m.form for m in some}
    form = forms.pop() if len(forms) == 1 else "mix"
    end = "e"
    if n < len(members):
        end = "c" if members[n].row.sentence == last.sentence else "s"
    levels = [m.level for m in some if m.level is not None]
    nouns = "-" if not levels else noun_match(levels[0], levels[-1])
    cue = flag(any((m.row.cues | m.row.far) & SHARES for m in some))
    lead = flag((first.cues | first.far) & (LIST | COMPLETE))
    rest = flag(any((row.cues | row.far) & (REST | REMAIN) for row in (last, *levels[-1:])))
    return (
        f"{kind}:f{form}", f"{kind}:k{bucket(n, 5)}", f"{kind}:end{end}", f"{kind}:span{scope(first, last)}",
        f"{kind}:skip{bucket(skipped, 2)}", f"{kind}:n{nouns}", f"{kind}:cue{cue}", f"{kind}:lead{lead}",
        f"{kind}:rest{rest}", f"{kind}:dec{flag(last.step < 1)}", f"{kind}:by{by}",
        f"{kind}:whole{_whole(context, flow, some) if kind == OF_ONE else ''}",
        f"{kind}:levels{flag(len(levels) == n)}",
    )  # fmt: skip


def _whole(context: Context, flow: Sequence[int], some: Sequence[Item]) -> str:
    """Whether the whole of which all are shares is printed shortly before (w), or is the sum of their levels (s)."""
    low, high = max(m.low for m in some), min(m.high for m in some)
    levels = [m.level for m in some if m.level is not None]
    unit, least, most = levels[0].unit, sum(row.low for row in levels), sum(row.high for row in levels)
    near = (context.rows[k] for k in flow[max(0, some[0].at - NEAR) : some[0].at])
    slack = SLACK * high
    printed = any(
        not row.percent and row.unit == unit and row.low <= high + slack and row.high >= low - slack for row in near
    )
    return ("w" if printed else "") + ("s" if least <= high + slack and most >= low - slack else "")
