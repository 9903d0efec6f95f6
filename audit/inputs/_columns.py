"""A table's columns as the roles of rules: which rules a header feeds, and the claims that its rows and groups make."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audit import rulebook
from audit.inputs._rows import Faults
from audit.records import HOLDS, Claim, Figure, Term
from audit.settle import settle

if TYPE_CHECKING:
    from audit.inputs.table import Table
    from audit.rulebook import Rule, Rulebook

_HEADS = 12  # rows in which the header may stand
_FEW = 2  # rows of a library rule that may fail whatever the others do
_LISTED = 2_000  # failing rows of a large table that are shown


@dataclass(frozen=True, slots=True)
class Use:
    """A rule with the columns that play its roles, in a table headed by row `head`; `group` is -1 for all rows."""

    rule: Rule
    head: int
    columns: Mapping[str, int]
    group: int = -1
    own: bool = False


def key(name: str) -> str:
    """A column's name without the accidents of writing."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def uses(rows: Sequence[Sequence[str]], rules: Rulebook, mark: str, faults: Faults) -> list[Use]:
    """The rules that a table feeds; what is missing for, or unreadable to, a rule of the user's own is a fault."""
    fed = [rule for rule in rules.values() if rule.columns]
    best: tuple[int, int] = (0, 0)
    names = {key(name) for rule in fed for name in rule.columns.values()}
    for number, row in enumerate(rows[:_HEADS]):
        best = max(best, (len(names & {key(cell) for cell in row}), -number))
    if not best[0]:
        return []
    head = -best[1]
    header = [key(cell) for cell in rows[head]]
    found = [use for rule in fed if (use := fit(rule, header, head)) is not None]
    own = [use for use in found if use.own]
    taken = {use.columns[role]: use.rule.roles[role].unit for use in own for role in use.columns}
    kept = [use for use in found if use.own or _agrees(use, rows, taken, mark)]
    if not own:
        for rule in fed:
            if not library(rule):
                _lacking(rule, header, head, faults)
    for use in kept:
        _unreadable(use, rows, mark, faults)
    return kept


def library(rule: Rule) -> bool:
    """Whether a rule came with the program."""
    return Path(rule.path).parent == rulebook.library()


def fit(rule: Rule, header: Sequence[str], head: int = 0) -> Use | None:
    """The rule with its columns in a header, if all are there. Without its group's column all rows are one group."""
    places = {name: number for number, name in reversed(list(enumerate(header)))}
    columns = {role: places[key(name)] for role, name in rule.columns.items() if key(name) in places}
    if len(columns) < len(rule.columns):
        return None
    group = places.get(key(rule.group), -1) if rule.group else -1
    if rule.group and group < 0 and not library(rule):
        return None
    return Use(rule, head, columns, group, not library(rule))


def described(header: Sequence[str], rules: Rulebook) -> Iterator[tuple[Rule, Use | None, list[str]]]:
    """Each rule that has columns, how the header feeds it, and the columns that it lacks."""
    names = [key(cell) for cell in header]
    for rule in rules.values():
        if rule.columns:
            yield rule, fit(rule, names), lacking(rule, names)


def lacking(rule: Rule, header: Sequence[str]) -> list[str]:
    """The columns of a rule that a header does not have."""
    wanted = [*rule.columns.values(), *([rule.group] if rule.group and not library(rule) else [])]
    return [name for name in wanted if key(name) not in header]


def _lacking(rule: Rule, header: Sequence[str], head: int, faults: Faults) -> None:
    for name in lacking(rule, header):
        there = ", ".join(cell for cell in header if cell)
        faults.add(rule.id, head + 1, name, f"is missing; the table has {there}")


def _agrees(use: Use, rows: Sequence[Sequence[str]], taken: Mapping[int, str], mark: str) -> bool:
    """Whether a rule of the library may mean these columns: numbers, and no other kind than the user's rules say."""
    from audit.inputs.table import number

    for role, column in use.columns.items():
        unit = use.rule.roles[role].unit
        if column in taken and (taken[column] == "%") != (unit == "%"):
            return False
        cells = [
            row[column] for row in rows[use.head + 1 : use.head + 400] if column < len(row) and row[column].strip()
        ]
        if 2 * sum(number(cell, mark) is not None for cell in cells) < len(cells) or not cells:
            return False
        marked = sum(cell.rstrip().endswith(("%", "‰")) for cell in cells)
        if marked and unit != "%":
            return False
    return True


def _unreadable(use: Use, rows: Sequence[Sequence[str]], mark: str, faults: Faults) -> None:
    """Cells of a rule's columns that are neither a number nor a sign for none."""
    from audit.inputs.table import NIL, number

    names = list(use.rule.columns.values())
    for name, column in zip(names, use.columns.values(), strict=True):
        distinct: dict[str, bool] = {}
        for row_number, row in enumerate(rows[use.head + 1 :], use.head + 2):
            cell = row[column] if column < len(row) else ""
            sound = distinct.get(cell)
            if sound is None:
                sound = NIL.fullmatch(cell.strip()) is not None or number(cell, mark) is not None
                distinct[cell] = sound
            if not sound:
                faults.add("table", row_number, name, f"{cell!r} is not a number")


