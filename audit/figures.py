"""From tokens to figures: which numbers are quantities, how big, in what unit, exact or rounded, and hedged how.

A figure's value is an integer mantissa with a number of decimals, never a float. Counts are exact; everything else is
rounded to its last printed digit, so it stands for an interval of half a unit either way.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from audit import money, quantities, standings
from audit.languages import Language
from audit.numbers import parse_printed
from audit.quantities import Behind
from audit.records import Block, Figure
from audit.tokens import NUMBER, Scan

_SIGNED = re.compile(r"(?:^|(?<=[\s(:;,/]))[-+−–]$")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_WAYS = frozenset(("up", "down"))
_NEGATIVE = re.compile(r"[|(][ \t]*[-−–]$")  # of a number in a cell or in parentheses, no year: "| -1930 |"
_DAY = re.compile(r"(?:[0-2]?[0-9]|3[01])/(?:0?[0-9]|1[0-2])(?![0-9/%]|[.,][0-9])")
_FRACTION = re.compile(r"[0-9]/[0-9](?![0-9/%.,])")
_DIGITS = re.compile("[0-9]+")
_PERCENT_BEHIND = re.compile(r"\s?[(,]\s?(?:tỷ lệ|đạt|[0-9.,]+\s?%)")
_DASH = re.compile(r"[-–—]|\s{1,2}[-–—]\s{1,2}")
LONGEST = 30
MOST = 100_000  # figures in one document; a thousand printed pages hold about a third of that


class TooManyFigures(ValueError):
    """A document that holds more figures than any report: a dump, or an attack."""


@dataclass(slots=True)
class Extract:
    """A document's figures, and what their printing says of them in pairs."""

    figures: list[Figure] = field(default_factory=list)
    token: list[int] = field(default_factory=list)
    slash: dict[int, int] = field(default_factory=dict)
    ranges: set[int] = field(default_factory=set)
    ranks: dict[int, int] = field(default_factory=dict)  # a rank, and the number of places or -1


def vote(scan: Scan, language: Language) -> str:
    """The decimal mark of a document, by its unambiguous numbers, with the language's as prior."""
    votes = {",": 0.0, ".": 0.0}
    votes[language.decimal_mark] += 1.5
    for kind, start, end in zip(scan.kinds, scan.starts, scan.ends, strict=True):
        if kind != NUMBER or end - start < 3 or end - start > LONGEST or scan.is_excluded(start):
            continue
        body = scan.low[start:end]
        commas, dots = body.count(","), body.count(".")
        if not commas and not dots:
            continue
        if commas and dots:
            votes[max(",.", key=body.rfind)] += 1
        elif commas + dots > 1:
            votes["." if commas else ","] += 1
        else:
            mark = "," if commas else "."
            tail = end - start - body.index(mark) - 1
            if tail < 3 or body[0] == "0":
                votes[mark] += 1
    return max(votes, key=lambda mark: (votes[mark], mark == language.decimal_mark))


