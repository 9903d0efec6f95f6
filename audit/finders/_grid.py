"""Text grids: tables that arrive as lines of numbers, one row a line or one cell a line, with or without their words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from audit.records import Figure
from audit.statements import Statement

_BETWEEN = re.compile(r"[\s|$*;]*(?:\([^()\d]{0,3}\))?[\s|$*]*")
_FORMULA = re.compile(r"\(?(\d{1,2})\)?((?:\s?[-+–]\s?\(?\d{1,2}\)?)+)")
_ORDINAL = re.compile(r"\s*\(?(\d{1,2})[.)]?\s")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
PROSE = 110  # characters: a longer line with figures in words parts two tables
_WORDS = re.compile(r"[^\W\d_]{2,}")


@dataclass(slots=True)
class Row:
    """One row: its label and its cells' figures, in order."""

    label: str
    cells: list[int]
    line: int
    single: bool = False  # one cell a line

    @property
    def year(self) -> int | None:
        found = _YEAR.findall(self.label)
        return int(found[-1]) if found else None

    @property
    def key(self) -> str:
        return " ".join(_WORDS.findall(self.label)) or str(self.year or "")


@dataclass(slots=True)
class Grid:
    """Rows of one width that stand together."""

    rows: list[Row] = field(default_factory=list)

    @property
    def width(self) -> int:
        return len(self.rows[0].cells)

    def column(self, c: int) -> list[int]:
        return [row.cells[c] for row in self.rows]


def grids(figures: Sequence[Figure], statements: Sequence[Statement], text: str) -> list[Grid]:
    """The grids of a document: at least two rows, of cells that only white space parts."""
    if text.count("\n") < 2:
        return []
    found: list[Grid] = []
    for region in _regions(_rows(_lines(figures, statements, text))):
        by_width: dict[int, Grid] = {}
        for row in region:
            by_width.setdefault(len(row.cells), Grid()).rows.append(row)
        found += [grid for width, grid in by_width.items() if len(grid.rows) >= 2 and (width > 1 or len(grid.rows) >= 3)]
    return found


def _regions(rows: list[Row]) -> list[list[Row]]:
    """Rows that stand together: prose or a wide gap parts them. Rows that lost cells are of another width, and left out later."""
    regions: list[list[Row]] = [[]]
    last = 0
    for row in rows:
        if not row.cells or (regions[-1] and row.line - last > 8 + 2 * len(row.cells)):
            regions.append([])
        if row.cells:
            regions[-1].append(row)
            last = row.line + (len(row.cells) if row.single else 0)
    return [region for region in regions if region]


@dataclass(slots=True)
class _Line:
    number: int
    label: str
    cells: list[int]
    clean: bool
    length: int = 0


def _lines(figures: Sequence[Figure], statements: Sequence[Statement], text: str) -> list[_Line]:
    """Each line that holds figures or words: its label and cells; `clean` where nothing but space parts the cells."""
    starts = sorted(f.start for f in figures)
    out: list[_Line] = []
    at = 0
    for number, line in enumerate(text.split("\n")):
        end = at + len(line)
        if line.strip():
            a, b = bisect_left(starts, at), bisect_left(starts, end)
            whole = _line(figures, statements, line, at, number, list(range(a, b)))
            out += [whole] if whole.clean or b - a < 6 else _segments(figures, statements, whole, line, at)
        at = end + 1
    return out


def _line(figures: Sequence[Figure], rows: Sequence[Statement], line: str, at: int, number: int, ids: list[int]) -> _Line:
    if not ids:
        return _Line(number, line.strip().lower(), [], False)
    label = line[: figures[ids[0]].start - at].strip(" |\t").lower()
    clean = len(label) < 120
    for a, b in zip(ids, ids[1:], strict=False):
        if not _BETWEEN.fullmatch(line, figures[a].end - at, figures[b].start - at):
            clean = False
            break
    tail = line[figures[ids[-1]].end - at :].strip(" |\t*")
    clean = clean and len(tail) < 3 and not any(_worded(rows[k]) for k in ids)
    return _Line(number, label if clean else line.strip().lower(), ids, clean, len(line))


def _segments(figures: Sequence[Figure], rows: Sequence[Statement], whole: _Line, line: str, at: int) -> list[_Line]:
    """A table that runs on in one line: labels and rows of cells by turns. Prose comes back as it was."""
    runs: list[list[int]] = []
    for k in whole.cells:
        parted = not runs or not _BETWEEN.fullmatch(line, figures[runs[-1][-1]].end - at, figures[k].start - at) or _worded(rows[k])
        if parted:
            runs.append([k])
        else:
            runs[-1].append(k)
    widths = [len(run) for run in runs]
    usual = max(set(widths), key=widths.count)
    if usual < 2 or widths.count(usual) < 3 or 2 * widths.count(usual) < len(runs):
        return [whole]
    out, end = [], 0
    for run in runs:
        label = line[end : figures[run[0]].start - at].strip(" |\t").lower()
        end = figures[run[-1]].end - at
        out.append(_Line(whole.number, label[-160:], run, len(run) > 1 and not any(_worded(rows[k]) for k in run), 0))
    return out


def _worded(row: Statement) -> bool:
    return bool(row.unit and not row.percent)


def _rows(lines: list[_Line]) -> list[Row]:
    """Rows from lines: a line of several cells is a row; single cells line after line are one row until words come."""
    out: list[Row] = []
    label, run, run_line = "", [], 0
    for line in [*lines, _Line(-1, "", [], False)]:
        single = line.clean and len(line.cells) == 1 and not line.label
        if single:
            if not run:
                run_line = line.number
            run.append(line.cells[0])
            continue
        if run:
            out.append(Row(label, run, run_line, True))
            label, run = "", []
        if line.clean and line.cells:
            out.append(Row(line.label or label, line.cells, line.number))
            label = ""
        elif line.cells and line.length > PROSE:
            out.append(Row("", [], line.number))
            label = ""
        else:
            label = f"{label} {line.label}".strip()[-160:]
    return out


def formula(label: str) -> list[tuple[int, int]]:
    """The row numbers that a label adds up, with signs: "(5)+(6)-(7)" is [(5, 1), (6, 1), (7, -1)]."""
    m = _FORMULA.search(label)
    if m is None:
        return []
    terms = [(int(m[1]), 1)]
    terms += [(int(n), 1 if sign == "+" else -1) for sign, n in re.findall(r"([-+–])\s?\(?(\d{1,2})", m[2])]
    return terms if "(" in m[0] else []


def ordinal(label: str) -> int | None:
    m = _ORDINAL.match(label + " ")
    return int(m[1]) if m else None
