"""What a figure takes over from its neighbours, once each has a statement: cues behind it, unit, noun, label; and the
order in which a reader meets the figures.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, pairwise

from audit import ranks
from audit.figures import Extract
from audit.languages import Language
from audit.periods import Periods
from audit.records import Block, Figure
from audit.statements import (
    ABOVE,
    BARE,
    BELOW,
    CHANGE,
    CONTRIBUTES,
    DOWN,
    EACH,
    EQUIV,
    FACTOR,
    FROM,
    GAIN,
    GROWTH,
    INDEX,
    LEVEL,
    MEAN,
    NEUTRAL,
    PERIOD,
    PLAN,
    POINT,
    POINTS,
    RANGE,
    RATIO,
    REST,
    SHARE,
    TO,
    UP,
    WHOLE,
    Statement,
    Statements,
    measured_in,
)
from audit.tokens import BIT, CUE, MARK, Scan

_OUT_OF, _OPENS, _ANSWER = BIT["out_of"], BIT["opens"], BIT["answer"]
_EQUALS, _COMMA = map(ord, "=,")
_SPANS = BIT["per"] | BIT["year"] | BIT["month"] | BIT["day"]  # "12 USD a day less": of this figure all the same
SPREAD = 0.03  # of a price, that which a dealer asks for is no more above that which he pays
_ENDS = frozenset(".,;)")
_BREAKS = ",;:.()\n"
_CUT = re.compile(r"[,;:.()\n]")
_WORD = re.compile(r"[^\W\d_]{2,}")
REACH, LARGEST = 4, 4.0  # figures between an amount and what it is compared with, and how many times the other one is


def complete(
    rows: list[Statement], scan: Scan, extract: Extract, blocks: Sequence[Block], language: Language
) -> Statements:
    """The rows, filled up in place, with their reading orders."""
    return _Neighbours(rows, scan, extract, blocks, language).run()


def _follows(row: Statement, before: Statement | None) -> bool:
    return before is not None and row.sentence == before.sentence


class _Neighbours:
    def __init__(
        self, rows: list[Statement], scan: Scan, extract: Extract, blocks: Sequence[Block], language: Language
    ) -> None:
        self.rows, self.scan, self.extract, self.blocks, self.language = rows, scan, extract, blocks, language
        self.figures = extract.figures

    def run(self) -> Statements:
        self._look_behind()
        self._compare()
        self._points()
        self._units()
        self._units_of_bases()
        self._nouns()
        self._pairs()
        self._quotes()
        self._bases()
        ranks.read(self.rows, self.scan, self.extract)
        self._labels()
        self._distances()
        return Statements(self.rows, self._flows())

    def _look_behind(self) -> None:
        """The cue bits that follow each figure in its clause ("… so với cùng kỳ", "… dự toán")."""
        scan, tokens = self.scan, self.extract.token
        for k, row in enumerate(self.rows):
            stop = tokens[k + 1] if k + 1 < len(tokens) else len(scan.kinds)
            end = near = self.figures[row.figure].quantity_end  # a word that begins near is said of the figure itself
            for t in range(tokens[k] + 1, min(stop, tokens[k] + 8)):
                at, bits = scan.starts[t], scan.bits[t]
                if at < end:
                    continue
                if scan.kinds[t] == MARK:
                    if bits == _COMMA and row.cues & EQUIV and at == near:
                        near += 1  # "13,7 triệu, hay 11,6%, cao hơn …"
                    elif bits != _EQUALS:
                        break
                elif at - end > 60:
                    break
                elif scan.kinds[t] == CUE:
                    if bits & (ABOVE | BELOW) and at - near < 2:
                        self._turn(k, row, bits)
                    elif bits & PERIOD and at - near < 2:
                        near = scan.ends[t]  # "a 12% year-on-year fall"
                    if bits & (UP | DOWN) and row.behind & ~_SPANS:
                        break
                    row.behind |= bits
            if not row.basis:
                row.basis = (PERIOD if row.behind & PERIOD else 0) | (PLAN if row.behind & PLAN else 0)
            if row.percent and row.role == RATIO and row.basis & PERIOD and not row.basis & PLAN:
                row.role = INDEX
            elif row.percent and row.role == BARE and row.behind & WHOLE:
                row.role = SHARE

    def _compare(self) -> None:
        """Two amounts in the parentheses behind a growth are levels and no change: "tăng 5% (640 tấn, từ 610)"."""
        for row, after in pairwise(self.rows):
            if row.inherited and row.role == CHANGE and row.depth and after.paren == row.paren and not row.percent:
                row.role, row.sign, row.inherited = LEVEL, 1, False

    def _turn(self, k: int, row: Statement, bits: int) -> None:
        """What is said to be more or less, by a word behind it: "4% fewer than the 2,721", "a 10% increase"."""
        sign = 1 if bits & ABOVE else -1
        if row.percent and row.role in (BARE, RATIO, INDEX):
            row.role, row.sign = GROWTH, sign
            before = self.rows[k - 1] if k else row
            if row.cues & EQUIV and before.role == LEVEL and before.clause == row.clause - 1 and not before.after_to:
                before.role, before.sign = CHANGE, sign
        elif row.role == LEVEL and not row.percent and not row.base:
            row.role, row.sign = CHANGE, sign
        elif row.role == POINT:
            row.sign = sign
        else:
            return
        if bits & (NEUTRAL | FROM) and k + 1 < len(self.rows):
            after = self.rows[k + 1]  # what it is compared with
            if after.clause == row.clause and after.role in (LEVEL, CHANGE) and not after.percent:
                after.role, after.sign, after.base = LEVEL, 1, PLAN if after.cues & PLAN else PERIOD

    def _points(self) -> None:
        """A list of contributions may print "điểm phần trăm" once and "điểm" from then on; "0.4 points to 5.3%"."""
        short = self.language.short_points
        before: Statement | None = None
        for k, row in enumerate(self.rows):
            if row.role == POINT:
                before = row if (row.cues | row.behind) & (CONTRIBUTES | GAIN) or _follows(row, before) else None
            elif row.unit in short and row.role in (LEVEL, CHANGE) and _follows(row, before):
                self.figures[row.figure].unit = row.unit = POINTS
                row.role, before = POINT, row
            elif row.unit in short and row.role in (LEVEL, CHANGE) and self._moves_rates(k, row):
                self.figures[row.figure].unit = row.unit = POINTS
                row.role = POINT

    def _moves_rates(self, k: int, row: Statement) -> bool:
        """Whether points lead from one rate to another: "0.4 points to 5.3%", "to 59.7% from 54.4%, 5.3 points"."""
        if k + 1 < len(self.rows):
            after = self.rows[k + 1]
            if after.percent and after.sentence == row.sentence and (after.after_to or after.cues & (TO | FROM)):
                return row.role == CHANGE
        before = self.rows[max(0, k - 2) : k]
        return len(before) == 2 and all(other.percent and other.sentence == row.sentence for other in before)

    def _units(self) -> None:
        """An amount that prints its scale word only ("35 triệu") is in the unit of the amounts beside it."""
        for k, row in enumerate(self.rows):
            if row.unit or row.power < 3 or (row.noun and row.noun[0] != "?"):
                continue
            near = [*reversed(self.rows[max(0, k - 8) : k]), *self.rows[k + 1 : k + 4]]
            amounts = (r.unit for r in near if r.power >= 3 and not r.percent and r.sentence == row.sentence)
            row.unit = next(filter(None, amounts), "")

    def _units_of_bases(self) -> None:
        """A bare number that an amount is compared with is in its unit: "1 846 euros (from 1 724)"."""
        rows, figures = self.rows, self.figures
        for k, row in enumerate(rows):
            bare = (
                not row.unit and not row.power and row.noun[:1] in ("", "?") and row.role == LEVEL and not row.percent
            )
            if not bare or not row.base or not row.size:
                continue
            for other in (*reversed(rows[max(0, k - REACH) : k]), *rows[k + 1 : k + 2]):
                if other.sentence == row.sentence and other.unit and not other.percent and not other.base:
                    printed = other.size / 10.0**other.power
                    if row.size / LARGEST <= printed <= row.size * LARGEST:
                        measured_in(row, figures[k], figures[other.figure].unit, other.power)
                        row.noun = figures[k].noun = ""
                    break

    def _labels(self) -> None:
        """The words between a figure and the one before (back to the last break), and the three behind it."""
        low, figures = self.scan.low, self.figures
        end = taken = 0
        periods = Periods(low, self.language)
        for row in self.rows:
            figure = figures[row.figure]
            row.period = periods.before(self.blocks[row.block].start, figure.start)
            before = low[max(end, figure.start - 70) : figure.start]
            cut = max(map(before.rfind, _BREAKS))
            words = _WORD.findall(before, cut + 1)
            if cut > 0:
                beyond = _WORD.findall(before[:cut])
                if not words:  # "Kinh phí: $12,4", "thu 310 tỷ (5%)"
                    cut = max(map(before[:cut].rfind, _BREAKS))
                    words = _WORD.findall(before, cut + 1)
                row.beyond = self.language.named(beyond)
            if not periods.before(max(taken, figure.start - len(before) + cut + 1), figure.start):
                named, taken = periods.behind(figure.quantity_end, figure.quantity_end + 40)
                row.period = named or row.period
            room = figure.quantity_end + 30
            stop = _CUT.search(low, figure.quantity_end, room)
            behind = _WORD.findall(low, figure.quantity_end, stop.start() if stop else room)[:3]
            row.label = self.language.named(words[-8:] + behind)
            if row.percent:
                row.basis_label = self._basis_label(row, figure.quantity_end)
            end = figure.quantity_end

    def _basis_label(self, row: Statement, start: int) -> frozenset[str]:
        """The words behind a percentage, up to the next figure or break; a level in parentheses is no break."""
        low, figures = self.scan.low, self.figures
        after = figures[row.figure + 1] if row.figure + 1 < len(figures) else None
        if after is not None and after.block == figures[row.figure].block and self.rows[after.id].parent == row.figure:
            closed = low.find(")", after.quantity_end, after.quantity_end + 20)
            if closed > 0:
                start = closed + 1
                after = figures[after.id + 1] if after.id + 1 < len(figures) else None
        room = min(start + 50, after.start if after is not None else len(low))
        stop = _CUT.search(low, start, room)
        return self.language.named(_WORD.findall(low, start, stop.start() if stop else room)[:7])

    def _nouns(self) -> None:
        """Nouns for figures that print none: from the words before ("số vụ giảm 49"), else carried along the list."""
        for k, row in enumerate(self.rows):
            figure = self.figures[row.figure]
            if row.unit or (row.noun and row.noun[0] != "?"):
                continue
            found = self._noun_before(k, figure)
            last = self.rows[k - 1] if k else None
            if not found and last is not None and last.sentence == row.sentence and not row.noun:
                if row.cues & REST:  # of what the sentence began with: "96 people, 61 in 14 camps and the remaining 35"
                    same = (r for r in self.rows[max(0, k - 8) : k] if r.sentence == row.sentence)
                    last = next((r for r in same if not r.percent and r.noun), last)
                elif last.percent or last.role == FACTOR:
                    near = reversed(self.rows[max(0, k - 4) : k])
                    last = next((r for r in near if not r.percent and r.sentence == row.sentence), None)
                if last is not None and last.noun and last.noun[0] != "?" and not last.unit:
                    found = last.noun
                elif last is not None and last.unit and not row.noun and figure.decimals == 0 and row.linked:
                    row.unit, row.power = last.unit, row.power
            if found and not row.noun:
                row.noun = found
                self._count(row, figure)
            elif row.noun[:1] == "?":
                row.noun = row.noun[1:]
            elif not row.noun and not row.cues & (EACH | MEAN) and self._stands_in_words(k, figure):
                self._count(row, figure)

    def _count(self, row: Statement, figure: Figure) -> None:
        """Make a whole number exact: it counts things."""
        if figure.kind == "measure" and not (figure.decimals or figure.scale or figure.hedge or row.unit):
            figure.kind = "count"
            figure.low2 = figure.high2 = 2 * figure.mantissa * (-1 if figure.negative else 1)
            row.low = row.high = row.size
            row.step = 0.0

    def _stands_in_words(self, k: int, figure: Figure) -> bool:
        """Whether a whole number that names nothing stands in a sentence, among words; tables may print thousands."""
        if figure.mantissa >= 100 and figure.mantissa % 100 == 0:
            return False
        low, figures = self.scan.low, self.figures
        before = low[figures[k - 1].end if k else 0 : figure.start].rpartition("\n")[2]
        after = low[figure.end : figures[k + 1].start if k + 1 < len(figures) else figure.end + 40].partition("\n")[0]
        if "|" in before + after or "\t" in before + after or _WORD.search(before) is None:
            return False
        return _WORD.search(after) is not None or after[:1] in _ENDS or before.rstrip().endswith(":")

    def _noun_before(self, k: int, figure: Figure) -> str:
        start = self.figures[k - 1].quantity_end if k else 0
        words = self.scan.low[max(start, figure.start - 36) : figure.start].split()
        for i in range(len(words) - 1, -1, -1):
            two = " ".join(words[i : i + 2])
            if i + 1 < len(words) and two in self.language.nouns and len(words) - i <= 6:
                return two
            if (
                words[i] in self.language.nouns
                and len(words) - i <= 5
                and i
                and words[i - 1] in self.language.classifiers
            ):
                return words[i]
        return ""

    def _pairs(self) -> None:
        """The halves of x/y say the same unit and noun; the second is a level, whatever stands before the first."""
        for first, second in self.extract.slash.items():
            a, b = self.rows[first], self.rows[second]
            a.noun, b.noun = a.noun.lstrip("?"), b.noun.lstrip("?")
            b.unit, b.noun = b.unit or a.unit, b.noun or a.noun
            b.role = LEVEL if not b.percent else b.role

    def _quotes(self) -> None:
        """Two prices, to buy and to sell, are printed like a range, but closer together: "36,37 - 36,59 triệu đồng"."""
        for low, high in pairwise(self.rows):
            if low.role == high.role == RANGE and not low.percent and low.block == high.block and not low.quote:
                close = 0 < low.size < high.size <= low.size * (1 + SPREAD) and high.step > 0
                low.quote, high.quote = (1, 2) if close else (0, 0)

    def _bases(self) -> None:
        """Percentages that are said, in so many words, to be shares of a count printed beside them."""
        scan, low, rows = self.scan, self.scan.low, self.rows
        for k, row in enumerate(rows):
            if not row.cues & _OUT_OF or row.percent:
                continue
            figure, t = self.figures[row.figure], self.extract.token[k] - 1
            noun = figure.noun
            if not noun or noun[0] == "?" or not scan.bits[t] & _OUT_OF or scan.ends[t] < figure.start - 2:
                continue
            before, after = rows[k - 1] if k else row, rows[k + 1] if k + 1 < len(rows) else row
            if before.percent and before.sentence == row.sentence:
                between = low[self.figures[before.figure].quantity_end : scan.starts[t]]
                named = between.strip(" ,(\n").split()
                if self._opens(before) and (not named or self._names(named, noun, whole=True)):
                    before.of = row.figure
            elif after.percent and after.sentence == row.sentence and self._is_said_of(after, figure):
                after.of = row.figure

    def _is_said_of(self, row: Statement, base: Figure) -> bool:
        """Whether a percentage opens what is said of a count: "trong số 12 hộ được hỏi, có 37,4% cho biết"."""
        low, figure = self.scan.low, self.figures[row.figure]
        described, comma, _ = low[base.quantity_end : figure.quantity_start].rpartition(",")
        if not comma or _CUT.search(described) or not self._opens(row):
            return False
        if self._names(low[figure.quantity_end : figure.quantity_end + 40].split(), base.noun):
            return True
        t = self.extract.token[row.figure] + 1
        scan = self.scan
        near = t < len(scan.kinds) and scan.kinds[t] == CUE and scan.starts[t] <= figure.quantity_end + 1
        return near and bool(scan.bits[t] & _ANSWER)

    def _opens(self, row: Statement) -> bool:
        """Whether nothing that a percentage could be of stands before it in its clause."""
        start, t, scan = self.figures[row.figure].quantity_start, self.extract.token[row.figure] - 1, self.scan
        if t >= 0 and scan.kinds[t] == CUE and scan.bits[t] & _OPENS and scan.ends[t] >= start - 2:
            start = scan.starts[t]
        return scan.low[max(0, start - 8) : start].rstrip(" ")[-1:] in _BREAKS

    def _names(self, words: list[str], noun: str, whole: bool = False) -> bool:
        """Whether words begin with a noun ("hộ", "số hộ"), or are no more than that."""
        if words and words[0] in self.language.classifiers:
            words = words[1:]
        count = len(noun.split())
        return " ".join(words[:count]).strip(_BREAKS) == noun and not (whole and len(words) > count)

    def _distances(self) -> None:
        """Where each figure stands in reading order: a note stands at its mark and takes no room in the body."""
        notes = sorted((block.start, block.end) for block in self.blocks if block.kind == "note")
        starts = [start for start, _ in notes]
        room = [0, *accumulate(end - start for start, end in notes)]

        def body(offset: int) -> int:
            return offset - room[bisect_left(starts, offset)]

        for row in self.rows:
            block, start = self.blocks[self.figures[row.figure].block], self.figures[row.figure].start
            mark = block.start if block.anchor is None else block.anchor
            row.at = body(start) if block.kind != "note" else body(mark) + start - block.start

    def _flows(self) -> list[list[int]]:
        """Reading orders: the body; each note behind the last figures of the body that its marker follows."""
        body: list[int] = []
        notes: dict[int, list[int]] = {}
        for figure in self.figures:
            block = self.blocks[figure.block]
            (notes.setdefault(block.id, []) if block.kind == "note" else body).append(figure.id)
        flows = [body]
        for block_id, ids in notes.items():
            anchor = self.blocks[block_id].anchor
            before = [k for k in body if anchor is not None and self.figures[k].start < anchor][-4:]
            flows.append([*before, *ids])
        return flows
