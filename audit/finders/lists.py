"""A total and its parts, before or behind it, in one sentence, over bullets or down to a note.

The whole difficulty is whether a list is complete: each prefix of the run of like figures is a candidate, and what
comes behind its last member is a feature of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from audit import periods
from audit.finders.base import (
    Candidate,
    Context,
    Group,
    apart,
    bucket,
    comparable,
    flag,
    noun_match,
    outcome,
    scope,
)
from audit.statements import (
    AND,
    CHANGE,
    COMPLETE,
    EACH,
    FACTOR,
    LEVEL,
    LIST,
    OPEN,
    POINT,
    RANGE,
    REST,
    SHARES,
    WHOLE,
    Statement,
)

MOST, LOOK = 24, 60
MUCH, TOLD = 2.0, 12.0  # sums that miss by a larger factor are no candidates; a list in so many words may miss by more
BEHIND = "rn"  # the places of a total that stands behind its parts
LEAST = 2.0  # a total of two or less has no parts worth adding


def find(context: Context) -> Iterable[Group]:
    """One group for each total and place where its parts may begin."""
    rule = context.rule("list", "whole", LEVEL)
    if rule is None:
        return
    named = _Named((rule.id, "whole", "parts"), None)
    if (other := context.rule("periods", "total", LEVEL)) is not None:
        named = _Named(named.parts, (other.id, "total", "periods"))
    for flow in context.flows:
        runs = _Runs(context, flow)
        for at in range(len(flow)):
            if runs.amounts[at] and runs.rows[at].size > LEAST:
                yield from _forward(runs, named, at)
                yield from _backward(runs, named, at)


class _Named(NamedTuple):
    """The rules of parts that are things and of parts that are periods: "tháng 1 …, tháng 2 …, tháng 3 …; quý I …"."""

    parts: tuple[str, str, str]
    periods: tuple[str, str, str] | None

    def of(self, by_period: bool) -> tuple[str, str, str]:
        """The rule and its roles."""
        return self.periods if by_period and self.periods is not None else self.parts


class _Runs:
    """The runs of like figures in one reading order, each found once."""

    def __init__(self, context: Context, flow: Sequence[int]) -> None:
        self.context = context
        self.rows = [context.rows[k] for k in flow]
        self.amounts = [not row.percent and row.role not in (RANGE, FACTOR, POINT) for row in self.rows]
        self.known: dict[tuple[int, int, bool], tuple[list[Statement], str]] = {}

    def starts(self, total: Statement, at: int) -> bool:
        """Whether the figure at a place may be the first part of a total."""
        first = self.rows[at]
        if not self.amounts[at] or not comparable(total, first):
            return False
        # "thêm 800 ca, gồm 11 ca …": a change may be broken down into levels
        if (first.role == CHANGE) == (total.role == CHANGE):
            return True
        return total.role == CHANGE and bool(first.cues & (LIST | COMPLETE))

    def run(self, start: int, step: int = 1, loose: bool = False) -> tuple[list[Statement], str]:
        """The members that a list beginning at a place may have, and why it stops: end, far or paren.

        Loosely, they may count other things or stand deeper in parentheses, but in one sentence.
        """
        key = start, step, loose
        if key not in self.known:
            self.known[key] = self._run(start, step, loose)
        return self.known[key]

    def _run(self, start: int, step: int, loose: bool) -> tuple[list[Statement], str]:
        rows, amounts = self.rows, self.amounts
        first = last = rows[start]
        members = [first]
        changes, counted = first.role == CHANGE, not first.unit
        edge = min(len(rows), start + LOOK) if step > 0 else max(-1, start - LOOK)
        for at in range(start + step, edge, step):
            row = rows[at]
            if row.depth < first.depth:
                return members, "paren"
            away = abs(row.sentence - last.sentence)
            if away > 1 and not (row.first and last.first and away < 4):
                return members, "far"
            if not amounts[at] or row.unit != first.unit or (row.role == CHANGE) != changes:
                continue
            if loose:
                if row.sentence != first.sentence:
                    return members, "far"
            elif row.depth != first.depth or (row.depth and row.paren != first.paren):
                continue
            if counted and not loose and noun_match(first, row) == "!":
                continue
            members.append(row)
            last = row
            if len(members) == MOST:
                break
        return members, "end"


def _forward(runs: _Runs, rule: _Named, at: int) -> Iterator[Group]:
    """Parts behind their total: the run may begin at one of the next few like figures."""
    total = runs.rows[at]
    tried = 0
    for start in range(at + 1, min(at + 9, len(runs.rows))):
        first = runs.rows[start]
        if first.sentence > total.sentence + 2 and not first.first:
            break
        if not runs.starts(total, start):
            continue
        tried += 1
        if _may_begin(total, first):
            members, stop = runs.run(start)
            place = f"f{min(start - at, 4)}{tried}"
            if len(members) > 1:
                yield from _group(rule, total, members, stop, place)
                upper = _upper(members)
                if 1 < len(upper) < len(members):
                    yield from _group(rule, total, upper, stop, place, skipping=True)
                own = _of_one_kind(total, members)
                if 1 < len(own) < len(members) and own != upper:
                    yield from _group(rule, total, own, stop, place, skipping=True)
            if start - at < 4:
                yield from _loose(runs, rule, total, start, 1, members, "m" + place[1:])
        if tried == 4:
            break


def _backward(runs: _Runs, rule: _Named, at: int) -> Iterator[Group]:
    """A total behind its parts: the run ends just before it."""
    total = runs.rows[at]
    for start in range(at - 1, max(at - 4, -1), -1):
        if runs.starts(total, start):
            if _may_begin(total, runs.rows[start]):
                members, stop = runs.run(start, -1)
                if len(members) > 1:
                    yield from _group(rule, total, members, stop, f"r{at - start}")
                yield from _loose(runs, rule, total, start, -1, members, f"n{at - start}")
            break


def _loose(
    runs: _Runs, rule: _Named, total: Statement, start: int, step: int, members: list[Statement], place: str
) -> Iterator[Group]:
    """A short list in the total's own sentence whose members count other things, or stand in parentheses each."""
    if runs.rows[start].sentence == total.sentence:
        others, stop = runs.run(start, step, loose=True)
        if 1 < len(others) < 8 and others != members:
            yield from _group(rule, total, others, stop, place)


