"""Lines of a text as rows of a table: a label and cells, several cells a line or one cell a line."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from audit import money
from audit.records import Figure
from audit.statements import Statement

_NIL = re.compile(r"(?<![^\s|])(?:[-–—]|(?:\.\s?){2,3}|…\.?|n/?a|n\.a\.?|nil|:|x)(?![^\s|])")
_NOISE = re.compile(r"[\s|$£€₹*;%]*(?:\([^()\d]{0,3}\)|\)|\()?[\s|$£€₹*()%]*(?:us\$|rm|rs\.?)?\s*")
_BETWEEN = re.compile(r"[\s|$£€₹*;]*")
_SKIP = re.compile(r"[$£€₹()%*]{1,2}")  # what stands alone on a line of a table and says nothing
_FORMULA = re.compile(r"[({\[]?\d{1,2}[)}]?(?:\s?[-+–]\s?[({]?\d{1,2}[)}]?)+[)}\]]?")
_TERM = re.compile(r"([-+–]?)\s?([({]?)(\d{1,2})([)}]?)")
_WORDED = re.compile(r"\b(\d{1,2})\.?\s(minus|plus|less)\s(\d{1,2})\b")
_ORDINAL = re.compile(r"\s*\(?(\d{1,2})[.)]?\s")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
SHORT, LABELLED = 70, 200  # characters of a line, and the largest number, with numbers in its label
_ENDS = ".;:,(-–"  # what ends no label
PROSE = 110  # characters: a longer line with figures in words parts two tables
NIL = -1  # a cell without a figure
WORDS = re.compile(r"[^\W\d_]{2,}")


@dataclass(slots=True)
class Row:
    """One row: its label and its cells' figures, in order; `loose` where cells got lost, and which is not known."""

    label: str
    cells: list[int]
    line: int
    single: bool = False  # one cell a line
    loose: bool = False
    numbers_next: bool = False  # the last cell may be the number of the next row: `ordinal`
    ordinal: int = 0
    words: frozenset[str] = frozenset()  # what its label names

    @property
    def is_entry(self) -> bool:
        """Whether its label is followed by a colon: "Votes cast: 31,406 (65.13%)"."""
        return self.label.rstrip().endswith(":")

    @property
    def year(self) -> int | None:
        found = YEAR.findall(self.label.rpartition("\n")[2])
        return int(found[-1]) if found else None

    @property
    def match(self) -> str:
        """What the same row of another block is known by: its year, else the last line of its label."""
        year = self.year
        return str(year) if year is not None else " ".join(WORDS.findall(self.label.rpartition("\n")[2]))


@dataclass(slots=True)
class Line:
    number: int
    label: str
    cells: list[int]
    clean: bool
    length: int = 0
    tail: tuple[str, tuple[int, ...]] | None = None  # its label and cells if the first of its numbers are of its label

    @property
    def width(self) -> int:
        """How many cells it has as a row, or would have."""
        return len(self.cells) if self.clean else len(self.tail[1]) if self.tail else 0


def read_lines(figures: Sequence[Figure], statements: Sequence[Statement], text: str) -> Iterator[Line]:
    """Each line that holds figures or words: its label and cells; `clean` where nothing but space parts the cells.

    A line with numbers in its label ("15 to 24 years 1,012") is one where it stands among others with as many cells.
    """
    before = 0  # cells of the line before
    waiting: Line | None = None  # a row if the next line is one
    for line in _read(figures, statements, text):
        if waiting is not None:
            yield _told(waiting) if line.width == waiting.width else waiting
            waiting = None
        if line.tail is None:
            yield line
        elif line.width == before:
            yield _told(line)
        else:
            waiting = line
        before = line.width
    if waiting is not None:
        yield waiting


def _told(line: Line) -> Line:
    """A line as a row whose label holds numbers."""
    assert line.tail is not None
    label, cells = line.tail
    return Line(line.number, label, list(cells), True, line.length)


def _read(figures: Sequence[Figure], statements: Sequence[Statement], text: str) -> Iterator[Line]:
    """The lines one by one."""
    starts = [f.start for f in figures]
    at = 0
    for number, line in enumerate(text.split("\n")):
        end = at + len(line)
        if line and not line.isspace():
            a, b = bisect_left(starts, at), bisect_left(starts, end)
            whole = _line(figures, statements, line, at, number, list(range(a, b)))
            if whole.clean or b - a < 6:
                yield whole
            else:
                yield from _segments(figures, statements, whole, line, at)
        at = end + 1