class Extractor:
    """Walks the number tokens of one document and makes figures of those that are quantities."""

    def __init__(self, scan: Scan, blocks: Sequence[Block], language: Language, mark: str) -> None:
        self.scan, self.language, self.mark = scan, language, mark
        self.low, self.text = scan.low, scan.text
        self.blocks = blocks
        self.anchors = {b.anchor: str(b.place.get("note")) for b in blocks if b.anchor is not None}
        self.inside = sorted(self.anchors)
        self.out = Extract()
        self.done_until = -1
        self.floor = 0  # where the block at hand begins: what stands before is another's
        self.places: dict[int, int] = {}  # where a number of places stands, and the rank that it belongs to
        self.dashes = -1  # the last figure of a chain a - b - c, which is a list and no range

    def run(self) -> Extract:
        block_ends = [b.end for b in self.blocks]
        at = 0
        scan = self.scan
        for i, kind in enumerate(scan.kinds):
            if kind != NUMBER:
                continue
            start, end = scan.starts[i], scan.ends[i]
            while at < len(block_ends) and block_ends[at] <= start:
                at += 1
            if at == len(block_ends):
                break
            if start < self.done_until or start < self.blocks[at].start:
                continue
            end, self.floor = self._until_marker(start, end), self.blocks[at].start
            self._number(i, start, end, self.blocks[at])
            if len(self.out.figures) > MOST:
                raise TooManyFigures(f"holds more than {MOST:,} figures: split it into several files")
        return self.out

    def _number(self, i: int, start: int, end: int, block: Block) -> None:
        if end - start > LONGEST or self.scan.is_excluded(start) or self._is_marker(start, end):
            return
        low = self.low
        after = low[end : end + 40]
        if "\n" in after:  # a line that a block goes on over is no end of what is said
            inside = max(block.end - end, 0)
            after = after[:inside].replace("\n", " ") + after[inside:]
        glued = start > 0 and (low[start - 1].isalpha() or low[start - 1] == "_")
        if glued and not self._may_touch(start, end):
            return
        if start and low[start - 1] in "-–." and start > 1 and low[start - 2].isalpha():
            return  # Covid-19
        word = self.language.numbers.get(low[start:end])
        parsed = (word, 0, False) if word is not None else parse_printed(low[start:end], self.mark)
        if parsed is None:
            return
        mantissa, decimals, _ = parsed
        if self._is_rank(i, start, end, block, mantissa):
            return
        behind = self._behind(end, after)
        if self._names_no_quantity(start, end, decimals, behind, after):
            return
        self._add(i, start, end, block, mantissa, decimals, behind)

    def _is_rank(self, i: int, start: int, end: int, block: Block, number: int) -> bool:
        """Take a rank with the number of places ("xếp thứ 38/63"), or one that a move in steps leads from or to."""
        low, out = self.low, self.out
        if end - start > 3 or not low[start:end].isdigit() or not number:
            return False
        rank = self.places.pop(start, -1)
        if rank < 0:
            places = standings.read(self.language, low, start, end, self.floor)
            if places is None:
                return False
            if places != standings.MOVED:
                self.places[places] = len(out.figures)
        figure = Figure(
            len(out.figures), block.id, start, end, self.text[start:end], number, 0, 2 * number, 2 * number,
            kind="count", quantity_start=start, quantity_end=end,
        )  # fmt: skip
        if rank >= 0:
            out.ranks[rank] = figure.id
        else:
            out.ranks[figure.id] = -1
        out.ranges.add(figure.id)
        out.figures.append(figure)
        out.token.append(i)
        self.done_until = end
        return True

    def _behind(self, end: int, after: str) -> Behind:
        """What stands behind a number that ends at `end`, as if no note had its marker there: "316 vụ66, việc"."""
        n = bisect_left(self.inside, end) if self.inside else 0
        at = self.inside[n] if n < len(self.inside) else len(self.low)
        marker = self.anchors[at] if at < end + len(after) else ""
        if not marker or not self.low.startswith(marker, at):
            return quantities.behind(self.language, end, after)
        found = quantities.behind(self.language, end, after[: at - end] + after[at - end + len(marker) :])
        return found._replace(end=found.end + len(marker)) if found.end > at else found

    def _is_marker(self, start: int, end: int) -> bool:
        if self.anchors:
            opened = start
            while opened and self.low[opened - 1] in "[(^":
                opened -= 1
            if self.anchors.get(opened) == self.low[start:end].lstrip("0"):
                return True
        return start > 0 and self.low[start - 1] in "%‰"

    def _until_marker(self, start: int, end: int) -> int:
        """Where a number ends that a note's marker is glued to: a year and note 49 in "202149"."""
        after = bisect_right(self.inside, start)
        return min(end, self.inside[after]) if after < len(self.inside) else end

    def _may_touch(self, start: int, end: int) -> bool:
        """Words glued to a figure ("tăng15,2%") against names (F0, m2, QL1A)."""
        if self._money(start, end) is not None:
            return True
        word = re.search(r"[^\W\d_]+$", self.low[max(0, start - 12) : start])
        if word is None or not (self.language.links(word[0]) or word[0] in self.language.stop):
            return False
        return end - start > 2 or "%" in self.low[end : end + 1]

    def _money(self, start: int, end: int) -> tuple[str, int] | None:
        """The currency printed before a number, and where it begins."""
        floor = max(0, start - money.LONGEST)
        found = money.before(self.low[floor:start])
        if found is not None:
            return found[0], floor + found[1]
        spelt = money.short(self.text[max(0, start - 5) : start])
        if spelt and self.language.scale.match(self.low, end) is not None:
            return spelt, self.text.rindex(spelt, 0, start)
        return None

    def _names_no_quantity(self, start: int, end: int, decimals: int, behind: Behind, after: str) -> bool:
        low = self.low
        scale, unit, known = behind.scale, behind.unit, behind.known
        body = low[start:end]
        plain = decimals == 0 and body.isdigit()
        if not plain:
            return decimals <= 1 and not known and self.language.not_after.match(after) is not None
        before = low[max(self.floor, start - 24) : start]
        if self._is_year(body, before, behind) or self._is_half_of_no_pair(start, end):
            return True
        if self.language.not_after.match(after) and not scale:
            return True
        if after[:1].isalpha() and not scale and not unit:
            return True  # 3A, 2B
        if len(body) <= 4 and self.language.may_end(before):
            if not scale and unit not in ("%", "‰") and self.language.not_before.search(before):
                return True
            if len(body) <= 3 and not known and self.language.weak_before.search(before):
                return True
        return body[0] == "0" and len(body) > 2 and not known

    def _is_year(self, body: str, before: str, behind: Behind) -> bool:
        """A year (2021), or one that the number of a note is glued to (202149)."""
        if not 4 <= len(body) <= 6 or _YEAR.match(body) is None:
            return False
        after_word = self.language.year_before.search(before) is not None
        if len(body) > 4:
            return after_word
        return not behind.scale and (after_word or not behind.known) and not _NEGATIVE.search(before)

    def _is_half_of_no_pair(self, start: int, end: int) -> bool:
        """A day and month (8/3), a fraction (1/4), the second half of a rank whose first was none (thứ 38/63)."""
        low = self.low
        if low[end : end + 1] == "/" and (_DAY.match(low, start) or _FRACTION.match(low, start)):
            second = _DIGITS.match(low, end + 1)
            if second is not None:
                behind = quantities.behind(self.language, second.end(), low[second.end() : second.end() + 40])
                return not behind.known and not _PERCENT_BEHIND.match(low[behind.end : behind.end + 14])
        if start > 1 and low[start - 1] == "/" and low[start - 2].isdigit():
            return not (self.out.figures and self.out.figures[-1].end == start - 1)
        return False

    def _add(self, i: int, start: int, end: int, block: Block, mantissa: int, decimals: int, behind: Behind) -> None:
        low, out = self.low, self.out
        scale, unit, noun, quantity_end, touching, guessed = behind
        if touching:
            end += 1
        pair = self._pair_before(start)
        composite = quantities.composite(self.language, low, end, mantissa, decimals, scale)
        if composite is not None:
            mantissa, end, scale, unit, quantity_end = composite
        negative, at, begin = False, start, start
        before = low[max(0, start - 18) : start]
        if before and before[-1] in "-+−–" and _SIGNED.search(before) and not self._dashed(start):
            negative, at = before[-1] != "+", start - 1
            begin, before = at, before[:-1]
        paid = self._money(at, end) if not unit else None
        if paid is not None:
            unit, noun = paid[0], ""
            begin = paid[1] if at == start else begin
            before = before[: max(0, len(before) - (at - paid[1]))]
        hedge = self._hedge(before)
        exact = self._is_count(mantissa, decimals, scale, unit, noun) and not hedge
        exact = exact and not (guessed and mantissa >= 10000 and mantissa % 1000 == 0)
        low2, high2 = bounds(mantissa, exact, hedge)
        if negative:
            low2, high2 = -high2, -low2
        kind = "percent" if unit in ("%", "‰") else "count" if exact else "measure"
        figure = Figure(
            len(out.figures), block.id, at, end, self.text[at:end], mantissa, decimals, low2, high2,
            negative, scale, unit, noun, kind, hedge, begin, quantity_end,
        )  # fmt: skip
        if pair >= 0:
            self._tie_pair(pair, figure)
        elif out.figures:
            self._see_range(out.figures[-1], figure, low[out.figures[-1].quantity_end : start])
        out.figures.append(figure)
        out.token.append(i)
        self.done_until = end

    def _see_range(self, last: Figure, figure: Figure, between: str) -> None:
        """Tie the two ends of a range, unless they are links of a chain or a change and the level reached."""
        m = self.language.range_between.fullmatch(between)
        if m is None:
            return
        if self.dashes != last.id and _is_range(last, figure) and not (m[0].strip(" -–—") and self._moves(last)):
            self._tie_range(last, figure)
        self.dashes = figure.id if m[0].strip() else -1

    def _pair_before(self, start: int) -> int:
        """The figure that a slash ties to this one (320.392/765.101), -1 for none, -2 where the slash says no pair."""
        figures = self.out.figures
        if not figures or start < 2 or (self.low[start - 1] != "/" and self.low[start - 2 : start] != "/ "):
            return -1
        last = figures[-1]
        between = self.low[last.end : start].strip(), self.low[last.quantity_end : start].strip()
        return last.id if "/" in between else -1

    def _tie_pair(self, first: int, figure: Figure) -> None:
        other = self.out.figures[first]
        named = self.low[other.end : figure.start].strip() != "/"  # "109 chiếc/4.400 chiếc"
        if named and (other.unit, other.noun) != (figure.unit, figure.noun):
            return
        self.out.slash[first] = figure.id
        for half in (other, figure):
            bare = not (half.unit or half.noun or half.scale or half.decimals or half.hedge)
            if bare and half.mantissa < 10000 and half.printed.isdigit():
                half.noun, half.kind = "?", "count"
                half.low2 = half.high2 = 2 * half.mantissa
        if not other.unit and not (other.noun and other.noun[0] != "?"):
            other.unit, other.noun, other.scale = figure.unit, figure.noun, other.scale or figure.scale
            exact = self._is_count(other.mantissa, other.decimals, other.scale, other.unit, other.noun)
            exact = exact and not other.hedge
            other.low2, other.high2 = bounds(other.mantissa, exact, other.hedge)
            other.kind = "percent" if other.unit in ("%", "‰") else "count" if exact else "measure"
            other.quantity_end = other.end

    def _tie_range(self, first: Figure, second: Figure) -> None:
        self.out.ranges |= {first.id, second.id}
        if not first.unit and not first.scale:
            first.unit, first.noun, first.scale = second.unit, second.noun, second.scale
            first.kind = second.kind

    def _moves(self, first: Figure) -> bool:
        """Whether a change or a level is followed by the level reached: "fell by 85 to 1,395", "from 24 to 31".

        Percentages do so only behind a direction, "rose from 12.5% to 15.0%": "gains from 5% to 8%" are a range.
        """
        start = first.quantity_start
        found = self.language.moves_before.search(self.low, max(0, start - 12), start)
        if found is None or first.unit not in ("%", "‰"):
            return found is not None
        cues = self.language.cues
        words = self.low[max(0, start - 40) : start].split()[-2:]
        return len(words) == 2 and "from" in cues.get(words[1], ()) and not _WAYS.isdisjoint(cues.get(words[0], ()))

    def _dashed(self, start: int) -> bool:
        """Whether the dash before a number parts it from the figure before and is no sign."""
        figures = self.out.figures
        return bool(figures) and _DASH.fullmatch(self.low[figures[-1].quantity_end : start]) is not None

    def _hedge(self, before: str) -> str:
        if not self.language.may_end(before):
            return ""
        m = self.language.hedge_before.search(before)
        if m is None:
            return ""
        return self.language.hedges.get(" ".join(m[1].split()), "")

    def _is_count(self, mantissa: int, decimals: int, scale: int, unit: str, noun: str) -> bool:
        if decimals or scale or unit:
            return False
        if noun and noun[0] != "?":
            return True
        return bool(noun) and (mantissa < 10000 and (mantissa < 100 or mantissa % 100 != 0))


