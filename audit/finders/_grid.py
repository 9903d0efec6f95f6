"""Text grids: tables that arrive as lines of numbers, one row or one cell a line, with or without their words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from audit.finders._rows import NIL, WORDS, YEAR, Row, read_lines, read_rows
from audit.records import Figure
from audit.statements import Statement

__all__ = ["NIL", "Grid", "Row", "grids"]

_UNIT_LINE = re.compile(r"(?:đvt|đơn vị(?: tính)?|dvt|units?|number of|số)\b\s*[:(\-]?\s*([^\n]{0,40})")
HEAD = 500  # characters above a table that may say its unit


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
    percents = {row.figure for row in statements if row.percent}
    found: list[Grid] = []
    for number, region in enumerate(_regions(read_rows(read_lines(figures, statements, low), small))):
        some = list(_grids_of(region, percents))
        for grid in some:
            grid.region = number
            _negatives(grid, figures, low)
        _kinds(some, figures, statements, low, nouns)
        found += some
    return found


def _grids_of(region: list[Row], percents: Collection[int]) -> Iterator[Grid]:
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
            grid = _with_others(region, width, percents)
        yield _trimmed(grid)


def _with_others(region: list[Row], width: int, percents: Collection[int]) -> Grid:
    grid = Grid()
    first = next(i for i, row in enumerate(region) if len(row.cells) == width)
    signs = _signs([row.cells for row in region if len(row.cells) == width], percents)
    for i, row in enumerate(region):
        short = width - len(row.cells)
        if short == 0:
            grid.rows.append(row)
        elif short < 0:
            grid.wide.append((len(grid.rows), row))
        elif i > first and 2 * len(row.cells) >= width:
            grid.rows.append(Row(row.label, _placed(row.cells, width, signs, percents), row.line, row.single, True))
    return grid


def _signs(rows: Sequence[Sequence[int]], percents: Collection[int]) -> list[bool] | None:
    """Which columns print percentages; None where one does so only here and there."""
    signs: list[bool] = []
    for column in zip(*rows, strict=True):
        shown = {k in percents for k in column if k != NIL}
        if len(shown) != 1:
            return None
        signs.append(shown.pop())
    return signs


def _placed(cells: Sequence[int], width: int, signs: Sequence[bool] | None, percents: Collection[int]) -> list[int]:
    """The cells of a row that lost some, each in the first column that prints percentages as it does (or not)."""
    left, placed = list(cells), []
    for sign in signs or ():
        fits = bool(left) and (left[0] == NIL or (left[0] in percents) == sign)
        placed.append(left.pop(0) if fits else NIL)
    return placed if placed and not left else [*cells, *[NIL] * (width - len(cells))]


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
    years = [int(y) for y in YEAR.findall(head)][-width:]
    steps = {b > a for a, b in pairwise(years)}
    return years if len(years) == width > 1 and len(steps) == 1 and len(set(years)) == width else []


def _counted(head: str, nouns: Collection[str]) -> bool:
    """Whether the last unit line above a table names a count noun, without a scale."""
    found = _UNIT_LINE.findall(head)
    if not found:
        return False
    words = " ".join(WORDS.findall(found[-1]))
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
