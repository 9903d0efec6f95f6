"""Which rules the columns of a table could feed, as a page for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.documents.loading import Refused
from audit.inputs import _cells, _columns

if TYPE_CHECKING:
    from audit.rulebook import Rulebook

_HEADS = 12


def told(path: str, rules: Rulebook) -> str:
    """A line a rule that a table feeds, with the column of each role; then those that lack some columns."""
    lines: list[str] = []
    for sheet in _cells.sheets(path):
        names = {_columns.key(name) for rule in rules.values() for name in rule.columns.values()}
        rows = sheet.rows[:_HEADS]
        if not rows:
            continue
        header = max(rows, key=lambda row: len(names & {_columns.key(cell) for cell in row}))
        lines.append(f"{path}, {sheet.name}: {', '.join(cell.strip() for cell in header if cell.strip())}")
        fed, rest = [], []
        for rule, use, lacking in _columns.described(header, rules):
            if use is not None:
                roles = ", ".join(f"{role} = {name}" for role, name in rule.columns.items())
                group = rule.group if rule.group and rule.group not in lacking and use.group >= 0 else ""
                many = any(role.many for role in rule.roles.values())
                by = f" by {group}" if group else " over all rows" if many else ""
                fed.append((rule.id, rule.identity, roles + by))
            elif len(lacking) < len(rule.columns):
                rest.append((rule.id, rule.identity, f"lacks {', '.join(lacking)}"))
        lines += _aligned(fed) or ["  no rule has its columns here"]
        lines += ["  not fed:", *_aligned(rest)] if rest else []
    if not lines:
        raise Refused("is empty: the first row has to name the columns")
    return "\n".join(lines) + "\n"


def _aligned(rows: list[tuple[str, str, str]]) -> list[str]:
    widths = [max((len(row[k]) for row in rows), default=0) for k in (0, 1)]
    return [f"  {name:{widths[0]}}  {identity:{widths[1]}}  {said}" for name, identity, said in rows]
