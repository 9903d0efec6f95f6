"""A total and its parts, before or behind it, in one sentence, over bullets or down to a note; and shares that make 100.

The whole difficulty is whether a list is complete: each prefix of the run of like figures is a candidate, and what
comes behind its last member is a feature of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from audit.finders.base import HOLD, MISS, SLACK, Candidate, Context, Group, apart, bucket, comparable, noun_match, scope
from audit.statements import AND, BARE, CHANGE, COMPLETE, CONTRIBUTION, FACTOR, LEVEL, LIST, OPEN, POINT, RANGE, RATIO, REST, SHARE, SHARES, WHOLE, Statement

MOST, LOOK = 24, 60


def find(context: Context) -> Iterable[Group]:
    """One group for each total and place where its parts may begin; one for each place where shares may begin."""
    parts = context.rule("list", "whole", LEVEL)
    shares = context.rule("share-list", "parts", SHARE)
    for flow in context.flows:
        flow = list(flow)
        for at, k in enumerate(flow):
            row = context.rows[k]
            if row.role in (RANGE, FACTOR, POINT):
                continue
            if not row.percent:
                if parts is not None and row.size > 0:
                    yield from _forward(context, parts.id, flow, at)
                    yield from _backward(context, parts.id, flow, at)
            elif shares is not None and row.role in (SHARE, BARE, RATIO, CONTRIBUTION):
                yield from _shares(context, shares.id, flow, at)


def _member(first: Statement, row: Statement, loose: bool) -> bool:
    """Whether a figure goes on with the list that `first` began; loosely, if it counts other things or stands deeper."""
    if row.percent or row.role in (RANGE, FACTOR, POINT) or not comparable(first, row):
        return False
    if (row.role == CHANGE) != (first.role == CHANGE):
        return False
    if loose:
        return row.sentence == first.sentence
    if row.depth != first.depth or (row.depth and row.paren != first.paren):
        return False
    return noun_match(first, row) != "!"


def _run(context: Context, flow: list[int], start: int, step: int, total: Statement, loose: bool = False) -> tuple[list[int], str]:
    """The members that a list beginning at flow[start] may have, and why it stopped there."""
    rows = context.rows
    first = rows[flow[start]]
    members, last, stop = [flow[start]], first, "end"
    at = start + step
    while 0 <= at < len(flow) and len(members) < MOST and abs(at - start) < LOOK:
        row = rows[flow[at]]
        if row is total:
            stop = "total"
            break
        if abs(row.sentence - last.sentence) > 1 and not (row.first and last.first and abs(row.sentence - last.sentence) < 4):
            stop = "far"
            break
        if row.depth < first.depth and step > 0:
            stop = "paren"
            break
        if row.depth < first.depth:
            stop = "paren"
            break
        if _member(first, row, loose):
            members.append(flow[at])
            last = row
        at += step
    return members, stop


def _forward(context: Context, rule: str, flow: list[int], at: int) -> Iterator[Group]:
    """Parts behind their total: the run may begin at one of the next few like figures."""
    rows = context.rows
    total = rows[flow[at]]
    tried = 0
    for start in range(at + 1, min(at + 9, len(flow))):
        first = rows[flow[start]]
        if first.sentence > total.sentence + 2 and not first.first:
            break
        if first.percent or first.role in (RANGE, FACTOR, POINT) or not comparable(total, first) or (first.role == CHANGE) != (total.role == CHANGE):
            continue
        members, stop = _run(context, flow, start, 1, total)
        tried += 1
        place = f"f{start - at if start - at < 4 else 4}{tried if tried < 4 else 4}"
        if len(members) > 1:
            yield from _group(context, rule, total, members, stop, place)
        if start - at < 4 and first.sentence == total.sentence:
            others, stop = _run(context, flow, start, 1, total, loose=True)
            if 1 < len(others) < 8 and others != members:
                yield from _group(context, rule, total, others, stop, "m" + place[1:])
        if tried == 4:
            break


def _backward(context: Context, rule: str, flow: list[int], at: int) -> Iterator[Group]:
    """A total behind its parts: the run ends just before it."""
    rows = context.rows
    total = rows[flow[at]]
    for start in range(at - 1, max(at - 4, -1), -1):
        first = rows[flow[start]]
        if first.percent or not comparable(total, first) or (first.role == CHANGE) != (total.role == CHANGE) or first.role in (RANGE, FACTOR, POINT):
            continue
        members, stop = _run(context, flow, start, -1, total)
        if len(members) > 1:
            yield from _group(context, rule, total, members, stop, f"r{at - start}")
        break


def _group(context: Context, rule: str, total: Statement, members: list[int], stop: str, place: str) -> Iterator[Group]:
    rows = context.rows
    group = Group(total.figure, f"sum@{members[0]}{'r' if place[0] == 'r' else 'f'}{place[0]}")
    low = high = size = 0.0
    first = rows[members[0]]
    nouns = noun_match(total, first)
    uniform = "="
    for n, k in enumerate(members, 1):
        row = rows[k]
        sign = row.sign * total.sign if total.role == CHANGE else 1
        low, high, size = (low + row.low, high + row.high, size + row.size) if sign > 0 else (low - row.high, high - row.low, size - row.size)
        match = noun_match(first, row)
        if n > 1 and match not in ("=", "u"):
            uniform = match if match == "!" or uniform != "!" else uniform
        if n < 2:
            continue
        if size > 3.0 * total.size and size > total.size + 10:
            break
        if size * 4 < total.size and n < len(members):
            continue
        following = rows[members[n]] if n < len(members) else None
        group.candidates.append(_candidate(rule, context, total, members[:n], following, stop, place, nouns + uniform, (low, high)))
    if group.candidates:
        yield group


def _candidate(rule: str, context: Context, total: Statement, members: list[int], following: Statement | None, stop: str, place: str, nouns: str, computed: tuple[float, float]) -> Candidate:
    rows = context.rows
    first, last = rows[members[0]], rows[members[-1]]
    if place[0] == "r":
        first, last = last, first
    low, high = computed
    slack = SLACK * max(total.high, high)
    fit = HOLD if low <= total.high + slack and high >= total.low - slack else MISS
    n = len(members)
    width = max(high - low + total.high - total.low, min(total.step, min(rows[k].step for k in members)) or 1.0)
    chance = min(1.0, width / max(total.size, 1e-9))
    if following is None:
        end = "e" + stop[0]
    elif following.sentence != last.sentence:
        end = "s" if following.block == last.block else "b"
    else:
        end = "c" if following.part == last.part else ";"
    near = total.cues | total.far | total.behind
    lead = ("G" if (first.cues | first.far | total.behind) & COMPLETE else "L" if (first.cues | first.far | total.behind) & LIST else "") + ("O" if (first.cues | first.far) & OPEN else "")
    gap = total.size - (low + high) / 2
    short = "" if fit == HOLD else "o" if gap < 0 else "t" if gap < 0.02 * total.size else "s"
    features = (
        f"s:{place}{scope(total, first)}", f"s:end{place[0]}{end}{'R' if (last.cues | last.far) & REST else ''}{'&' if last.cues & AND else ''}", f"s:lead{place[0]}{lead}{first.depth - total.depth}", f"s:n{nouns}", f"s:k{bucket(n, 6)}",
        f"s:w{place[0]}{'W' if near & WHOLE else ''}", f"s:par{int(first.depth > 0 and first.parent == total.figure)}{place[0]}", f"s:r{total.role[:2]}{first.role[:2]}{int(total.base > 0)}{int(first.base > 0)}",
        f"s:ends{end}{lead}{min(n, 3)}", f"s:short{short}" if short in ("s",) else "s:ok", f"s:zero{int(any(rows[k].size == 0 for k in members))}", f"s:span{scope(first, last)}{place[0]}",
    )  # fmt: skip
    terms = [("whole", total.figure, 1)]
    for k in sorted(members):
        sign = rows[k].sign * total.sign if total.role == CHANGE else 1
        terms.append(("parts", k, sign))
    return Candidate(rule, tuple(terms), features, fit, chance, gap=apart(low, high, total.low, total.high, total.size))


def _shares(context: Context, rule: str, flow: list[int], at: int) -> Iterator[Group]:
    """Percentages from flow[at] on that may make 100 together."""
    rows = context.rows
    first = rows[flow[at]]
    if first.size >= 100:
        return
    group = Group(first.figure, "shares")
    low, high, size, step = first.low, first.high, first.size, first.step
    members, last = [flow[at]], first
    before = rows[flow[at - 1]] if at else None
    opened = "y" if before is None or not _share_member(first, before) or before.sentence < first.sentence - 1 else "n"
    skipped = 0
    for k in flow[at + 1 : at + 40]:
        row = rows[k]
        if row.sentence > last.sentence + 1 or row.depth < first.depth:
            break
        if not _share_member(first, row):
            skipped += row.percent and row.depth == first.depth
            continue
        members.append(k)
        low, high, size, step, last = low + row.low, high + row.high, size + row.size, max(step, row.step), row
        if size > 160:
            break
        if size < 60:
            continue
        nxt = next((rows[j] for j in flow[flow.index(k, at) + 1 : flow.index(k, at) + 4] if rows[j].percent), None)
        end = "e" if nxt is None or nxt.sentence > row.sentence + 1 or nxt.depth < row.depth else "s" if nxt.sentence != row.sentence else ("c" if _share_member(first, nxt) else "x")
        group.candidates.append(_share_candidate(rule, context, members, low, high, step, end, opened, skipped))
        if size > 101:
            break
    if group.candidates:
        yield group


def _share_member(first: Statement, row: Statement) -> bool:
    alike = row.role == first.role if CONTRIBUTION in (first.role, row.role) else row.role in (SHARE, BARE, RATIO)
    return alike and row.percent and row.depth == first.depth and (not row.depth or row.paren == first.paren) and row.size < 100


def _share_candidate(rule: str, context: Context, members: list[int], low: float, high: float, step: float, end: str, opened: str, skipped: int) -> Candidate:
    rows = context.rows
    first, last = rows[members[0]], rows[members[-1]]
    fit = HOLD if low <= 100 + SLACK and high >= 100 - SLACK else MISS
    chance = min(1.0, (high - low + step) / 60.0)
    roles = {rows[k].role for k in members}
    role = roles.pop() if len(roles) == 1 else "mix"
    miss = abs((low + high) / 2 - 100)
    features = (
        f"h:{role}", f"h:k{bucket(len(members), 6)}", f"h:end{end}", f"h:open{opened}", f"h:span{scope(first, last)}", f"h:cue{'S' if any((rows[k].cues | rows[k].far) & SHARES for k in members) else ''}",
        f"h:skip{min(skipped, 3)}", f"h:far{'y' if miss > 15 else 'n'}", f"h:edge{end}{opened}{role}", f"h:dec{int(step < 1)}",
    )  # fmt: skip
    return Candidate(rule, tuple(("parts", k, 1) for k in members), features, fit, chance, gap=apart(low, high, 100.0, 100.0, 100.0))

