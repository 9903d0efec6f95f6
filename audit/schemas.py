"""A rule as a pandera schema for anybody's frame: one column a role, `excess` measured by the schema's own parser.

This module imports pandera: import it late.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from audit import columns, intervals, parsing
from audit.columns import Printed, Span
from audit.numbers import decimal_mark
from audit.rulebook import Rule, load
from audit.settle import sides

EXCESS = "excess"


def schema(
    rule: str | Rule,
    *,
    number_format: str = "1.234,5",
    decimals: Mapping[str, int] | None = None,
    measures: Collection[str] = (),
    group: str | None = None,
) -> pa.DataFrameSchema:
    """The pandera schema of a rule, by id or as loaded.

    Its columns are the rule's roles (or the names in its `columns`), as text in `number_format`, just as printed; a
    numeric column only with its `decimals`. Whole numbers are exact counts unless their column is among `measures`. A
    rule with a list takes the long form: one row a part, and the column `group` says what belongs together (without
    it, all rows do). The parser adds `excess`, in units of the stated last digit, which must be 0; NaN is undecided.
    """
    if isinstance(rule, str):
        rule = load(select=[rule])[rule]
    digits = dict(decimals or {})
    names = {role: rule.columns.get(role, role) for role in rule.roles}
    unknown = sorted(({*digits, *measures}) - set(names.values()))
    if unknown:
        raise ValueError(f"{', '.join(unknown)}: no column of {rule.id}; its columns are {', '.join(names.values())}")
    form = _Form(rule, names, decimal_mark(number_format), digits, frozenset(measures), group or rule.group)
    held: dict[str, pa.Column] = {name: form.column(name) for name in names.values()}
    if form.group is not None and form.many:
        held[form.group] = pa.Column(None, nullable=False)
    held[EXCESS] = pa.Column(float, pa.Check.equal_to(0), nullable=True)
    return pa.DataFrameSchema(held, parsers=pa.Parser(form.measure), name=rule.id, title=rule.title.get("en"))


class _Form:
    """How the columns of a frame feed a rule."""

    def __init__(
        self, rule: Rule, names: Mapping[str, str], mark: str, digits: Mapping[str, int],
        measures: frozenset[str], group: str | None,
    ) -> None:  # fmt: skip
        self.rule, self.names, self.mark, self.digits = rule, names, mark, digits
        self.measures, self.group = measures, group
        self.many = [role.name for role in rule.roles.values() if role.many]

    def column(self, name: str) -> pa.Column:
        if name in self.digits:
            numeric = pa.Check(pd.api.types.is_numeric_dtype, name="is_numeric")
            return pa.Column(None, numeric, nullable=True)
        readable = pa.Check(self._readable, name="is_a_printed_number")
        return pa.Column(str, readable, nullable=True)

    def _readable(self, column: pd.Series[Any]) -> pd.Series[Any]:
        return parsing.readable(column, self.mark)

    def measure(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with its excess. Runs before presence and types are checked, so it takes whatever comes."""
        needed = [*self.names.values(), *([self.group] if self.group is not None and self.many else [])]
        if any(name not in frame.columns for name in needed):
            return frame.assign(**{EXCESS: np.nan})
        if any(_numeric(frame[name]) != (name in self.digits) for name in self.names.values()):
            return frame.assign(**{EXCESS: np.nan})
        if self.many:
            excess = self._measured(frame, *self._groups(frame))
            leading = self._leading(frame, self._groups(frame)[0])
            excess[~leading & ~np.isnan(excess)] = 0.0
        else:
            none = np.zeros(min(len(frame), parsing.AT_ONCE), dtype=np.intp)
            excess = np.full(len(frame), np.nan)
            for start in range(0, len(frame), parsing.AT_ONCE):
                rows = slice(start, start + parsing.AT_ONCE)
                part = frame.iloc[rows]
                excess[rows] = self._measured(part, none[: len(part)], 1)
        return frame.assign(**{EXCESS: excess})

    def _measured(self, frame: pd.DataFrame, groups: np.ndarray[Any, Any], count: int) -> np.ndarray[Any, Any]:
        held = {role: self._read(frame[name], role) for role, name in self.names.items()}
        return self._excess(held, groups, count, len(frame))

    def _read(self, column: pd.Series[Any], role: str) -> Printed:
        name = self.names[role]
        measure = name in self.measures or self.rule.roles[role].unit == "%"
        if name in self.digits:
            return columns.read_numbers(column, self.digits[name], measure)
        return columns.read_text(column, self.mark, measure)

    def _groups(self, frame: pd.DataFrame) -> tuple[np.ndarray[Any, Any], int]:
        if self.group is None:
            return np.zeros(len(frame), dtype=np.intp), 1
        codes, names = pd.factorize(frame[self.group], use_na_sentinel=False)
        return codes, len(names)

    def _leading(self, frame: pd.DataFrame, groups: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """The first row of each group, and of each other total that the group is given: one failure each."""
        keys = pd.DataFrame({"group": groups})
        for role, name in self.names.items():
            if role not in self.many:
                keys[role] = frame[name].to_numpy()
        leading: np.ndarray[Any, Any] = ~keys.duplicated().to_numpy()
        return leading

    def _excess(
        self, held: Mapping[str, Printed], groups: np.ndarray[Any, Any], count: int, rows: int
    ) -> np.ndarray[Any, Any]:
        formula = self.rule.formula
        if formula.integer and formula.stated:
            nowhere = np.full(rows, np.nan)
            return self._exactly(nowhere, np.isnan(nowhere), held[formula.stated].unit, held, groups)
        values = {role: one.span for role, one in held.items()}
        computed = columns.evaluate(formula.tree, values, lambda span: columns.totals(span, groups, count))
        stated = values[formula.stated] if formula.stated else _constant(formula.constant)
        if formula.relation == "<=":
            computed = Span(np.minimum(stated.low, computed.low), computed.high, computed.size)
        elif formula.relation == ">=":
            computed = Span(computed.low, np.maximum(stated.high, computed.high), computed.size)
        gap, unsure = columns.gaps(stated, computed)
        unit = held[formula.stated].unit if formula.stated else _coarsest(held, groups, count)
        excess = np.broadcast_to(gap / unit, (rows,)).copy()
        unsure = np.broadcast_to(unsure, (rows,)) | (not formula.once)
        return self._exactly(excess, unsure | np.isnan(excess), unit, held, groups)

    def _exactly(
        self, excess: np.ndarray[Any, Any], unsure: np.ndarray[Any, Any], unit: np.ndarray[Any, Any],
        held: Mapping[str, Printed], groups: np.ndarray[Any, Any],
    ) -> np.ndarray[Any, Any]:  # fmt: skip
        """Settle in integers what floats leave open."""
        members: dict[int, list[int]] = {}
        if self.many and unsure.any():
            for row, code in enumerate(groups.tolist()):
                members.setdefault(code, []).append(row)
        summed: dict[tuple[str, int], list[intervals.Interval] | None] = {}
        for row in np.flatnonzero(unsure).tolist():
            values: dict[str, Any] = {}
            for role, one in held.items():
                if role not in self.many:
                    values[role] = one.interval(row)
                    continue
                key = (role, int(groups[row]))
                if key not in summed:
                    parts = [one.interval(member) for member in members[key[1]]]
                    known = [part for part in parts if part is not None]
                    added = known if len(self.many) > 1 else [intervals.total(known)]
                    summed[key] = added if len(known) == len(parts) else None
                values[role] = summed[key]
            spans = None if None in values.values() else sides(self.rule.formula, values)
            gap = intervals.distance(*spans) if spans else None
            excess[row] = np.nan if gap is None else gap[0] / gap[1] / unit[row]
        return excess


def _numeric(column: pd.Series[Any]) -> bool:
    return pd.api.types.is_numeric_dtype(column.dtype)


def _constant(value: intervals.Interval | None) -> Span:
    low, high = (value or intervals.point(0))[:2]
    ends = np.asarray(low[0] / low[1]), np.asarray(high[0] / high[1])
    return Span(*ends, np.abs(ends[1]))


def _coarsest(held: Mapping[str, Printed], groups: np.ndarray[Any, Any], count: int) -> np.ndarray[Any, Any]:
    unit = np.zeros(count)
    for one in held.values():
        np.maximum.at(unit, groups, one.unit)
    spread: np.ndarray[Any, Any] = unit[groups]
    return spread
