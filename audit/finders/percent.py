"""Percentages and what they are percentages of: part and whole, growth of a level, a change with its level.

All readings of one percentage compete with each other: it is a share, or a growth, or an index, and of one pair.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from audit.finders._far import LEAST, MOST, SPREAD, Common, Levels, Share
from audit.finders._window import BEFORE, NEAREST, TOLERANCE, Window
from audit.finders.base import (
    HOLD,
    Candidate,
    Context,
    Group,
    RuleLike,
    apart,
    base_of,
    basis_of,
    bucket,
    comparable,
    flag,
    growth,
    likeness,
    noun_match,
    outcome,
    scope,
)
from audit.statements import BARE, CHANGE, GROWTH, INDEX, LEVEL, LIST, PERIOD, RATIO, SHARE, WHOLE

FEW = 20  # of so few things nobody prints a percentage
NARROW = 0.03  # how far from what a growth asks for levels are counted: most of them lie near the current one


def find(context: Context) -> Iterable[Group]:
    """One group a percentage; a figure in "lần" (times) is a percentage of another kind."""
    levels = Levels(context)
    for flow in context.flows:
        windows = list(_windows(context, flow, levels))
        common = Common([share for window in windows for share in window.shares()])
        for window in windows:
            window.common = common
            group = Group(window.head.figure, "percent")
            group.candidates.extend(window.quotients())
            group.candidates.extend(window.growths())
            group.candidates.extend(window.changes())
            if group.candidates:
                yield group


def _windows(context: Context, flow: Sequence[int], levels: Levels) -> Iterator[_Percentage]:
    wholes: list[int] = []
    for at, k in enumerate(flow):
        row = context.rows[k]
        if row.percent and row.role in (SHARE, RATIO, BARE, INDEX, GROWTH):
            yield _Percentage(context, flow, at, wholes, levels)
        elif row.role == LEVEL and not row.percent and (row.cues | row.far) & WHOLE:
            wholes.append(k)


class _Percentage(Window):
    """All readings of one head."""

    def _named(self, part: int, whole: int) -> str:
        """Whether the words behind the head name the whole ("42% of all new loans"), better than they name the part."""
        words = self.head.basis_label
        if not words:
            return "?"
        of, own = len(words & self.rows[whole].label), len(words & self.rows[part].label)
        total = "T" if self.head.behind & WHOLE else ""
        return total + ("0" if not of else "2" if of > 1 and of > own else "1" if of > own else "=")

    def quotients(self) -> Iterator[Candidate]:
        head = self.head
        if head.size <= 0:
            return
        rule = self.context.rule("quotient", "percent", head.role)
        index = self.context.rule("quotient-base", "percent", head.role)
        if rule is None and index is None:
            return
        parts = self.before[:4] + self.after[:1]
        parts += [k for k in self.after[1:] if self.rows[k].unit != self.rows[self.after[0]].unit]
        wholes = [k for k in (*self.before, *self.after, *self.far) if self.rows[k].size > 0]
        for a in parts:
            part = self.rows[a]
            for b in wholes:
                whole = self.rows[b]
                if a != b and comparable(part, whole) and self.plausible(100.0 * part.size / whole.size, a, b):
                    yield self._quotient(rule, index, a, b)
        near = {(a, b) for _, a in self.own if a in parts for b in wholes}
        yield from self._far_quotients(rule, index, near)

    def _far_quotients(
        self, rule: RuleLike | None, index: RuleLike | None, near: set[tuple[int, int]]
    ) -> Iterator[Candidate]:
        """The head as a share of the whole that the shares beside it fit, and of the level that it fits best."""
        head = self.head
        for _, a in self.own:
            best = self.common.best(head.figure, a)
            if best is not None and (a, best) not in near and self.common.nats(head.figure, a, best) > 0:
                ratio = 100.0 * self.rows[a].size / self.rows[best].size
                if head.size / TOLERANCE <= ratio <= head.size * TOLERANCE:
                    near.add((a, best))
                    yield self._quotient(rule, index, a, best)
            unit, size = self.rows[a].unit, 100.0 * self.rows[a].size / head.size
            found = self.levels.about(unit, size, self.at)
            for b in (found or self.levels.closest(unit, size))[:1]:
                if b != a and (a, b) not in near:
                    yield self._quotient(rule, index, a, b, len(found))

    def shares(self) -> Iterator[Share]:
        """The head as a share of whatever its own part fits."""
        head = self.head
        for way, part in self.own:
            if head.role == GROWTH or head.size <= 0 or self.rows[part].size <= 0:
                continue
            fits = {}
            for whole in self.levels.about(self.rows[part].unit, 100.0 * self.rows[part].size / head.size, self.at):
                fit, chance, _ = self._ratio(part, whole)
                if fit == HOLD and whole != part:
                    fits[whole] = min(MOST, -math.log(chance))
            yield Share(head.figure, way + head.role, part, fits)

    def _ratio(self, a: int, b: int) -> tuple[int, float, float]:
        """How the head fits a part and a whole: the outcome, how often chance fits so well, and the gap."""
        head, part, whole = self.head, self.rows[a], self.rows[b]
        low, high = 100.0 * part.low / whole.high, 100.0 * part.high / whole.low if whole.low > 0 else 1e300
        fit = outcome(head.low, head.high, low, high, head.size + head.step)
        chance = min(1.0, (head.high - head.low + high - low) / max(head.size, 1e-9))
        return fit, max(chance, 1e-9), apart(low, high, head.low, head.high, max(head.size, 1e-9))

    def _quotient(self, rule: RuleLike | None, index: RuleLike | None, a: int, b: int, tried: int = -1) -> Candidate:
        """The head as a share of b; `tried` is how many levels about the size asked for were looked at, -1 for none.

        One of the rules is there.
        """
        head, part, whole = self.head, self.rows[a], self.rows[b]
        fit, chance, gap = self._ratio(a, b)
        searched = tried >= 0
        if searched:
            chance = min(1.0, chance * max(1, tried) / (2 * SPREAD))
        slash = self.context.slash.get(a) == b
        ranks = self.rank(a), self.rank(b)
        farther = self.place.get(b, -1) > self.place.get(a, BEFORE)
        between = "/" if slash else "<" if farther else ">"
        lists = "L" if (part.cues | part.far) & LIST else ""
        features = (
            f"q:{head.role[:2]}", f"q:pos{between}{ranks[0]}{ranks[1] if not slash else ''}",
            f"q:h{self.stands}{between}",
            f"q:sa{scope(part, head)}", f"q:sb{scope(part, whole) if not slash else '/'}",
            f"q:n{noun_match(part, whole)}", f"q:r{part.role[:2]}{whole.role[:2]}",
            f"q:w{'W' if (whole.cues | whole.far) & WHOLE else ''}{lists}",
            f"q:b{base_of(part)}{base_of(whole)}{basis_of(head)}", f"q:k{self.skipped.get(a, 9)}",
            f"q:l{likeness(part, whole)}{'f' if ranks[1] == 'far' else ''}", f"q:d{whole.depth - part.depth}",
            f"q:o{self._named(a, b)}", f"q:with{self._with(a, b)}{'s' if searched else ''}",
            f"q:few{flag(whole.size < FEW and not whole.step)}",
            f"q:one{'=' if whole.size == part.size else '>' if part.size > whole.size and head.size < 100 else ''}",
        )  # fmt: skip
        is_index = index is not None and (rule is None or whole.base == PERIOD or head.role == INDEX)
        if is_index and index is not None:
            terms = ("percent", head.figure, 1), ("current", a, 1), ("previous", b, 1)
            return Candidate(index.id, terms, features, fit, chance, gap=gap, searched=searched)
        assert rule is not None
        terms = ("percent", head.figure, 1), ("part", a, 1), ("whole", b, 1)
        return Candidate(rule.id, terms, features, fit, chance, gap=gap, searched=searched)

    def _with(self, part: int, whole: int) -> str:
        """How much the shares beside say for a whole, in steps of two nats."""
        nats = self.common.nats(self.head.figure, part, whole)
        return bucket(math.ceil(nats / 2), 4) if nats > 0 else "-" if nats < 0 else "0"

    def growths(self) -> Iterator[Candidate]:
        head = self.head
        rule = self.context.rule("growth", "percent", head.role)
        if rule is None:
            return
        signs = (head.sign,) if head.role == GROWTH else (1, -1)
        near = set()
        levels = {k: self.rows[k] for k in self.before[:6] + self.after if self.rows[k].role != CHANGE}
        bases = [(k, row) for k, row in levels.items() if row.low > 0]
        for a in self.before[:4] + self.after if bases else ():
            current = levels.get(a)
            if current is None:
                continue
            for b, previous in bases:
                if a == b or not comparable(current, previous):
                    continue
                grown = 100.0 * (current.size / previous.size - 1.0)
                for sign in signs:
                    if not (-1 < sign * grown <= 1 or self.plausible(sign * grown, a, b) or self._may_grow(a, b, sign)):
                        continue
                    near.add((a, b))
                    yield self._growth(rule, a, b, sign)
        if head.role == GROWTH and head.size > 0:
            yield from self._searched_growths(rule, near)

    def _may_grow(self, a: int, b: int, sign: int) -> bool:
        """Whether one level is the other's growth but for a digit: a small slip in a level moves its growth far."""
        factor = 1.0 + sign * self.head.size / 100.0
        if factor <= 0 or not self.are_nearest(a, b):
            return False
        return 1.0 / NEAREST <= self.rows[a].size / (self.rows[b].size * factor) <= NEAREST

    def _searched_growths(self, rule: RuleLike, near: set[tuple[int, int]]) -> Iterator[Candidate]:
        """The growth of the level at the head from one that is far, and of two levels far from the head."""
        head = self.head
        factor = 1.0 + head.sign * head.size / 100.0
        for _, own in self.own if factor > 0 else ():
            for way in (1.0 / factor, factor):
                unit, size = self.rows[own].unit, self.rows[own].size * way
                found = [k for k in self.levels.about(unit, size, self.at, NARROW) if k != own]
                for other in (found or self.levels.closest(unit, size))[:1]:
                    a, b = (other, own) if way == factor else (own, other)
                    if other != own and (a, b) not in near and self.rows[b].low > 0:
                        near.add((a, b))
                        yield self._growth(rule, a, b, head.sign, len(found), NARROW)
        grown = self.levels.grown(head.sign * head.size, self.at)
        pairs = [(a, b) for a, b in grown if (a, b) not in near and self.rows[b].low > 0]
        if pairs:
            yield self._growth(rule, *pairs[0], head.sign, len(pairs), SPREAD)

    def _growth(self, rule: RuleLike, a: int, b: int, sign: int, tried: int = -1, spread: float = SPREAD) -> Candidate:
        """The head as growth from b to a; of `tried` levels or pairs about what was asked for, -1 for no search."""
        head, current, previous = self.head, self.rows[a], self.rows[b]
        low, high = growth(current, previous, sign)
        fit = outcome(head.low, head.high, low, high, head.size + head.step)
        width = head.high - head.low + high - low
        chance = min(1.0, width / max(head.size, 1e-9))
        if tried >= 0:
            room = 2 * NARROW * (100.0 + sign * head.size) if spread == NARROW else 2 * max(SPREAD * head.size, LEAST)
            chance = min(1.0, max(1, tried) * width / max(room, 1e-9))
        how = "" if tried < 0 else "s" if spread == NARROW else "p"
        order = "<" if b < a else ">"
        slash = "/" if self.context.slash.get(a) == b else ""
        ranks = self.rank(a), self.rank(b)
        features = (
            f"g:{head.role[:2]}", f"g:pos{order}{''.join(ranks)}{how}", f"g:h{self.stands}{how}",
            f"g:sa{scope(current, head)}", f"g:sb{scope(current, previous)}", f"g:n{noun_match(current, previous)}",
            f"g:b{base_of(current)}{base_of(previous)}{basis_of(head)}",
            f"g:k{min(self.skipped.get(a, 3), 3)}{min(self.skipped.get(b, 3), 3)}",
            f"g:to{flag(current.after_to)}{slash}", f"g:d{previous.depth - current.depth}",
            f"g:l{likeness(current, previous)}{how}", f"g:lh{likeness(head, current) if how == 'p' else ''}",
        )  # fmt: skip
        terms = ("percent", head.figure, sign), ("current", a, 1), ("previous", b, 1)
        gap = apart(low, high, head.low, head.high, max(head.size, 5.0))
        return Candidate(rule.id, terms, features, fit, chance, gap=gap, searched=tried >= 0)

    def changes(self) -> Iterator[Candidate]:
        head = self.head
        rule = self.context.rule("change", "percent", head.role)
        if rule is None or head.size <= 0:
            return
        near = set()
        levels = [k for k in self.before + self.after[:1] if self.rows[k].role != CHANGE]
        for d in self.before[:4] + self.after[:1]:
            change = self.rows[d]
            if change.depth == head.depth and change.sentence == head.sentence and (head.part - change.part) % 2:
                continue  # a semicolon parts them: what follows is said of something else
            if change.low <= 0:
                continue
            sign = head.sign if head.role == GROWTH else change.sign
            for a in levels:
                level = self.rows[a]
                if a == d or not comparable(change, level) or change.size >= 1.5 * level.size:
                    continue
                base = level.size - sign * change.size
                if base <= 0 or not self.plausible(100.0 * change.size / base, d, a):
                    continue
                near.add((d, a))
                yield self._change(rule, d, a, sign)
        for d in self.before[:1] + self.after[:1]:
            change = self.rows[d]
            if change.role == CHANGE and change.size > 0 and change.sentence == head.sentence:
                sign = head.sign if head.role == GROWTH else change.sign
                size = change.size * (100.0 / head.size + sign)
                found = self.levels.about(change.unit, size, self.at)
                for a in (found or self.levels.closest(change.unit, size))[:1]:
                    if self.rows[a].size > change.size and (d, a) not in near:
                        yield self._change(rule, d, a, sign, len(found))

    def _change(self, rule: RuleLike, d: int, a: int, sign: int, tried: int = -1) -> Candidate:
        head, change, level = self.head, self.rows[d], self.rows[a]
        low_den, high_den = level.high / change.low - sign, level.low / change.high - sign
        low, high = 100.0 / low_den if low_den > 0 else 0.0, 100.0 / high_den if high_den > 0 else 1e300
        fit = outcome(head.low, head.high, low, high, head.size + head.step)
        chance = min(1.0, (head.high - head.low + high - low) / max(head.size, 1e-9))
        if tried >= 0:
            chance = min(1.0, chance * max(1, tried) / (2 * SPREAD))
        how = "s" if tried >= 0 else ""
        agree = "=" if head.role != GROWTH or change.role != CHANGE or change.sign == head.sign else "!"
        order = "<" if a < d else ">"
        between = sum(a < k < d for k in self.before)
        features = (
            f"c:{head.role[:2]}{change.role[:2]}{agree}", f"c:posd{self.rank(d)}",
            f"c:posa{order}{bucket(between, 5)}{how}", f"c:h{self.stands}", f"c:sd{scope(change, head)}",
            f"c:sa{scope(level, change)}", f"c:n{noun_match(change, level)}", f"c:b{base_of(level)}{basis_of(head)}",
            f"c:k{min(self.skipped.get(d, 3), 3)}", f"c:d{change.depth - level.depth}",
            f"c:in{flag(change.inherited)}{flag(head.inherited)}",
        )  # fmt: skip
        terms = ("percent", head.figure, sign), ("change", d, sign), ("current", a, 1)
        return Candidate(
            rule.id,
            terms,
            features,
            fit,
            chance,
            gap=apart(low, high, head.low, head.high, head.size),
            searched=tried >= 0,
        )
