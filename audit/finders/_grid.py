"""Text grids: tables that arrive as lines of numbers, one row or one cell a line, with or without their words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from audit.records import Figure
from audit.statements import Statement

_NIL = re.compile(r"(?<![^\s|])(?:[-–—]|(?:\.\s?){2,3}|…\.?|n/?a|n\.a\.?|nil|:|x)(?![^\s|])")
_NOISE = re.compile(r"[\s|$£€₹*;%]*(?:\([^()\d]{0,3}\)|\)|\()?[\s|$£€₹*()%]*(?:us\$|rm|rs\.?)?\s*")
_BETWEEN = re.compile(r"[\s|$£€₹*;]*")
_SKIP = re.compile(r"[$£€₹()%*]{1,2}")  # what stands alone on a line of a table and says nothing
_FORMULA = re.compile(r"\(?(\d{1,2})\)?((?:\s?[-+–]\s?\(?\d{1,2}\)?)+)")
_WORDED = re.compile(r"\b(\d{1,2})\.?\s(minus|plus|less)\s(\d{1,2})\b")
_ORDINAL = re.compile(r"\s*\(?(\d{1,2})[.)]?\s")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_UNIT_LINE = re.compile(r"(?:đvt|đơn vị(?: tính)?|dvt|units?|number of|số)\b\s*[:(\-]?\s*([^\n]{0,40})")
_MONEY = frozenset(["USD", "GBP", "EUR", "INR", "JPY", "RM", "KSHS", "A$", "C$", "S$", "B$", "HK$"])
PROSE = 110  # characters: a longer line with figures in words parts two tables
HEAD = 500  # characters above a table that may say its unit
NIL = -1  # a cell without a figure
_WORDS = re.compile(r"[^\W\d_]{2,}")


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

    @property
    def year(self) -> int | None:
        found = _YEAR.findall(self.label.rpartition("\n")[2])
        return int(found[-1]) if found else None

    @property
    def match(self) -> str:
        """What the same row of another block is known by: its year, else the last line of its label."""
        year = self.year
        return str(year) if year is not None else " ".join(_WORDS.findall(self.label.rpartition("\n")[2]))


@dataclass(slots=True)
class Grid:
    """Rows of one width that stand together; `wide` are rows with more cells, by the row that they stand before."""

    rows: list[Row] = field(default_factory=list)
    wide: list[tuple[int, Row]] = field(default_factory=list)
    region: int = 0
    years: list[int] = field(default_factory=list)  # of the columns, where the header tells

    @property
    def width(self) -> int:
        return len(self.rows[0].cells)

    def column(self, c: int) -> list[int]:
        return [row.cells[c] for row in self.rows]


def grids(
    figures: Sequence[Figure], statements: Sequence[Statement], text: str, nouns: Collection[str] = ()
) -> list[Grid]:
    """The grids of a document: at least two rows, of cells that only white space parts.

    Figures in them are read as a table's: negative in parentheses, and counts only where the unit line says so (one of
    `nouns`). `text` is lowered already or is lowered here.
    """
    if text.count("\n") < 2 and len(figures) < 12:
        return []
    low = text.lower()
    low = low if len(low) == len(text) else text
    small = {f.id: f.mantissa for f in figures if f.mantissa < 40 and f.printed.isdigit() and len(f.printed) < 3}
    found: list[Grid] = []
    for number, region in enumerate(_regions(_rows(_lines(figures, statements, low), small))):
        some = list(_grids_of(region))
        for grid in some:
            grid.region = number
            _negatives(grid, figures, low)
        _kinds(some, figures, statements, low, nouns)
        found += some
    return found


def _grids_of(region: list[Row]) -> Iterator[Grid]:
    """A grid for each width; rows that lost cells go with the usual width."""
    region = _without_ordinals(region)
    by_width: dict[int, list[Row]] = {}
    for row in region:
        by_width.setdefault(len(row.cells), []).append(row)
    usual = max(by_width, key=lambda w: (len(by_width[w]) * min(w, 3), w))
    for width, rows in by_width.items():
        if len(rows) < 2 or (width == 1 and len(rows) < 3):
            continue
        grid = Grid(rows)
        if width == usual and width > 1:
            grid = _with_others(region, width)
        yield _trimmed(grid)


def _with_others(region: list[Row], width: int) -> Grid:
    grid = Grid()
    first = next(i for i, row in enumerate(region) if len(row.cells) == width)
    for i, row in enumerate(region):
        short = width - len(row.cells)
        if short == 0:
            grid.rows.append(row)
        elif short < 0:
            grid.wide.append((len(grid.rows), row))
        elif i > first and 2 * len(row.cells) >= width:
            grid.rows.append(Row(row.label, [*row.cells, *[NIL] * short], row.line, row.single, True))
    return grid


def _trimmed(grid: Grid) -> Grid:
    """Without the columns that hold no figure at all."""
    keep = [c for c in range(grid.width) if any(k != NIL for k in grid.column(c))]
    if len(keep) < grid.width:
        for row in grid.rows:
            row.cells = [row.cells[c] for c in keep]
    return grid


def _without_ordinals(region: list[Row]) -> list[Row]:
    """Cells one a line: the number of the next row is no cell of this one; a row without words is a row, too."""
    widths = [len(row.cells) for row in region if row.single]
    if len(widths) < 3:
        return region
    usual = max(set(widths), key=lambda w: (widths.count(w), -w))
    out: list[Row] = []
    for row, following in zip(region, [*region[1:], None], strict=True):
        if (
            row.single
            and row.numbers_next
            and following is not None
            and (len(row.cells) == usual + 1 or (len(row.cells) <= usual > 1))
        ):
            row.cells.pop()
            following.label = f"{row.ordinal} {following.label}"
        if row.single and 1 < usual < len(row.cells) and len(row.cells) % usual == 0 and widths.count(usual) > 2:
            out += [
                Row("" if at else row.label, row.cells[at : at + usual], row.line + at, True)
                for at in range(0, len(row.cells), usual)
            ]
        elif row.cells:
            out.append(row)
    return out


def _regions(rows: list[Row]) -> list[list[Row]]:
    """Rows that stand together: prose or a wide gap parts them."""
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


def _lines(figures: Sequence[Figure], statements: Sequence[Statement], text: str) -> Iterator[_Line]:
    """Each line that holds figures or words: its label and cells; `clean` where nothing but space parts the cells."""
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
) -> _Line:
    if not ids:
        alone = line.strip()
        if _NIL.fullmatch(alone):
            return _Line(number, "", [NIL], True)
        return _Line(number, "" if _SKIP.fullmatch(alone) else alone, [], False)
    if len(ids) == 2 and line[figures[ids[0]].end - at : figures[ids[1]].start - at + 1].strip(
        figures[ids[1]].printed[0]
    ) in ("-", "–", ""):
        return _Line(
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
    return _Line(number, (label if clean else line).strip(" |\t"), cells if clean else ids, clean, len(line))


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
) -> _Line:
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
        if not inside and not cells and (_WORDS.search(cell) or not cell.strip()):
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
    return _Line(number, " ".join(label).strip() if clean else line.strip(), cells if clean else ids, clean, len(line))


def _segments(figures: Sequence[Figure], rows: Sequence[Statement], whole: _Line, line: str, at: int) -> list[_Line]:
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
        out.append(_Line(whole.number, label[-160:], run, clean, 0))
    return out


def _worded(row: Statement, figure: Figure, alone: bool = False) -> bool:
    """A unit makes it prose; a sign of money before it does not, but in a line of one figure it must stand apart."""
    return bool(row.unit and not row.percent) and not (
        row.unit in _MONEY and figure.quantity_start < figure.start - alone
    )


def _rows(lines: Iterator[_Line], small: Mapping[int, int]) -> list[Row]:
    """Rows from lines: a line of several cells is a row; single cells line after line are one row until words come.

    `small` are figures that may be a row's number.
    """
    out: list[Row] = []
    label, run_line = "", 0
    run: list[int] = []
    for line in [*lines, _Line(-1, "end", [], False)]:
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


def _negatives(grid: Grid, figures: Sequence[Figure], text: str) -> None:
    """Accounts print a negative in parentheses, and not a whole column of them."""

    def bracketed(k: int) -> bool:
        figure = figures[k]
        before, behind = (
            text[max(0, figure.start - 3) : figure.start].rstrip(" $"),
            text[figure.end : figure.end + 3].lstrip("% \n"),
        )
        return before[-1:] == "(" and behind[:1] == ")"

    for c in range(grid.width):
        column = [k for k in grid.column(c) if k != NIL]
        inside = [k for k in column if bracketed(k)]
        for k in inside if len(inside) < max(2, len(column)) else ():
            figure = figures[k]
            if not figure.negative:
                figure.negative, figure.low2, figure.high2 = True, -figure.high2, -figure.low2


def _kinds(
    some: list[Grid], figures: Sequence[Figure], rows: Sequence[Statement], text: str, nouns: Collection[str]
) -> None:
    """Whole numbers are counts where the unit line above names what is counted; else a table's figures are rounded."""
    for grid in some:
        cells = [k for row in grid.rows for k in row.cells if k != NIL]
        if grid.width < 2 and len(cells) < 5:
            continue
        head = text[max(0, figures[cells[0]].start - HEAD) : figures[cells[0]].start]
        grid.years = _column_years(head, grid.width)
        counted = _counted(head, nouns)
        for row in grid.rows:
            whole = counted and all(not figures[k].decimals for k in row.cells if k != NIL)
            for k in row.cells:
                if k != NIL and not rows[k].percent:
                    _set_exact(figures[k], rows[k], whole)