def claims(
    table: Table, used: Sequence[Use], figures: Sequence[Figure], rules: Rulebook, warnings: list[str]
) -> Iterator[Claim]:
    """The claims of all rules that a table feeds. A rule of the library that most rows break is not what it means."""
    whole = _total_words(rules)
    for use in used:
        bound = list(_bound(table, use, figures, whole))
        for _, terms in bound:
            for term in terms:
                if use.rule.roles[term.role].unit == "%" and not figures[term.figure].unit:
                    figures[term.figure].unit, figures[term.figure].kind = "%", "percent"
        _count(use.rule, [terms for _, terms in bound], figures)
        made = [settle(use.rule, terms, figures).into(Claim(0, use.rule.id, terms, "layout")) for _, terms in bound]
        broken = sum(claim.verdict == "discrepant" for claim in made)
        if not use.own and broken > _FEW and 2 * broken > len(made):
            names = ", ".join(use.rule.columns.values())
            warnings.append(
                f"{use.rule.id}: {broken} of {len(made)} fail, so the columns {names} mean something else; not checked"
            )
            continue
        yield from made


def _bound(
    table: Table, use: Use, figures: Sequence[Figure], whole: frozenset[str]
) -> Iterator[tuple[int, tuple[Term, ...]]]:
    """The terms of each row; of a rule with a list, those of each group and of each total that it is given."""
    many = [name for name, role in use.rule.roles.items() if role.many]
    groups: dict[tuple[Any, ...], dict[str, list[int]]] = {}
    for r in range(use.head + 1, len(table.rows)):
        held = {role: table.at.get((r, column)) for role, column in use.columns.items()}
        row = table.rows[r]
        if not many:
            if None not in held.values():
                yield r, tuple(Term(role, k, 0, _sign(figures[k])) for role, k in held.items() if k is not None)
            continue
        if any(key(cell) in whole for cell in row if cell):
            continue
        name = row[use.group].strip() if 0 <= use.group < len(row) else ""
        fixed = tuple(
            row[use.columns[role]].strip() for role in held if role not in many and use.columns[role] < len(row)
        )
        parts = groups.setdefault((name, *fixed), {role: [] for role in held})
        for role, k in held.items():
            if k is not None and (role in many or not parts[role]):
                parts[role].append(k)
    for number, parts in enumerate(groups.values()):
        if all(parts.values()) and all(len(parts[role]) > 1 for role in many):
            yield (
                number,
                tuple(Term(role, k, n, _sign(figures[k])) for role, some in parts.items() for n, k in enumerate(some)),
            )


def _count(rule: Rule, bound: Sequence[tuple[Term, ...]], figures: Sequence[Figure]) -> None:
    """Whole numbers are counts where nearly all claims hold for them as counts: then one that does not is wrong."""
    members = {term.figure for terms in bound for term in terms if rule.roles[term.role].unit != "%"}
    if not members or any(figures[k].decimals or figures[k].unit for k in members):
        return
    exact = list(figures)
    for k in members:
        middle = -2 * figures[k].mantissa if figures[k].negative else 2 * figures[k].mantissa
        exact[k] = replace(figures[k], low2=middle, high2=middle, kind="count")
    before = sum(settle(rule, terms, figures).verdict in HOLDS for terms in bound)
    after = sum(settle(rule, terms, exact).verdict in HOLDS for terms in bound)
    if before - after <= max(1, len(bound) // 20):
        for k in members:
            figures[k].low2, figures[k].high2, figures[k].kind = exact[k].low2, exact[k].high2, "count"


def _sign(figure: Figure) -> int:
    return -1 if figure.negative else 1


def _total_words(rules: Rulebook) -> frozenset[str]:
    from audit import languages

    return frozenset(key(word) for code in languages.available() for word in rules.whole.words(code).get("whole", ()))


def failing(rows: list[list[str]], used: Sequence[Use], mark: str, faults: Faults) -> tuple[list[list[str]], str]:
    """Of a large table the header and the rows that fail, found by whole columns; and what to tell the reader."""
    import pandas as pd
    from pandera.errors import SchemaErrors

    from audit import schemas

    head = used[0].head
    width = len(rows[head])
    body = [row if len(row) == width else (row + [""] * width)[:width] for row in rows[head + 1 :]]
    frame = pd.DataFrame(body, columns=list(range(width)), dtype="str")
    bad: set[int] = set()
    for use in used:
        names = {role: f"{role}" for role in use.columns}
        part = pd.DataFrame(
            {names[role]: frame[column].where(frame[column].str.strip() != "") for role, column in use.columns.items()}
        )
        grouped = any(role.many for role in use.rule.roles.values())
        if grouped:
            part["\x1fgroup"] = frame[use.group] if use.group >= 0 else ""
        plain = replace(use.rule, columns={}, group=None)
        schema = schemas.schema(plain, number_format=f"1{mark}5", group="\x1fgroup" if grouped else None)
        try:
            schema.validate(part, lazy=True)
        except SchemaErrors as problem:
            cases = problem.failure_cases
            failed = {int(index) for index in cases.loc[cases["column"] == "excess", "index"].dropna()}
            if grouped and failed:
                codes = part["\x1fgroup"]
                failed = set(part.index[codes.isin(set(codes.loc[sorted(failed)]))])
            bad |= failed
    keep = sorted(bad)[:_LISTED]
    said = f"a large table: {len(body)} rows were checked by whole columns, and only those that fail are listed"
    if len(bad) > _LISTED:
        said += f", the first {_LISTED} of {len(bad)}"
    return [*rows[: head + 1], *(rows[head + 1 + k] for k in keep)], said
