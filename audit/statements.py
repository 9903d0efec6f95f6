"""What each figure says: its role, direction and base, and where it stands. No later room reads the text again.

Every cue belongs to one figure. Before the first clause break a cue belongs to the figure behind it; a comma, a
semicolon or a parenthesis ends a direction, a full stop everything. `to` words ("lên", "còn", "đạt") turn what
follows a direction back into a level; inheritance ("giảm 61 vụ, 47 người") works at one depth of parentheses only.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from audit.figures import Extract
from audit.records import Block, Figure
from audit.tokens import BIT, CUE, MARK, Scan

LEVEL, CHANGE, GROWTH, POINT, RANGE = "level", "change", "growth", "point", "range"
SHARE, RATIO, INDEX, CONTRIBUTION, BARE, FACTOR = "share", "ratio", "index", "contribution", "bare", "factor"

POINTS = "điểm %"  # the unit of percentage points

UP, DOWN, TO, FROM = BIT["up"], BIT["down"], BIT["to"], BIT["from"]
PERIOD, PLAN = BIT["period_base"], BIT["plan_base"]
EQUIV, SHARES, REACH, CONTRIBUTES = (BIT[c] for c in ("equiv", "share", "reach", "contribution"))
LIST, OPEN, COMPLETE, WHOLE, REST = (BIT[c] for c in ("list", "open", "complete", "whole", "rest"))
BALANCE, REMAIN, EACH, AND, IS = (BIT[c] for c in ("balance", "remain", "each", "and", "is"))
FORECAST, NEUTRAL, RESPECTIVELY = (BIT[c] for c in ("forecast", "neutral", "respectively"))
RISE, SINK, WITHIN, BOUNDED, MEAN = (BIT[c] for c in ("rise", "sink", "within", "bounded", "mean"))
ABOVE, BELOW, BY, WITHOUT = (BIT[c] for c in ("above", "below", "by", "without"))
GAIN, DRAG, WEIGHT, CUMULATIVE = (BIT[c] for c in ("gain", "drag", "weight", "cumulative"))
PER, YEAR, MONTH, DAY = (BIT[c] for c in ("per", "year", "month", "day"))

_OTHER = BIT["other"]  # no more than that it is no other cue: "per cent"
_OPEN, _CLOSE, _DOT, _COMMA, _SEMICOLON, _EQUALS, _COLON = map(ord, "().,;=:")
_TOGETHER = 8  # room for one short word: "giảm mạnh từ"
_ROOM = 1000  # numbers that a sentence may need which goes on behind a note
_LINKS = frozenset((",", "và", ";", ", và", "", "and", ", and", "-", "–", "/", "), và"))


@dataclass(slots=True, eq=False)
class Statement:
    """One figure's row. `cues` are the class bits of its own, `far` those before its clause, `behind` those after."""

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
    quote: int = 0  # 1 and 2 where it is the lower or the upper of a pair of prices
    colon: bool = False  # behind a colon, with no figure between
    linked: bool = False  # nothing but a comma or "và" stands before it
    percent: bool = False
    of: int = -1  # of a percentage: the count that it is a share of, in so many words ("37,4% trong số 12 hộ")
    rank: int = 0  # 1 for "cao nhất là", 2 for "thứ hai là" …, or LAST, LEAD, NEXT; 0 where nothing ranks it
    standing: bool = False  # a rank as a number: "xếp thứ 38/63"
    anew: bool = False  # its superlative is said of another thing than the one before: "giá xoài …, nhãn thấp nhất"
    label: frozenset[str] = frozenset()  # the words around it that name what it measures
    basis_label: frozenset[str] = frozenset()  # of a percentage: the words behind it, "42% of all new loans"
    beyond: frozenset[str] = frozenset()  # the words of the clauses before, up to the figure before
    period: frozenset[str] = frozenset()  # the period last named in its paragraph


@dataclass(slots=True)
class Statements:
    """All rows of a document, and the order in which a reader meets them: the body first, then each note."""

    rows: list[Statement] = field(default_factory=list)
    flows: list[list[int]] = field(default_factory=list)


def read(scan: Scan, extract: Extract, blocks: Sequence[Block]) -> list[Statement]:
    """The statement of every figure, in the order of the figures, as far as what stands before it says."""
    return _Reader(scan, extract, blocks).run()


