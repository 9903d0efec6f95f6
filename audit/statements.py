"""What each figure says: its role, direction and base, and where it stands. No later room reads the text again.

Every cue belongs to one figure. Before the first clause break a cue belongs to the figure behind it; a comma, a
semicolon or a parenthesis ends a direction, a full stop everything. `to` words ("lên", "còn", "đạt") turn what
follows a direction back into a level; inheritance ("giảm 61 vụ, 47 người") works at one depth of parentheses only.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from audit.figures import Extract
from audit.languages import Language
from audit.periods import Periods
from audit.records import Block, Figure
from audit.tokens import BIT, CUE, MARK, Scan

LEVEL, CHANGE, GROWTH, SHARE, RATIO, INDEX, POINT, CONTRIBUTION, BARE, FACTOR, RANGE = (
    "level", "change", "growth", "share", "ratio", "index", "point", "contribution", "bare", "factor", "range")  # fmt: skip

UP, DOWN, TO, FROM = BIT["up"], BIT["down"], BIT["to"], BIT["from"]
PERIOD, PLAN, VERSUS = BIT["period_base"], BIT["plan_base"], BIT["versus"]
EQUIV, SHARES, REACH, LIST, OPEN, WHOLE, REST = BIT["equiv"], BIT["share"], BIT["reach"], BIT["list"], BIT["open"], BIT["whole"], BIT["rest"]
BALANCE, REMAIN, COMPLETE, EACH, CONTRIBUTES, FACTORS, AND, FORECAST, RESPECTIVELY, IS, NEUTRAL = (
    BIT[name] for name in ("balance", "remain", "complete", "each", "contribution", "factor", "and", "forecast", "respectively", "is", "neutral"))  # fmt: skip
RISE, SINK, WITHIN, BOUNDED, MEAN = (BIT[name] for name in ("rise", "sink", "within", "bounded", "mean"))

_BREAKS = frozenset(map(ord, ",;:"))
_OPEN, _CLOSE, _DOT, _COMMA, _SEMICOLON, _EQUALS, _COLON = map(ord, "().,;=:")
_CUT = re.compile(r"[,;:.()\n]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_STOP = frozenset("là và của các có trong được đạt với cho tại đã số thì còn này đó một những khi từ đến về ở do bị ra vào trên the of and in to was were is are at by for from with on that it as an".split())
_TOGETHER = 8  # room for one short word: "giảm mạnh từ"
_ROOM = 1000  # numbers that a sentence may need which goes on behind a note
_LINKS = frozenset((",", "và", ";", ", và", "", "and", ", and", "-", "–", "/", "), và"))


@dataclass(slots=True)
class Statement:
    """One figure's row. `cues` are the class bits that are its own, `far` those before its clause, `behind` those after."""

    figure: int
    role: str = LEVEL
    sign: int = 1
    signed: bool = False
    base: int = 0  # PERIOD or PLAN where the figure itself is the base: "cùng kỳ 11.770 tấn"
    basis: int = 0  # PERIOD or PLAN where the figure is measured against one: "92,37% so cùng kỳ"
    inherited: bool = False
    after_to: bool = False
    heading: int = 0  # UP or DOWN where a direction word and "from" stand together: "giảm từ 1.492 hộ"
    cues: int = 0
    far: int = 0
    behind: int = 0
    block: int = 0
    at: int = 0  # where a reader meets it who reads every note at its mark: notes take no room between two paragraphs
    sentence: int = 0
    clause: int = 0
    part: int = 0  # counts semicolons, full stops and parentheses only
    depth: int = 0
    paren: int = -1
    parent: int = -1
    unit: str = ""
    power: int = 0
    noun: str = ""
    size: float = 0.0
    low: float = 0.0
    high: float = 0.0
    step: float = 0.0  # one unit of the last printed digit; 0 for a count
    first: bool = False  # the first of its sentence
    note: int = -1  # the note it stands in
    linked: bool = False  # nothing but a comma or "và" stands before it
    percent: bool = False
    label: frozenset[str] = frozenset()  # the words around it that name what it measures
    period: frozenset[str] = frozenset()  # the period last named in its paragraph