def _line(
    figures: Sequence[Figure], rows: Sequence[Statement], line: str, at: int, number: int, ids: list[int]
) -> Line:
    if not ids:
        alone = line.strip()
        if _NIL.fullmatch(alone):
            return Line(number, "", [NIL], True)
        return Line(number, "" if _SKIP.fullmatch(alone) else alone, [], False)
    if len(ids) == 2 and line[figures[ids[0]].end - at : figures[ids[1]].start - at + 1].strip(
        figures[ids[1]].printed[0]
    ) in ("-", "–", ""):
        return Line(
            number, "", ids[:1], line.strip() == line[figures[ids[0]].start - at : figures[ids[1]].end - at], len(line)
        )  # from … to …
    label = line[: figures[ids[0]].start - at]
    if "|" in line:
        return _piped(figures, rows, line, at, number, ids)
    opened = re.search(r"(?:[$£€₹(]|\b(?:us\$|rm|rs\.?))\s*$|\s[-–]\s+$", label)
    label = label[: opened.start()] if opened else label
    cells, clean = _spaced(figures, line, at, ids)
    clean = (
        clean
        and len(label.strip()) < 120
        and not any(_worded(rows[k], figures[k], len(ids) == 1 and bool(label.strip())) for k in ids)
    )
    tail = None if clean or len(line) > SHORT else _tail(figures, rows, line, at, ids)
    return Line(number, (label if clean else line).strip(" |\t"), cells if clean else ids, clean, len(line), tail)


def _tail(
    figures: Sequence[Figure], rows: Sequence[Statement], line: str, at: int, ids: list[int]
) -> tuple[str, tuple[int, ...]] | None:
    """Label and cells of a line whose label holds small numbers: the cells are what only space parts at its end."""
    first = len(ids) - 1
    if line[figures[ids[first]].end - at :].strip(" \t%*."):
        return None
    while first and line[figures[ids[first - 1]].end - at : figures[ids[first]].start - at].isspace():
        first -= 1
    named, cells = ids[:first], ids[first:]
    if not named or any(figures[k].decimals or figures[k].mantissa > LABELLED for k in named):
        return None
    label = line[: figures[cells[0]].start - at].rstrip()
    words = WORDS.findall(label[figures[named[0]].end - at :])
    if not words or label[-1:] in _ENDS or any(_worded(rows[k], figures[k], True) for k in cells):
        return None
    return label.strip(), tuple(cells)


def _spaced(figures: Sequence[Figure], line: str, at: int, ids: list[int]) -> tuple[list[int], bool]:
    """The cells of a line without bars, places without a figure among them; and whether there is nothing else."""
    cells: list[int] = []
    for n, k in enumerate(ids):
        cells.append(k)
        end = figures[ids[n + 1]].start - at if n + 1 < len(ids) else len(line)
        gap = line[figures[k].end - at : end]
        if gap.isspace():
            continue
        nils = _NIL.findall(gap)
        rest = _NIL.sub(" ", gap) if nils else gap
        if not _NOISE.fullmatch(rest) and not (n + 1 == len(ids) and len(rest.strip(" \t*.")) < 2):
            return ids, False
        if len(ids) > 1 or nils:
            cells += [NIL] * len(nils)
    return cells, True


def _piped(
    figures: Sequence[Figure], rows: Sequence[Statement], line: str, at: int, number: int, ids: list[int]
) -> Line:
    """A line with bars keeps its empty cells: all that stands behind its label is a cell."""
    label: list[str] = []
    cells: list[int] = []
    clean, place, left = True, 0, list(ids)
    for cell in line.strip().strip("|").split("|"):
        stop = line.index(cell, place) + len(cell)
        place = stop
        inside = []
        while left and figures[left[0]].start - at < stop:
            inside.append(left.pop(0))
        if not inside and not cells and (WORDS.search(cell) or not cell.strip()):
            label.append(cell.strip())
        elif not inside:
            cells.append(NIL)
            clean = clean and len(cell.strip()) < 6
        else:
            alone = _NOISE.fullmatch(
                cell[: max(0, len(cell) - (stop - (figures[inside[0]].start - at)))]
                + " "
                + line[figures[inside[0]].end - at : stop]
            )
            clean = (
                clean and len(inside) == 1 and alone is not None and not _worded(rows[inside[0]], figures[inside[0]])
            )
            cells += inside
    return Line(number, " ".join(label).strip() if clean else line.strip(), cells if clean else ids, clean, len(line))