def _is_range(first: Figure, second: Figure) -> bool:
    """Two ends of a range: the second is larger, in the unit of both."""
    if first.unit and (first.unit, first.scale) != (second.unit, second.scale):
        return first.unit == second.unit and 0 < first.size < second.size
    if first.noun and first.noun != second.noun:
        return False
    shared = 10.0 ** (second.scale - first.scale) if not first.unit else 1.0
    return 0 < first.size * shared < second.size


def bounds(mantissa: int, exact: bool, hedge: str) -> tuple[int, int]:
    """The interval of a figure in halves of its last printed digit (claim-patterns: rounding, counts, hedges).

    >>> bounds(124, False, ""), bounds(20, True, ""), bounds(3200, False, "above")
    ((247, 249), (40, 40), (6400, 6600))
    """
    if exact:
        return 2 * mantissa, 2 * mantissa
    if not hedge or mantissa == 0:
        return 2 * mantissa - 1, 2 * mantissa + 1
    coarse = 1
    while mantissa % (coarse * 10) == 0:
        coarse *= 10
    if hedge == "above":
        return 2 * mantissa, 2 * mantissa + 2 * coarse
    if hedge == "below":
        return 2 * mantissa - 2 * coarse, 2 * mantissa
    return 2 * mantissa - coarse, 2 * mantissa + coarse
