"""Tables: every cell that is a number is a figure, and rules whose columns the header names tie them.

Whatever else holds all over a table is searched for as in a grid of numbers in a report.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from audit import languages
from audit.documents.loading import Refused
from audit.inputs import SUFFIXES, _cells, _columns, _search
from audit.inputs._rows import Faults
from audit.numbers import decimal_mark, parse_printed
from audit.records import Block, Claim, Document, Figure, Reading

if TYPE_CHECKING:
    from audit.rulebook import Rulebook
    from audit.settings import Settings

BAR = " | "  # between the cells of a row in the document's text
LARGE = 60_000  # cells beyond which whole columns are checked, and only the rows that fail are listed
NIL = re.compile(r"[-–—.…*xX:/\s]*|n/?a|null|none|nan|không|nil", re.IGNORECASE)
_MONEY = re.compile(r"^(\(?[-−–]?)[$£€¥₫]\s*|\s*[*†]+$")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


@dataclass(slots=True)
class Table:
    """One sheet with its figures: `at` gives the figure of a cell, by row and column from 0."""

    sheet: _cells.Sheet
    figures: list[Figure]
    at: dict[tuple[int, int], int] = field(default_factory=dict)

    @property
    def rows(self) -> list[list[str]]:
        return self.sheet.rows


def takes(path: str) -> bool:
    """Any file of cells."""
    return PurePath(path).suffix.lower() in SUFFIXES


def read(path: str, rules: Rulebook, settings: Settings) -> Iterable[Reading]:
    """One reading: the cells of all sheets of a file."""
    try:
        sheets = _cells.sheets(path)
        return [_read(path, sheets, rules, settings)]
    except Refused as refused:
        return [Reading(Document(path, error=str(refused)))]


def _read(path: str, sheets: Sequence[_cells.Sheet], rules: Rulebook, settings: Settings) -> Reading:
    words = " ".join(cell for sheet in sheets for row in sheet.rows[:200] for cell in row if not cell[:1].isdigit())
    language = settings.language or languages.detect(words)
    chosen = settings.number_format or (_cells.NATIVE if any(sheet.native for sheet in sheets) else None)
    mark = decimal_mark(chosen) if chosen else vote(sheets, language)
    faults = Faults()
    warnings: list[str] = []
    uses = [_columns.uses(sheet.rows, rules, mark, faults) for sheet in sheets]
    if faults:
        raise Refused(faults.text())
    kept = [sheet.rows for sheet in sheets]
    for number, sheet in enumerate(sheets):
        if sum(map(len, sheet.rows)) > LARGE and uses[number]:
            rows, said = _columns.failing(sheet.rows, uses[number], mark, faults)
            kept[number] = rows
            warnings.append(said)
    if faults:
        raise Refused(faults.text())
    tables, document = _laid_out(path, sheets, kept, mark)
    figures = [figure for table in tables for figure in table.figures]
    claims: list[Claim] = []
    for table, used in zip(tables, uses, strict=True):
        bound = list(_columns.claims(table, used, figures, rules, warnings))
        told = {frozenset(claim.figures) for claim in bound}
        found = [] if warnings else _search.claims(table, figures, rules)
        claims += [*bound, *(claim for claim in found if frozenset(claim.figures) not in told)]
    for claim_id, claim in enumerate(sorted(claims, key=lambda c: (min(c.figures), c.rule, c.figures))):
        claim.id = claim_id
    claims.sort(key=lambda claim: claim.id)
    labels = [label for table in tables for label in _labels(table)]
    document = Document(
        path, document.text, document.blocks, sheets[0].sha256 if sheets else "", None, tuple(warnings), document.places
    )
    return Reading(document, language, {",": "1.234,5", ".": "1,234.5"}[mark], figures, labels, claims)


def vote(sheets: Sequence[_cells.Sheet], language: str) -> str:
    """The decimal mark of the cells, by those that can be read in one way only."""
    votes: Counter[str] = Counter({str(languages.raw(language).get("decimal_mark", ",")): 1})
    for sheet in sheets:
        for row in sheet.rows[:5000]:
            for cell in row:
                body = cell.strip(" ()-+−%$£€\u00a0")
                if not body[:1].isdigit() or ("," not in body and "." not in body):
                    continue
                last = max(",.", key=body.rfind)
                count = body.count(last)
                if count > 1:
                    votes["." if last == "," else ","] += 2
                elif ("," in body and "." in body) or len(body) - body.rfind(last) != 4 or body[0] == "0":
                    votes[last] += 2
    return max(",.", key=lambda mark: votes[mark])


def number(cell: str, mark: str) -> tuple[int, str, tuple[int, int, bool]] | None:
    """Where the number of a cell begins, as it is printed there, and its parts; None for a cell that is no number."""
    text = cell.strip()
    if not text or not any(map(str.isdigit, text)):
        return None
    bare = _MONEY.sub(r"\1", text) if text[0] in "($£€¥₫-−–" or text[-1] in "*†" else text
    read = parse_printed(bare, mark) if bare else None
    if read is None and bare[:1] in ".,":
        read = parse_printed("0" + bare, bare[0])
    if read is None:
        return None
    at = cell.find(bare)
    return (at, bare, read) if at >= 0 else (cell.index(text), text, read)


def _laid_out(
    path: str, sheets: Sequence[_cells.Sheet], kept: Sequence[Sequence[list[str]]], mark: str
) -> tuple[list[Table], Document]:
    """The figures of all cells, and the document whose text is the rows, one a line."""
    lines: list[str] = []
    blocks: list[Block] = []
    places: dict[tuple[int, int], Mapping[str, Any]] = {}
    tables: list[Table] = []
    count = at = 0
    for sheet, rows in zip(sheets, kept, strict=True):
        table = Table(_cells.Sheet(sheet.name, list(rows), sheet.native), [])
        labels = _label_columns(table.rows, mark)
        shown = {id(row): number for number, row in enumerate(sheet.rows, 1)} if rows is not sheet.rows else {}
        for r, row in enumerate(rows):
            place = {"sheet": sheet.name, "row": shown.get(id(row), r + 1)}
            start = at
            for c, cell in enumerate(row):
                found = None if c in labels or (r == 0 and _YEAR.fullmatch(cell.strip())) else number(cell, mark)
                if found is not None:
                    figure = _figure(count, len(blocks), at, found)
                    table.figures.append(figure)
                    table.at[r, c] = count
                    places[figure.block, figure.start] = {**place, "column": c + 1}
                    count += 1
                at += len(cell) + len(BAR)
            lines.append(BAR.join(row))
            blocks.append(Block(len(blocks), "row", start, start + len(lines[-1]), place))
            at = start + len(lines[-1]) + 1
        tables.append(table)
    return tables, Document(path, "\n".join(lines), tuple(blocks), places=places)


def _figure(number: int, block: int, at: int, found: tuple[int, str, tuple[int, int, bool]]) -> Figure:
    """A cell's figure: without unit or noun it is a measure, rounded to its last digit."""
    offset, printed, (mantissa, decimals, negative) = found
    start, end = at + offset, at + offset + len(printed)
    unit = printed.rstrip(") ")[-1] if printed.rstrip(") ").endswith(("%", "‰")) else ""
    low, high = 2 * mantissa - 1, 2 * mantissa + 1
    low, high = (-high, -low) if negative else (low, high)
    kind = "percent" if unit else "measure"
    return Figure(
        number, block, start, end, printed, mantissa, decimals, low, high, negative, 0, unit, "", kind, "", start, end
    )


def _label_columns(rows: Sequence[Sequence[str]], mark: str) -> set[int]:
    """Columns of years or of running numbers at the left edge: they name rows, they measure nothing."""
    found: set[int] = set()
    for c in range(2):
        cells = [row[c].strip() for row in rows[1:] if c < len(row) and row[c].strip()]
        years = sum(_YEAR.fullmatch(cell) is not None for cell in cells)
        running = cells == [str(n) for n in range(1, len(cells) + 1)] and len(cells) > 2
        if cells and (running or 10 * years >= 9 * len(cells)):
            found.add(c)
        elif any(number(cell, mark) for cell in cells):
            break
    return found


def _labels(table: Table) -> Iterator[str]:
    """What each figure measures: the words of its row and of its column's head."""
    heads = table.rows[0] if table.rows else []
    words = [
        " ".join(cell for k, cell in enumerate(row) if cell.strip() and (r, k) not in table.at)
        for r, row in enumerate(table.rows)
    ]
    for r, c in table.at:
        head = heads[c].strip() if r and c < len(heads) and (0, c) not in table.at else ""
        yield " ".join(part for part in (words[r], head) if part)
