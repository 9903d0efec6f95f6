"""Rows of an extracted-figures file, checked cell by cell: every fault is noted with its row and column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from audit.inputs._cells import Sheet
from audit.reports.csv import unsafe

MOST = 40  # faults that are told one by one
_WHOLE = re.compile(r"[-+]?[0-9]{1,15}(\.0+)?")


@dataclass(slots=True)
class Faults:
    """What is wrong with an input, in the order in which it was seen."""

    said: list[str] = field(default_factory=list)

    def add(self, where: str, row: int | None, column: str, problem: str) -> None:
        place = ", ".join([*([f"row {row}"] if row else []), *([f"column {column}"] if column else [])])
        said = f"{where}: {place}: {problem}" if place else f"{where}: {problem}"
        if said not in self.said[-4:]:  # one cell may be asked twice
            self.said.append(said)

    def __bool__(self) -> bool:
        return bool(self.said)

    def text(self) -> str:
        """All faults in one message, one a line."""
        more = [f"… and {len(self.said) - MOST} more"] if len(self.said) > MOST else []
        return "\n  ".join(
            [f"{len(self.said)} faults:" if len(self.said) > 1 else "a fault:", *self.said[:MOST], *more]
        )


@dataclass(slots=True)
class Row:
    """One row by column name; `number` counts as a spreadsheet does, the header being row 1."""

    where: str
    number: int
    cells: Mapping[str, str]
    faults: Faults

    def text(self, column: str, default: str = "") -> str:
        return self.cells.get(column, "") or default

    def whole(self, column: str, default: int | None = None) -> int:
        """A whole number; without a default it has to be there. A fault counts as 0."""
        text = self.text(column).strip()
        if not text and default is not None:
            return default
        if not _WHOLE.fullmatch(text):
            self.fault(column, f"{text!r} is not a whole number" if text else "is empty")
            return 0
        return int(text.partition(".")[0])

    def one_of(self, column: str, allowed: Sequence[str], default: str) -> str:
        text = self.text(column, default)
        if text not in allowed:
            self.fault(column, f"{text!r} is none of {', '.join(allowed)}")
        return text

    def fault(self, column: str, problem: str) -> None:
        self.faults.add(self.where, self.number, column, problem)


def table(sheet: Sheet, where: str, required: Iterable[str], faults: Faults) -> Iterator[Row]:
    """The rows under the header of a sheet; empty ones are skipped. Missing columns are one fault each."""
    if not sheet.rows:
        faults.add(where, None, "", "is empty: the first row has to name the columns")
        return
    names = [name.strip() for name in sheet.rows[0]]
    missing = [name for name in required if name not in names]
    for name in missing:
        faults.add(where, 1, name, "is missing")
    for name in {name for name in names if name and names.count(name) > 1}:
        faults.add(where, 1, name, "stands there twice")
    if missing:
        return
    for number, cells in enumerate(sheet.rows[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            faults.add(where, number, "", f"has {len(cells)} cells under {len(names)} columns")
            continue
        yield Row(where, number, {name: unsafe(cell) for name, cell in zip(names, cells, strict=False)}, faults)