def _column_years(head: str, width: int) -> list[int]:
    """The years above the columns: as many in a row as there are columns, one after the other in time."""
    years = [int(y) for y in _YEAR.findall(head)][-width:]
    steps = {b > a for a, b in pairwise(years)}
    return years if len(years) == width > 1 and len(steps) == 1 and len(set(years)) == width else []


def _counted(head: str, nouns: Collection[str]) -> bool:
    """Whether the last unit line above a table names a count noun, without a scale."""
    found = _UNIT_LINE.findall(head)
    if not found:
        return False
    words = " ".join(_WORDS.findall(found[-1]))
    if re.search(r"\d{3}|nghìn|ngàn|triệu|tỷ|thousand|million|billion|%|đồng|dollar", found[-1]):
        return False
    return any(re.search(rf"\b{re.escape(noun)}\b", words) for noun in nouns if noun in words)


def _set_exact(figure: Figure, row: Statement, exact: bool) -> None:
    if exact == (figure.low2 == figure.high2):
        return
    middle = 2 * figure.mantissa * (-1 if figure.negative else 1)
    factor = 10.0 ** (figure.scale - figure.decimals)
    margin = 0 if exact else 1
    figure.low2, figure.high2, figure.kind = middle - margin, middle + margin, "count" if exact else "measure"
    row.low, row.high, row.step = row.size - margin * factor / 2, row.size + margin * factor / 2, margin * factor


def formula(label: str) -> list[tuple[int, int]]:
    """The row numbers that a label adds up, with signs: "(5)+(6)-(7)" is [(5, 1), (6, 1), (7, -1)].

    >>> formula("11. Net profit (5)+(6)-(7)"), formula("3. Balance, 1. minus 2."), formula("2 - 5 years")
    ([(5, 1), (6, 1), (7, -1)], [(1, 1), (2, -1)], [])
    """
    if (worded := _WORDED.search(label)) is not None:
        return [(int(worded[1]), 1), (int(worded[3]), 1 if worded[2] == "plus" else -1)]
    m = _FORMULA.search(label)
    if m is None:
        return []
    terms = [(int(m[1]), 1)]
    terms += [(int(n), 1 if sign == "+" else -1) for sign, n in re.findall(r"([-+–])\s?\(?(\d{1,2})", m[2])]
    return terms if "(" in m[0] else []


def ordinal(label: str) -> int | None:
    """The number that a label begins with."""
    found = [m[1] for line in label.split("\n") if (m := _ORDINAL.match(line + " ")) is not None]
    return int(found[-1]) if found else None
