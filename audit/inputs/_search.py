"""A table whose header says nothing: its cells as one grid, searched as a grid of numbers in a report is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from audit import binding
from audit.finders import Context
from audit.finders._grid import NIL, Grid, Row
from audit.finders.grids import lead
from audit.records import Claim, Figure
from audit.statements import LEVEL, Statement

if TYPE_CHECKING:
    from audit.inputs.table import Table
    from audit.rulebook import Rulebook


def claims(table: Table, figures: Sequence[Figure], rules: Rulebook) -> list[Claim]:
    """The claims that hold all over a table, or nearly so."""
    rows = [_statement(figure) for figure in figures]
    grid = Grid(_rows(table))
    if len(grid.rows) < 2 or grid.width < 1:
        return []
    by_finder: dict[str, Any] = dict(rules.whole.by_finder())
    context = Context(rows, figures, [], {}, by_finder, [grid])
    return [claim for claim in binding.bind(lead(context), rules.whole, figures, rows) if claim.rule in rules]


def _rows(table: Table) -> list[Row]:
    """The table's rows that hold figures, all of one width: the columns in which any stands."""
    columns = sorted({c for _, c in table.at})
    found = []
    for r, cells in enumerate(table.rows):
        held = [table.at.get((r, c), NIL) for c in columns]
        if any(k != NIL for k in held):
            label = " ".join(cell.strip() for c, cell in enumerate(cells) if cell.strip() and (r, c) not in table.at)
            found.append(Row(label[:160], held, r))
    return found


def _statement(figure: Figure) -> Statement:
    factor = 10.0 ** (figure.scale - figure.decimals)
    low, high = sorted((abs(figure.low2), abs(figure.high2)))
    return Statement(
        figure.id, LEVEL, block=figure.block, sentence=figure.block, clause=figure.block, part=figure.block,
        unit=figure.unit, size=figure.mantissa * factor, low=low * factor / 2, high=high * factor / 2,
        step=0.0 if figure.exact else factor, percent=figure.unit in ("%", "‰"),
    )  # fmt: skip