@dataclass(slots=True)
class Statements:
    """All rows of a document, and the order in which a reader meets them: the body first, then each note."""

    rows: list[Statement] = field(default_factory=list)
    flows: list[list[int]] = field(default_factory=list)


def kind_of(row: Statement) -> str:
    """What may be compared with what: the unit, or the count noun."""
    return row.unit or row.noun


def read(scan: Scan, extract: Extract, blocks: Sequence[Block], language: Language) -> Statements:
    """The statement of every figure, in the order of the figures."""
    return _Reader(scan, extract, blocks, language).run()


@dataclass(slots=True)
class _Left:
    """Where a paragraph was left that goes on later; `token` is the first that was not read."""

    sentence: int
    clause: int
    part: int
    stack: list[tuple[int, int]]
    fresh: bool
    last: Statement | None
    token: int


class _Reader:
    def __init__(self, scan: Scan, extract: Extract, blocks: Sequence[Block], language: Language) -> None:
        self.scan, self.extract, self.blocks, self.language = scan, extract, blocks, language
        self.figures = extract.figures
        self.rows: list[Statement] = []
        self.sentence = self.clause = self.part = 0
        self.stack: list[tuple[int, int]] = []
        self.paragraph = self.block = -1
        self.fresh = True
        self.sentences = 0
        self.last: Statement | None = None  # the row before, in the same paragraph or at all
        self.torn = {block.continues for block in blocks if block.continues is not None}
        self.left: dict[int, _Left] = {}

    def run(self) -> Statements:
        token = 0
        for figure, at in zip(self.figures, self.extract.token, strict=True):
            gap = range(token, at) if figure.block == self.block else self._opening(figure, token, at)
            row = Statement(figure.id, block=self.paragraph)
            self._walk_gap(gap, figure, row)
            self._place(row, figure)
            self._role(row, figure)
            self.rows.append(row)
            self.last = row
            token = at + 1
        self._look_behind()
        self._distances()
        return Statements(self.rows, self._flows())

    def _opening(self, figure: Figure, token: int, at: int) -> list[int]:
        """Enter the block of a figure, its first: the tokens before it there, and in what the block goes on with."""
        block = self.blocks[figure.block]
        chain = [block]
        while chain[-1].continues is not None:
            chain.append(self.blocks[chain[-1].continues])
        paragraph = chain[-1].id
        if self.paragraph in self.torn:
            self.left[self.paragraph] = _Left(
                self.sentence, self.clause, self.part, list(self.stack), self.fresh, self.last, token
            )
        left = self.left.get(paragraph) if block.continues is not None else None
        if left is not None:
            token = left.token
        elif block.continues is not None:
            token = bisect_left(self.scan.starts, chain[-1].start)
        self._enter(paragraph, block, left)
        self.block = block.id
        gap: list[int] = []
        for piece in chain:
            first = bisect_left(self.scan.starts, piece.start)
            gap[:0] = range(max(first, token), min(bisect_left(self.scan.starts, piece.end), at))
            if first <= token:
                break
        return gap

    def _enter(self, paragraph: int, block: Block, left: _Left | None) -> None:
        """A new paragraph begins a sentence; one that a page end or a note broke off goes on where it was."""
        if paragraph == self.paragraph:
            return
        self.paragraph = paragraph
        if left is None:
            self._new_sentence()
            if block.kind == "note":
                self.clause, self.part = self.clause + _ROOM, self.part + _ROOM
            return
        self.sentence, self.clause, self.part = left.sentence, left.clause, left.part
        self.stack, self.fresh, self.last = left.stack, left.fresh, left.last

    def _new_sentence(self) -> None:
        self.sentence = self.sentences = self.sentences + 1
        self.clause += 1
        self.part += 1
        self.stack.clear()
        self.fresh = True

    def _walk_gap(self, gap: Sequence[int], figure: Figure, row: Statement) -> None:
        """Cue bits and marks between the figure before and this one; the last direction and base win."""
        scan = self.scan
        hedged = figure.start if figure.hedge else -1
        own = far = direction = base = turned = 0
        after_to = factor_from = False
        for t in gap:
            at = scan.starts[t]
            bits = scan.bits[t]
            kind = scan.kinds[t]
            if kind == MARK:
                if bits in (_OPEN, _CLOSE, _DOT, _SEMICOLON, _COMMA, _COLON):
                    if bits == _DOT and not self._ends_sentence(t):
                        continue
                    self._mark(bits, at)
                    if bits != _COLON:
                        far, own, direction, base, after_to = far | own, 0, 0, 0, False
                    if bits == _DOT:
                        far = 0
                elif bits == _EQUALS:
                    own |= EQUIV
            elif kind == CUE:
                if scan.ends[t] >= hedged - 2 > 0 and scan.ends[t] <= hedged:
                    continue
                own |= bits
                if bits & NEUTRAL:
                    continue
                if bits & (UP | DOWN):
                    direction, after_to = (UP if bits & UP else DOWN), False
                    base, turned = 0, scan.ends[t]
                elif bits & TO and direction:
                    direction, after_to = 0, True
                elif bits & FROM and not bits & BIT["range"] or bits & FROM and direction:
                    base, direction = PERIOD, direction
                    factor_from = True
                    if direction and at - turned < _TOGETHER:
                        row.heading = direction
                elif bits & (PERIOD | PLAN) and not direction:
                    base = PERIOD if bits & PERIOD else PLAN
        row.cues, row.far, row.after_to = own, far, after_to
        row.sign = -1 if direction == DOWN else 1
        row.base = 0 if direction and not factor_from else base
        if direction and not factor_from:
            row.role = CHANGE
        if self.stack and not own and not base and self.stack[-1][0] >= (scan.starts[gap[0]] if gap else 0):
            row.base = PERIOD if far & PERIOD else PLAN if far & PLAN else 0  # "so với cùng kỳ (265 tỷ)"
        row.basis = (PERIOD if own & PERIOD else 0) | (PLAN if own & PLAN else 0)

    def _ends_sentence(self, t: int) -> bool:
        """A full stop before a capital or the end of a line; a line break where a block ends is seen elsewhere."""
        scan = self.scan
        character = scan.bits[t]
        if character not in (_DOT, 33, 63):
            return False
        end = scan.ends[t]
        text = scan.text
        following = text[end : end + 2]
        if not following or not following[0].isspace():
            return not following
        if scan.starts[t] and text[scan.starts[t] - 2 : scan.starts[t]].isupper():
            return False
        nxt = text[end : end + 6].lstrip()[:1]
        return not nxt or nxt.isupper() or nxt.isdigit() or nxt in "\"“'-–•+*(" 

    def _mark(self, mark: int, at: int) -> None:
        self.clause += 1
        if mark == _OPEN:
            self.stack.append((at, self.last.figure if self.last and self.last.sentence == self.sentence else -1))
            self.part += 1
        elif mark == _CLOSE:
            if self.stack:
                self.stack.pop()
            self.part += 1
        elif mark == _SEMICOLON:
            self.part += 1
        elif mark == _DOT:
            self._new_sentence()

    def _place(self, row: Statement, figure: Figure) -> None:
        row.sentence, row.clause, row.part = self.sentence, self.clause, self.part
        row.depth = len(self.stack)
        if self.stack:
            row.paren, row.parent = self.stack[-1]
        row.first, self.fresh = self.fresh, False
        block = self.blocks[figure.block]
        row.note = block.id if block.kind == "note" else -1
        row.percent = figure.unit in ("%", "‰")
        row.noun = figure.noun
        row.unit, row.power = figure.unit.partition("/")[0], figure.scale
        factor = 10.0 ** (row.power - figure.decimals)
        row.size = figure.mantissa * factor
        row.low, row.high, row.step = row.size, row.size, 0.0
        if figure.low2 != figure.high2:
            low2, high2 = (-figure.high2, -figure.low2) if figure.negative else (figure.low2, figure.high2)
            row.low, row.high, row.step = low2 / 2 * factor, high2 / 2 * factor, factor
        if self.last:
            between = self.scan.low[self.figures[self.last.figure].quantity_end : figure.start].strip(" \t\n()")
            row.linked = between in _LINKS

    def _role(self, row: Statement, figure: Figure) -> None:
        previous = self.last if self.last and self.last.sentence == row.sentence else None
        if figure.id in self.extract.ranges:
            row.role = RANGE
        elif figure.unit == "điểm %":
            row.role = POINT
            if row.cues & DOWN:
                row.sign = -1
        elif row.percent:
            self._percent_role(row, figure, previous)
        elif figure.unit in ("lần", "times"):
            row.role = FACTOR
        elif row.role != CHANGE:
            self._level_role(row, figure, previous)
        if figure.negative and row.role in (GROWTH, CHANGE, POINT):
            row.sign, row.signed = -1, True

    def _percent_role(self, row: Statement, figure: Figure, previous: Statement | None) -> None:
        signed = figure.printed[0] in "+-−–"
        if row.role == CHANGE or signed:
            row.role, row.signed = GROWTH, signed
            if signed:
                row.sign = -1 if figure.negative else 1
        elif row.cues & CONTRIBUTES:
            row.role = CONTRIBUTION
        elif row.cues & SHARES:
            row.role = SHARE
        elif row.cues & EQUIV and previous is not None and previous.role in (CHANGE, GROWTH) and self._goes_on(row, previous):
            row.role, row.sign, row.inherited = GROWTH, previous.sign, True
        elif row.cues & (REACH | EQUIV):
            row.role = INDEX if row.basis & PERIOD else RATIO
        elif previous is not None and row.parent == previous.figure and previous.role == CHANGE and row.depth == previous.depth + 1:
            row.role, row.sign, row.inherited = GROWTH, previous.sign, True
        elif previous is not None and row.linked and previous.role in (GROWTH, RATIO, SHARE) and row.depth == previous.depth and previous.percent:
            row.role, row.sign, row.inherited = previous.role, previous.sign, True
        else:
            row.role = BARE

    @staticmethod
    def _goes_on(row: Statement, previous: Statement) -> bool:
        """Whether nothing but a comma or its opening parenthesis parts a figure from the one before."""
        return row.part == previous.part or row.parent == previous.figure

    def _level_role(self, row: Statement, figure: Figure, previous: Statement | None) -> None:
        row.role = LEVEL
        if figure.printed[0] in "+-−–":
            row.role, row.signed, row.sign = CHANGE, True, -1 if figure.negative else 1
            return
        if previous is None:
            return
        if row.cues & EQUIV and previous.role in (CHANGE, GROWTH) and self._goes_on(row, previous):
            row.role, row.sign, row.inherited = CHANGE, previous.sign, True
            return
        if row.linked and not row.cues & ~AND:
            same = next((r for r in reversed(self.rows[-3:]) if r.depth == row.depth and r.sentence == row.sentence), None)
            if same is not None and same.role == CHANGE:
                row.role, row.sign, row.inherited = CHANGE, same.sign, True
        elif previous.role == GROWTH and row.parent == previous.figure and row.depth == previous.depth + 1 and not row.base and not row.cues & ~IS:
            row.role, row.sign, row.inherited = CHANGE, previous.sign, True

    def _look_behind(self) -> None:
        """The cue bits that follow each figure in its clause ("… so với cùng kỳ", "… dự toán")."""
        scan, tokens = self.scan, self.extract.token
        for k, row in enumerate(self.rows):
            stop = tokens[k + 1] if k + 1 < len(tokens) else len(scan.kinds)
            end = self.figures[row.figure].quantity_end
            for t in range(tokens[k] + 1, min(stop, tokens[k] + 8)):
                if scan.starts[t] < end:
                    continue
                if scan.kinds[t] == MARK:
                    if scan.bits[t] != _EQUALS:
                        break
                elif scan.starts[t] - end > 60:
                    break
                elif scan.kinds[t] == CUE:
                    if scan.bits[t] & (UP | DOWN) and row.behind:
                        break
                    row.behind |= scan.bits[t]
            if not row.basis:
                row.basis = (PERIOD if row.behind & PERIOD else 0) | (PLAN if row.behind & PLAN else 0)
            if row.percent and row.role == RATIO and row.basis & PERIOD and not row.basis & PLAN:
                row.role = INDEX
            elif row.percent and row.role == BARE and row.behind & WHOLE:
                row.role = SHARE
        self._units()
        self._nouns()
        self._pairs()
        self._labels()

    def _units(self) -> None:
        """An amount that prints its scale word only ("35 triệu") is in the unit of the amounts beside it."""
        for k, row in enumerate(self.rows):
            if row.unit or row.power < 3 or (row.noun and row.noun[0] != "?"):
                continue
            near = [*reversed(self.rows[max(0, k - 8) : k]), *self.rows[k + 1 : k + 4]]
            row.unit = next((r.unit for r in near if r.unit and r.power >= 3 and not r.percent and r.sentence == row.sentence), "")

    def _labels(self) -> None:
        """The words between a figure and the one before (back to the last break), and the three behind it."""
        low, figures = self.scan.low, self.figures
        end = 0
        periods = Periods(low)
        for row in self.rows:
            figure = figures[row.figure]
            row.period = periods.before(self.blocks[row.block].start, figure.start)
            before = _CUT.split(low[max(end, figure.start - 70) : figure.start])
            words = _WORD.findall(before[-1] if before[-1].strip() or len(before) < 2 else before[-2])
            behind = _WORD.findall(_CUT.split(low[figure.end : figure.end + 30])[0])[:3]
            row.label = frozenset(words[-8:] + behind) - _STOP
            end = figure.quantity_end

    def _nouns(self) -> None:
        """Nouns for figures that print none: from the words before ("số vụ giảm 49"), else carried along the list."""
        for k, row in enumerate(self.rows):
            figure = self.figures[row.figure]
            if row.unit or (row.noun and row.noun[0] != "?"):
                continue
            found = self._noun_before(k, figure)
            last = self.rows[k - 1] if k else None
            if not found and last is not None and last.sentence == row.sentence and not row.noun:
                if last.percent or last.role == FACTOR:
                    last = next((r for r in reversed(self.rows[max(0, k - 4) : k]) if not r.percent and r.sentence == row.sentence), None)
                if last is not None and last.noun and last.noun[0] != "?" and not last.unit:
                    found = last.noun
                elif last is not None and last.unit and not row.noun and figure.decimals == 0 and row.linked:
                    row.unit, row.power = last.unit, row.power
            if found and not row.noun:
                row.noun = found
                if not figure.decimals and not figure.scale and not figure.hedge and figure.kind == "measure" and not row.unit:
                    figure.kind = "count"
                    figure.low2 = figure.high2 = 2 * figure.mantissa * (-1 if figure.negative else 1)
                    row.low = row.high = row.size
                    row.step = 0.0
            elif row.noun[:1] == "?":
                row.noun = row.noun[1:]

    def _noun_before(self, k: int, figure: Figure) -> str:
        start = self.figures[k - 1].quantity_end if k else 0
        words = self.scan.low[max(start, figure.start - 36) : figure.start].split()
        for i in range(len(words) - 1, -1, -1):
            two = " ".join(words[i : i + 2])
            if i + 1 < len(words) and two in self.language.nouns and len(words) - i <= 6:
                return two
            if words[i] in self.language.nouns and len(words) - i <= 5 and i and words[i - 1] in ("số", "lượng", "of"):
                return words[i]
        return ""

    def _pairs(self) -> None:
        for first, second in self.extract.slash.items():
            a, b = self.rows[first], self.rows[second]
            a.noun, b.noun = a.noun.lstrip("?"), b.noun.lstrip("?")
            b.unit, b.noun = b.unit or a.unit, b.noun or a.noun
            b.role = LEVEL if not b.percent else b.role

    def _distances(self) -> None:
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