def measured_in(row: Statement, figure: Figure, unit: str, scale: int) -> None:
    """Give a figure that prints neither the unit and the scale that are said elsewhere."""
    figure.unit, figure.scale = unit, scale
    row.unit, row.power = unit.partition("/")[0], scale
    factor = 10.0**scale
    row.size, row.low, row.high, row.step = row.size * factor, row.low * factor, row.high * factor, row.step * factor


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
    def __init__(self, scan: Scan, extract: Extract, blocks: Sequence[Block]) -> None:
        self.scan, self.extract, self.blocks = scan, extract, blocks
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

    def run(self) -> list[Statement]:
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
        return self.rows

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
        own = far = direction = base = turned = lost = 0
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
                    if bits == _COLON and at > turned:
                        direction = 0  # "Sales grew as well: 640 were …"
                    row.colon = bits == _COLON or (row.colon and bits == _COMMA)
                    if bits != _COLON:
                        lost = direction if bits == _COMMA else 0
                        far, own, direction, base, after_to = far | own, 0, 0, 0, False
                    if bits == _DOT:
                        far = 0
                elif bits == _EQUALS:
                    own |= EQUIV
            elif kind == CUE:
                if scan.ends[t] >= hedged - 2 > 0 and scan.ends[t] <= hedged:
                    continue
                if bits == _OTHER:
                    continue
                own |= bits
                if bits & NEUTRAL:
                    continue
                if bits & BY and lost:
                    direction, after_to, turned = lost, False, scan.ends[t]  # "grew faster, by 10.8%"
                elif bits & (UP | DOWN):
                    direction, after_to = (UP if bits & UP else DOWN), False
                    base, turned = 0, scan.ends[t]
                elif bits & AND and figure.start - scan.ends[t] < 2:
                    direction, after_to, base = 0, False, 0  # "28% cho rằng giá giảm và 14% …": not said of this
                elif bits & TO and direction:
                    direction, after_to = 0, True
                elif bits & FROM and (direction or not bits & BIT["range"]):
                    base, factor_from = PERIOD, True
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
        row.standing = figure.id in self.extract.ranks
        if figure.id in self.extract.ranges:
            row.role = RANGE
        elif figure.unit == POINTS:
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
        elif row.cues & EQUIV and previous is not None and self._equals_change(row, previous):
            row.role, row.sign, row.inherited = GROWTH, previous.sign, True
        elif row.cues & (EQUIV | BY) and previous is not None and (way := self._moved(row, previous)):
            row.role, row.sign, row.inherited = GROWTH, way, True
        elif row.cues & (REACH | EQUIV):
            row.role = INDEX if row.basis & PERIOD else RATIO
        elif previous is not None and previous.role == CHANGE and self._is_inside(row, previous):
            row.role, row.sign, row.inherited = GROWTH, previous.sign, True
        elif previous is not None and self._continues(row, previous):
            row.role, row.sign, row.inherited = previous.role, previous.sign, True
        else:
            row.role = BARE

    @staticmethod
    def _is_inside(row: Statement, previous: Statement) -> bool:
        """Whether a figure stands in the parentheses that the one before opens."""
        return row.parent == previous.figure and row.depth == previous.depth + 1

    @staticmethod
    def _continues(row: Statement, previous: Statement) -> bool:
        """Whether a percentage goes on with what the one before it says: "tăng 5,2%, 6,1% và 7,4%"."""
        same = previous.percent and previous.role in (GROWTH, RATIO, SHARE)
        return row.linked and same and row.depth == previous.depth

    def _equals_change(self, row: Statement, previous: Statement) -> bool:
        """Whether "=" or "tương đương" says a change anew: "tăng 12 tỷ đồng, tương đương 3,1%"."""
        return previous.role in (CHANGE, GROWTH) and self._goes_on(row, previous)

    def _moved(self, row: Statement, previous: Statement) -> int:
        """The way that the two levels before have gone: "up from 1,040 to 1,196, that is by 15%"; 0 for none."""
        if len(self.rows) < 2 or not previous.cues & TO or not self._goes_on(row, previous):
            return 0
        start = self.rows[-2]
        if not start.heading or start.sentence != row.sentence or start.percent != previous.percent:
            return 0
        return 1 if start.heading & UP else -1

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
        if row.cues & EQUIV and self._equals_change(row, previous):
            row.role, row.sign, row.inherited = CHANGE, previous.sign, True
            return
        if row.cues & BY and (way := self._moved(row, previous)):
            row.role, row.sign, row.inherited = CHANGE, way, True
            return
        if previous.role == GROWTH and self._is_inside(row, previous) and not row.base and not row.cues & ~IS:
            row.role, row.sign, row.inherited = CHANGE, previous.sign, True
        elif row.linked and not row.cues & ~AND:
            near = reversed(self.rows[-3:])
            same = next((r for r in near if r.depth == row.depth and r.sentence == row.sentence), None)
            if same is not None and same.role == CHANGE:
                row.role, row.sign, row.inherited = CHANGE, same.sign, True