def _segments(figures: Sequence[Figure], rows: Sequence[Statement], whole: Line, line: str, at: int) -> list[Line]:
    """A table that runs on in one line: labels and rows of cells by turns. Prose comes back as it was."""
    runs: list[list[int]] = []
    for k in whole.cells:
        if (
            not runs
            or not _BETWEEN.fullmatch(line[figures[runs[-1][-1]].end - at : figures[k].start - at])
            or _worded(rows[k], figures[k])
        ):
            runs.append([k])
        else:
            runs[-1].append(k)
    widths = [len(run) for run in runs]
    usual = max((w for w in widths if w > 1), key=widths.count, default=1)
    if usual < 2 or widths.count(usual) < 3 or 2 * widths.count(usual) < len(runs):
        return [whole]
    out, end = [], 0
    for run in runs:
        label = line[end : figures[run[0]].start - at].strip(" |\t")
        end = figures[run[-1]].end - at
        clean = len(run) > 1 and not any(_worded(rows[k], figures[k]) for k in run)
        out.append(Line(whole.number, label[-160:], run, clean, 0))
    return out


def _worded(row: Statement, figure: Figure, alone: bool = False) -> bool:
    """A unit makes it prose; a sign of money before it does not, but in a line of one figure it must stand apart."""
    return bool(row.unit and not row.percent) and not (
        row.unit in money.UNITS and figure.quantity_start < figure.start - alone
    )


def read_rows(lines: Iterator[Line], small: Mapping[int, int]) -> list[Row]:
    """Rows from lines: a line of several cells is a row; single cells line after line are one row until words come.

    `small` are figures that may be a row's number.
    """
    out: list[Row] = []
    label, run_line = "", 0
    run: list[int] = []
    for line in [*lines, Line(-1, "end", [], False)]:
        if line.clean and len(line.cells) == 1 and not line.label:
            if not run:
                run_line = line.number
            run.append(line.cells[0])
            continue
        if not line.cells and not line.label:
            continue  # a sign of money or a bracket on a line of its own
        if run:
            if any(k != NIL for k in run):
                out.append(
                    Row(
                        label,
                        run,
                        run_line,
                        True,
                        False,
                        bool(line.label) and not line.cells and run[-1] in small,
                        small.get(run[-1], 0),
                    )
                )
            label, run = "", []
        if line.clean and line.cells:
            out.append(Row(line.label or label, line.cells, line.number))
            label = ""
        elif line.cells and line.length > PROSE:
            out.append(Row("", [], line.number))
            label = ""
        else:
            label = f"{label}\n{line.label}".strip()[-160:]
    return out


def formula(label: str) -> list[tuple[int, int]]:
    """The row numbers that a label adds up, with signs: "(5)+(6)-(7)" is [(5, 1), (6, 1), (7, -1)].

    >>> formula("11. Net profit (5)+(6)-(7)"), formula("3. Balance, 1. minus 2."), formula("2 - 5 years")
    ([(5, 1), (6, 1), (7, -1)], [(1, 1), (2, -1)], [])
    >>> formula("7. Total (1+4)"), formula("12. Deficit {10-(1+5)}")
    ([(1, 1), (4, 1)], [(10, 1), (1, -1), (5, -1)])
    """
    if (worded := _WORDED.search(label)) is not None:
        return [(int(worded[1]), 1), (int(worded[3]), 1 if worded[2] == "plus" else -1)]
    m = _FORMULA.search(label)
    if m is None or not set("({[") & set(m[0]):
        return []
    terms: list[tuple[int, int]] = []
    around = 1  # the sign before the parenthesis that is open
    for sign, opened, number, closed in _TERM.findall(m[0]):
        own = -1 if sign in ("-", "–") else 1
        terms.append((int(number), own * around))
        if opened and not closed:
            around *= own
        elif closed and not opened:
            around = 1
    return terms


def ordinal(label: str) -> int | None:
    """The number that a label begins with."""
    found = [m[1] for line in label.split("\n") if (m := _ORDINAL.match(line + " ")) is not None]
    return int(found[-1]) if found else None