def _may_begin(total: Statement, first: Statement) -> bool:
    """Whether a figure may be a part at all: it is no repetition, and not much larger than its total."""
    return first.size != total.size and first.low <= _much(total, first) * total.high + 10


def _much(total: Statement, first: Statement) -> float:
    """By which factor the parts may miss their total."""
    told = first.parent == total.figure or bool((first.cues | first.far) & (COMPLETE | LIST))
    return TOLD if told and first.sentence == total.sentence else MUCH


def _is_open(row: Statement, before: Statement) -> bool:
    return bool((row.cues | row.far | before.behind) & OPEN)


def _upper(members: list[Statement]) -> list[Statement]:
    """The members without those that belong to another member: "…; thu nội địa 900, trong đó xổ số 15; vay 40"."""
    upper, inside = members[:1], -1
    for before, row in pairwise(members):
        if _is_open(row, before):
            inside = row.sentence if row.first else -1
        elif row.sentence != inside:
            upper.append(row)
    return upper


def _of_one_kind(total: Statement, members: list[Statement]) -> list[Statement]:
    """The members without those that count something else: "96 người, trong đó 61 người ở 14 điểm, 35 người ở nhà"."""
    return members if total.unit or not total.noun else [row for row in members if noun_match(total, row) != "!"]


def _group(
    rule: _Named, total: Statement, members: list[Statement], stop: str, place: str, *, skipping: bool = False
) -> Iterator[Group]:
    candidates = list(_Sum(rule, total, members, stop, place).candidates("-" if skipping else ""))
    if candidates:
        side = place[0]
        way = "r" if side in BEHIND else "f"
        yield Group(total.figure, f"sum@{members[0].figure}{way}{side}", candidates)


