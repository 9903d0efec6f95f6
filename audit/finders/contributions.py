"""Contributions to a growth: points that make up the growth, shares of it that make 100, and the one as the other.

A sector carries two numbers, its own growth and its contribution; only contributions add up. Those of a branch add up
to its sector's, not to the whole's: a run of contributions is tried as it stands and without its branches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from audit.finders.base import (
    MISS,
    SLACK,
    Candidate,
    Context,
    Group,
    apart,
    bucket,
    flag,
    outcome,
    scope,
    signed,
)
from audit.statements import (
    AND,
    BARE,
    CONTRIBUTES,
    CONTRIBUTION,
    DOWN,
    DRAG,
    GAIN,
    GROWTH,
    INDEX,
    IS,
    LIST,
    OPEN,
    POINT,
    RATIO,
    REST,
    SHARE,
    UP,
    WEIGHT,
    WHOLE,
    Statement,
)

FAR = 6  # sentences between two contributions of one run
MOST, HEADS = 24, 5
TOLERANCE = 12.0  # a growth that its contributions miss by a larger factor is no candidate
POINTS, SHARES = "p", "s"
SMALL = 30.0  # percentages that add up to less are points, whatever is printed behind them
TALL = 60.0  # a growth above it is none


def find(context: Context) -> Iterable[Group]:
    """One group for each place where contributions may begin, and one for each percentage beside a contribution."""
    for flow in context.flows:
        for run in _runs(context.rows, flow):
            finder = _Finder(context, flow, run)
            if len(run) > 1:
                yield from finder.sums()
            yield from finder.percentages()
            yield from finder.weights()


def _runs(rows: Sequence[Statement], flow: Sequence[int]) -> Iterator[list[int]]:
    """The places in a reading order of contributions in points, or in percent, that follow each other."""
    for role, said in ((POINT, POINTS), (CONTRIBUTION, SHARES)):
        if not any(rows[k].role == role for k in flow):
            continue
        run: list[int] = []
        for at, k in enumerate(flow):
            row = rows[k]
            last = rows[flow[run[-1]]] if run else None
            if last is not None and (row.sentence - last.sentence > FAR or len(run) == MOST):
                yield run
                run, last = [], None
            if _contributes(row, last, said):
                run.append(at)
        if run:
            yield run


def _contributes(row: Statement, last: Statement | None, said: str) -> bool:
    """Whether a figure is a contribution: a word says so, or it goes on with a list of them."""
    own = row.cues & (CONTRIBUTES | DRAG)
    gains = own or row.cues & GAIN or row.behind & CONTRIBUTES
    listed = last is not None and row.sentence == last.sentence and not row.cues & (UP | DOWN)
    if said == POINTS:
        return row.role == POINT and (bool(gains) or listed)
    if not row.percent or row.size >= 1000:
        return False
    if row.role == CONTRIBUTION or (row.role == GROWTH and (own & DRAG or (own and row.signed))):
        return last is not None or row.role == CONTRIBUTION
    return listed and row.role in (BARE, SHARE) and not row.cues & ~(AND | IS | WHOLE | REST | LIST)


class _Finder:
    """One run of contributions and the figures around it."""

    def __init__(self, context: Context, flow: Sequence[int], run: list[int]) -> None:
        self.context, self.flow, self.run = context, flow, run
        self.rows = [context.rows[flow[at]] for at in run]
        self.points = self.rows[0].role == POINT
        self.of_growth = any((row.cues | row.far | row.behind) & UP for row in self.rows)
        self.before = list(islice(self._growths(range(run[0] - 1, max(-1, run[0] - 16), -1)), HEADS))
        self.heads = self.before + [
            row
            for row in self._growths(range(run[0] + 1, min(len(flow), run[-1] + 4)))
            if row.figure > self.rows[-1].figure or row.cues & WHOLE  # "đóng góp 0,9% vào mức tăng chung 7,1%, …"
        ]

    def _growths(self, places: Iterable[int]) -> Iterator[Statement]:
        """Growths that may be the whole's: behind the run, in its last sentence."""
        first, last = self.rows[0], self.rows[-1]
        for at in places:
            row = self.context.rows[self.flow[at]]
            if first.sentence - row.sentence > FAR or row.sentence > last.sentence:
                return
            if _is_growth(row):
                yield row

    def sums(self) -> Iterator[Group]:
        small = sum(row.size for row in self.rows) < SMALL
        points = self.context.rule("contribution-list", "growth", GROWTH)
        shares = self.context.rule("contribution-list", "parts", CONTRIBUTION)
        for start in range(len(self.rows) - 1):
            if (self.points or small) and points is not None:
                group = Group(self.rows[start].figure, "contributions")
                for members in self._lists(start):
                    group.candidates.extend(self._sums(points.id, start, members))
            elif not self.points and not small and shares is not None and self._opens(start):
                group = Group(self.rows[start].figure, "contribution shares")
                for members in self._lists(start):
                    group.candidates.extend(self._hundred(shares.id, start, members))
            else:
                continue
            if group.candidates:
                yield group

    def _opens(self, start: int) -> bool:
        """Whether a list may begin here that is no branch: nothing of the run stands before it in its sentence."""
        return not start or self.rows[start - 1].sentence != self.rows[start].sentence

    def _lists(self, start: int) -> Iterator[tuple[str, list[Statement]]]:
        """The lists that may begin at a place: all, without what a word calls a branch, without what adds up to one
        before it, and the first of each paragraph.
        """
        rows = self.rows[start:]
        seen: set[tuple[int, ...]] = set()
        for name, members in (
            ("all", rows),
            ("told", _without_told(rows)),
            ("sums", _without_sums(rows)),
            ("blocks", _first_of_blocks(rows)),
        ):
            for n in range(2, len(members) + 1):
                key = tuple(row.figure for row in members[:n])
                if key not in seen:
                    seen.add(key)
                    yield name, members[:n]

    def _sums(self, rule: str, start: int, list_: tuple[str, list[Statement]]) -> Iterator[Candidate]:
        name, members = list_
        heads = self.heads if self._opens(start) else []
        if start and _is_branch(self.rows[start - 1], members[0]):
            heads = [self.rows[start - 1], *heads]
        low, high, size = _sum(members)
        taxed = any((row.cues | row.far | row.behind) & REST for row in members)
        for head in heads:
            if not head.size / TOLERANCE <= abs(size) <= head.size * TOLERANCE:
                continue
            head_low, head_high = signed(head, head.sign)
            fit = outcome(head_low, head_high, low, high)
            parent = head.role == POINT
            if fit == MISS and not parent and not taxed and head.size / 2 < size < head.size:
                continue  # taxes on products are often left out
            chance = min(1.0, (high - low + head.high - head.low) / max(head.size, 1e-9))
            features = (*self._said(start, name, members), *self._headed(head, members))
            terms = (("growth", head.figure, head.sign), *(("points", row.figure, row.sign) for row in members))
            gap = apart(low, high, head_low, head_high, head.size)
            yield Candidate(rule, terms, features, fit, chance, gap=gap)

    def _headed(self, head: Statement, members: Sequence[Statement]) -> tuple[str, ...]:
        first = members[0]
        place = self.heads.index(head) if head.role != POINT else -1
        rank = "p" if place < 0 else "a" if place >= len(self.before) else bucket(place, 4)
        own = head.part == first.part and head.clause + 1 == first.clause
        return (
            f"k:head{rank}{scope(head, first)}", f"k:r{head.role[:2]}{flag(head.first)}{flag(own)}",
            f"k:w{flag((head.cues | head.far | head.behind) & WHOLE)}", f"k:d{first.depth - head.depth}",
        )  # fmt: skip

    def _hundred(self, rule: str, start: int, list_: tuple[str, list[Statement]]) -> Iterator[Candidate]:
        name, members = list_
        low, high, size = _sum(members)
        if not 40 <= size <= 250:
            return
        fit = outcome(100.0, 100.0, low, high)
        if fit == MISS and not self.of_growth:
            return  # "đóng góp 12% ngân sách huyện, 31% số việc làm"
        step = max(row.step for row in members)
        chance = min(1.0, (high - low + step) / 60.0)
        terms = tuple(("parts", row.figure, row.sign) for row in members)
        features = self._said(start, name, members)
        yield Candidate(rule, terms, features, fit, chance, gap=apart(low, high, 100.0, 100.0, 100.0))

    def _said(self, start: int, name: str, members: Sequence[Statement]) -> tuple[str, ...]:
        first, last = members[0], members[-1]
        at = self.rows.index(last) + 1
        behind = self.rows[at] if at < len(self.rows) else None
        end = "e" if behind is None else "s" if behind.sentence != last.sentence else "c"
        letter = "k" if self.points else "l"
        rest = "R" if (last.cues | last.far | last.behind) & REST else ""
        some = "O" if (first.cues | first.far) & OPEN else ""
        lead = "L" if (first.cues | first.far) & LIST else ""
        return (
            f"k:{letter}{name}", f"k:end{end}{rest}{'&' if last.cues & AND else ''}",
            f"k:n{letter}{bucket(len(members), 6)}", f"k:open{flag(start > 0)}{lead}{some}",
            f"k:span{scope(first, last)}{end}",
        )  # fmt: skip

    def percentages(self) -> Iterator[Group]:
        """ "đóng góp 0,6 điểm phần trăm, bằng 8,1% mức tăng chung"."""
        rule = self.context.rule("contribution-percent", "percent", SHARE)
        if rule is None or not self.points:
            return
        for at, points in zip(self.run, self.rows, strict=True):
            for near in (at + 1, at - 1):
                head = self.context.rows[self.flow[near]] if 0 <= near < len(self.flow) else None
                if head is None or head.sentence != points.sentence or not head.percent or head.size <= 0:
                    continue
                if head.role not in (CONTRIBUTION, SHARE, BARE, RATIO, INDEX) or (head.cues | head.far) & WEIGHT:
                    continue
                group = Group(head.figure, "contribution percent")
                group.candidates.extend(self._percentages(rule.id, head, points, near > at))
                if group.candidates:
                    yield group

    def _percentages(self, rule: str, head: Statement, points: Statement, behind: bool) -> Iterator[Candidate]:
        for rank, growth in enumerate(self.heads):
            if growth is head or growth.low <= 0:
                continue
            low, high = 100.0 * points.low / growth.high, 100.0 * points.high / growth.low
            if not head.size / TOLERANCE <= (low + high) / 2 <= head.size * TOLERANCE:
                continue
            fit = outcome(head.low, head.high, low, high, head.size + head.step)
            chance = min(1.0, (head.high - head.low + high - low) / head.size)
            features = (
                f"m:{head.role[:2]}{flag(behind)}", f"m:rank{rank}{flag(rank < len(self.before))}",
                f"m:s{scope(points, head)}", f"m:h{scope(growth, points)}{flag(growth.first)}",
                f"m:d{head.depth - points.depth}", f"m:w{flag((head.cues | head.behind) & (WHOLE | CONTRIBUTES))}",
            )  # fmt: skip
            terms = ("percent", head.figure, 1), ("points", points.figure, 1), ("growth", growth.figure, 1)
            gap = apart(low, high, head.low, head.high, head.size)
            yield Candidate(rule, terms, features, fit, chance, gap=gap)

    def weights(self) -> Iterator[Group]:
        """ "quyền số 18,4%, tăng 2,5%, đóng góp 0,46 điểm phần trăm"."""
        rule = self.context.rule("contribution-weight", "points", POINT)
        if rule is None or not self.points:
            return
        rows, flow = self.context.rows, self.flow
        for at, points in zip(self.run, self.rows, strict=True):
            near = [rows[k] for k in flow[max(0, at - 3) : at + 3] if rows[k].sentence == points.sentence]
            weight = next((r for r in near if r.percent and (r.cues | r.behind) & WEIGHT), None)
            if weight is None:
                continue
            group = Group(points.figure, "contribution weight")
            for growth in near:
                if growth is not weight and growth.percent and growth.role == GROWTH and growth.size > 0:
                    group.candidates.append(self._weighed(rule.id, points, weight, growth))
            if group.candidates:
                yield group

    @staticmethod
    def _weighed(rule: str, points: Statement, weight: Statement, growth: Statement) -> Candidate:
        low, high = growth.low * weight.low / 100.0, growth.high * weight.high / 100.0
        fit = outcome(points.low, points.high, low, high)
        chance = min(1.0, (high - low + points.high - points.low) / max(points.size, 1e-9))
        features = (
            f"weight:{scope(points, weight)}{scope(points, growth)}", f"weight:p{flag(weight.part == points.part)}",
            f"weight:o{flag(growth.figure < points.figure)}{flag(weight.figure < growth.figure)}",
        )  # fmt: skip
        sign = growth.sign
        terms = ("points", points.figure, sign), ("growth", growth.figure, sign), ("weight", weight.figure, 1)
        gap = apart(low, high, points.low, points.high, max(points.size, 1e-9))
        return Candidate(rule, terms, features, fit, chance, gap=gap)


