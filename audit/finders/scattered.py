"""Totals whose parts stand apart: one in each of the next sentences, paragraphs or bullets, among other figures.

"Toàn ngành thụ lý 7.990 vụ … Cấp tỉnh thụ lý 469 vụ … Cấp huyện thụ lý 7.521 vụ": like figures are tried in pairs and
at equal steps; they pay for the number of tries, so only long figures or like labels are bound here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice

from audit.finders.base import (
    Candidate,
    Context,
    Group,
    apart,
    bucket,
    flag,
    likeness,
    noun_match,
    outcome,
    scope,
)
from audit.statements import CHANGE, FACTOR, LEVEL, POINT, RANGE, WHOLE, Statement

AHEAD, LIKE = 48, 10
PLACES = 40  # a figure that stands farther on in its paragraph is in no column of paragraphs
MORE = 4  # parts after the first two
COARSE = 25  # a total of fewer units is met by too many sums to prove anything
LOOSE = 0.3  # a sum that chance would fit more often proves nothing from afar
NEAR = 0.03  # sums further from the total are no candidates: a fit is as unlikely as it is among those that are


def find(context: Context) -> Iterable[Group]:
    """One group for each total: the like figures behind it, two by two, and by equal steps."""
    rule = context.rule("list", "whole", LEVEL)
    if rule is None:
        return
    for flow in context.flows:
        paragraphs = _Paragraphs(context.rows, flow)
        for alike in paragraphs.alike.values():
            for n, (at, total) in enumerate(alike):
                if total.role not in (LEVEL, CHANGE) or total.size < COARSE * (total.step or 1.0):
                    continue
                behind = (row for place, row in alike[n + 1 : n + AHEAD] if place < at + AHEAD)
                if not total.unit:
                    behind = (row for row in behind if _match(total, row))
                candidates = list(_candidates(rule.id, total, list(islice(behind, LIKE))))
                candidates += _columns(rule.id, total, paragraphs.column(total))
                if candidates:
                    yield Group(total.figure, "scattered", candidates)


class _Paragraphs:
    """The amounts of each paragraph of a reading order, by unit, and where each stands."""

    def __init__(self, rows: Sequence[Statement], flow: Sequence[int]) -> None:
        self.amounts: list[dict[tuple[str, bool], list[Statement]]] = []
        self.alike: dict[tuple[str, bool], list[tuple[int, Statement]]] = {}
        self.home: dict[int, int] = {}
        last = -1
        for at, k in enumerate(flow):
            row = rows[k]
            if row.block != last:
                self.amounts.append({})
                last = row.block
            if not row.percent and row.role not in (RANGE, FACTOR, POINT):
                self.amounts[-1].setdefault((row.unit, row.role == CHANGE), []).append(row)
                self.alike.setdefault((row.unit, row.role == CHANGE), []).append((at, row))
                self.home[k] = len(self.amounts) - 1

    def column(self, total: Statement) -> list[Statement]:
        """What stands at the total's place in each of the next paragraphs: the first of its kind, or the second …"""
        home = self.home[total.figure]
        kind = total.unit, total.role == CHANGE
        own = islice(_matching(total, self.amounts[home][kind]), PLACES)
        place = next((n for n, row in enumerate(own) if row is total), PLACES)
        if place == PLACES:
            return []
        columns = (_matching(total, amounts.get(kind, [])) for amounts in self.amounts[home + 1 : home + 9])
        return [row for alike in columns for row in islice(alike, place, place + 1)]


def _columns(rule: str, total: Statement, column: list[Statement]) -> Iterator[Candidate]:
    """Parts that stand at the total's place in the next paragraphs."""
    least, most = (1 - NEAR) * total.size, (1 + NEAR) * total.size
    changes = total.role == CHANGE
    for start in (0, 1):
        reach = 0.0
        for stop, row in enumerate(column[start:], start + 1):
            reach += row.size * row.sign * total.sign if changes else row.size
            if stop - start > 1 and least <= reach <= most:
                candidate = _candidate(rule, total, column[start:stop], start, 0)
                if candidate is not None:
                    yield candidate


def _match(total: Statement, row: Statement) -> bool:
    """Whether a figure of the same unit may be a part: it counts the same, or both are amounts."""
    return noun_match(total, row) != "!" or (total.step > 0 and row.step > 0)


def _matching(total: Statement, rows: Iterable[Statement]) -> Iterable[Statement]:
    return rows if total.unit else (row for row in rows if _match(total, row))


def _candidates(rule: str, total: Statement, rows: list[Statement]) -> Iterator[Candidate]:
    changes = total.role == CHANGE
    sizes = [row.size * row.sign * total.sign if changes else row.size for row in rows]
    least, most = (1 - NEAR) * total.size, (1 + NEAR) * total.size
    n = len(rows)
    more = (MORE + 1) * max(map(abs, sizes), default=0.0)
    for i, j in combinations([i for i in range(n) if changes or sizes[i] <= most], 2):
        reach = sizes[i] + sizes[j]
        if reach + more < least or (reach > most and not changes):
            continue
        step = j - i
        for last in range(j, min(n, j + MORE * step + 1), step):
            if last > j:
                reach += sizes[last]
            if least <= reach <= most:
                if (found := _candidate(rule, total, rows[i : last + 1 : step], i, step)) is not None:
                    yield found
            elif reach > most and not changes:
                break


def _candidate(rule: str, total: Statement, rows: list[Statement], skip: int, step: int) -> Candidate | None:
    if skip == 0 and step == 1 and rows[-1].sentence <= total.sentence + 1:
        return None  # a list, which has a finder of its own
    if any(row.size == total.size for row in rows):
        return None  # a repetition, and something beside it
    signs = [row.sign * total.sign if total.role == CHANGE else 1 for row in rows]
    low = sum(r.low if s > 0 else -r.high for r, s in zip(rows, signs, strict=True))
    high = sum(r.high if s > 0 else -r.low for r, s in zip(rows, signs, strict=True))
    fit = outcome(total.low, total.high, low, high)
    step_of = min([total.step, *(r.step for r in rows)]) or 1.0
    chance = min(1.0, max(high - low + total.high - total.low, step_of) / max(2 * NEAR * total.size, 1e-9))
    if chance > LOOSE:
        return None
    first, second = rows[0], rows[1]
    features = (
        f"x:skip{bucket(skip, 4)}", f"x:step{bucket(step, 5)}{'=' if skip + 1 == step else ''}",
        f"x:n{noun_match(total, first)}{noun_match(first, second)}",
        f"x:l{likeness(total, first)}{likeness(first, second)}", f"x:s{scope(total, first)}{scope(first, second)}",
        f"x:k{bucket(len(rows), 4)}", f"x:first{flag(total.first)}{flag(first.first)}{flag(second.first)}",
        f"x:w{flag((total.cues | total.far) & WHOLE)}",
        f"x:r{total.role[:2]}{flag(any(r.base for r in rows))}{flag(total.base > 0)}",
        f"x:d{first.depth - total.depth}{second.depth - first.depth}",
        f"x:same{flag(len({r.block for r in rows}) == len(rows))}",
    )  # fmt: skip
    terms = (("whole", total.figure, 1), *(("parts", r.figure, s) for r, s in zip(rows, signs, strict=True)))
    return Candidate(rule, terms, features, fit, chance, gap=apart(low, high, total.low, total.high, total.size))