class _Sum:
    """A total, and what the members of a run come to, one after the other."""

    def __init__(self, named: _Named, total: Statement, members: list[Statement], stop: str, place: str) -> None:
        self.named, self.total, self.members, self.stop, self.place = named, total, members, stop, place
        self.step = total.step
        self.terms: list[tuple[int, int]] = []  # figures and their signs
        self.zero = self.over = False

    def candidates(self, nested: str) -> Iterator[Candidate]:
        """What adds up to about the total."""
        total, members = self.total, self.members
        first = before = members[0]
        much = _much(total, first)
        changes = total.role == CHANGE == first.role
        nouns, uniform, counted = noun_match(total, first), "=", not first.unit
        low = high = size = 0.0
        for n, row in enumerate(members, 1):
            if row.size == total.size:
                break  # a repetition, and something beside it
            sign = row.sign * total.sign if changes else 1
            if sign > 0:
                low, high, size = low + row.low, high + row.high, size + row.size
            else:
                low, high, size = low - row.high, high - row.low, size - row.size
            self.terms.append((row.figure, sign))
            if row.step < self.step:
                self.step = row.step
            if not row.size:
                self.zero = True
            elif row.size > total.size:
                self.over = True
            if n < 2:
                continue
            if counted and uniform != "!" and (match := noun_match(first, row)) != "=":
                uniform = match
            if _is_open(row, before):
                nested = "+"
            before = row
            if size > much * total.size and size > total.size + 10:
                break
            if size * much >= total.size:
                found = self._candidate(n, low, high, nouns + uniform, nested)
                if found is not None:
                    yield found

    def _candidate(self, n: int, low: float, high: float, nouns: str, nested: str) -> Candidate | None:
        """The first `n` members as the parts of the total: they come to `low` .. `high`."""
        total, members, place = self.total, self.members, self.place
        first, last = members[0], members[n - 1]
        following = members[n] if n < len(members) else None
        side = place[0]
        if side in BEHIND:
            first, last = last, first
        if following is None:
            end = "e" + self.stop[0]
        elif following.sentence != last.sentence:
            end = "s" if following.block == last.block else "b"
        else:
            end = "c" if following.part == last.part else ";"
        near = total.cues | total.far | total.behind
        opening = first.cues | first.far
        lead = "G" if (opening | total.behind) & COMPLETE else "L" if (opening | total.behind) & LIST else ""
        lead += "O" if opening & OPEN else ""
        by_period = first.period != last.period and periods.add_up(total.period, [row.period for row in members[:n]])
        if by_period and (near | opening | first.behind) & (EACH | SHARES):
            return None  # what is earned on a share in two quarters is not earned on a share of the half-year
        rule, whole, parts = self.named.of(by_period)
        features = (
            f"s:{place}{scope(total, first)}",
            f"s:end{side}{end}{'R' if (last.cues | last.far) & REST else ''}{'&' if last.cues & AND else ''}",
            f"s:lead{side}{lead}{first.depth - total.depth}", f"s:n{nouns}", f"s:k{bucket(n, 6)}",
            f"s:w{side}{'W' if near & WHOLE else ''}",
           f"s:par{flag(first.depth > 0 and first.parent == total.figure)}{side}",
            f"s:r{total.role[:2]}{first.role[:2]}{flag(total.base > 0)}{flag(first.base > 0)}",
            f"s:ends{end}{lead}{min(n, 3)}", f"s:nested{nested}", f"s:zero{flag(self.zero)}", f"s:per{flag(by_period)}",
            f"s:span{scope(first, last)}{side}", f"s:over{flag(total.role == LEVEL and self.over)}",
            f"s:colon{flag(first.colon)}{place}",
        )  # fmt: skip
        fit = outcome(total.low, total.high, low, high)
        width = max(high - low + total.high - total.low, self.step or 1.0)
        chance = min(1.0, width / max(total.size, 1e-9))
        terms = ((whole, total.figure, 1), *[(parts, k, sign) for k, sign in sorted(self.terms)])
        return Candidate(rule, terms, features, fit, chance, gap=apart(low, high, total.low, total.high, total.size))