def _is_growth(row: Statement) -> bool:
    said = row.role in (GROWTH, BARE, RATIO) and row.percent and not row.cues & (CONTRIBUTES | DRAG)
    return said and 0 < row.size < TALL


def _is_branch(parent: Statement, first: Statement) -> bool:
    """Whether what follows a contribution may be its branches: deeper, in another sentence, or after "trong đó"."""
    if parent.role != POINT:
        return False
    told = bool((first.cues | first.far) & (LIST | OPEN))
    return told or first.depth > parent.depth or first.sentence != parent.sentence


def _sum(members: Sequence[Statement]) -> tuple[float, float, float]:
    """The bounds and the middle of a signed sum."""
    ends = [signed(row, row.sign) for row in members]
    return sum(low for low, _ in ends), sum(high for _, high in ends), sum(row.size * row.sign for row in members)


def _without_told(rows: Sequence[Statement]) -> list[Statement]:
    """Without what stands deeper, or behind "trong đó" or "riêng" up to the next semicolon or full stop."""
    kept: list[Statement] = []
    branch = -1
    for row in rows:
        if kept and row.part == branch:
            continue
        if kept and (row.depth > rows[0].depth or (row.cues | row.far) & (LIST | OPEN)):
            branch = row.part
            continue
        kept.append(row)
    return kept


def _without_sums(rows: Sequence[Statement]) -> list[Statement]:
    """Without the run behind each member that adds up to it."""
    kept: list[Statement] = []
    at = 0
    while at < len(rows):
        row = rows[at]
        kept.append(row)
        at += 1
        low = high = 0.0
        for n, branch in enumerate(rows[at : at + 8], 1):
            least, most = signed(branch, branch.sign)
            low, high = low + least, high + most
            if n > 1 and low <= row.high * row.sign + SLACK and high >= row.low * row.sign - SLACK:
                at += n
                break
    return kept


def _first_of_blocks(rows: Sequence[Statement]) -> list[Statement]:
    return [row for n, row in enumerate(rows) if not n or row.block != rows[n - 1].block]
