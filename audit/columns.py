"""Whole columns of printed numbers as intervals, and an identity over them: floats decide, where they are sure.

Every span carries the size that its values passed through, so that the error of the floats is known. A row whose two
sides lie closer than that is settled again in integers; so the answer is exact without paying for it a million times.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.intervals import Interval, point
from audit.parsing import Numbers, parse

Floats = NDArray[np.float64]

ROUGH = 64 * float(np.finfo(np.float64).eps)  # no identity of a rule file takes that many roundings per operation


class Span(NamedTuple):
    """Bounds of many values, and the largest magnitude that each came from; NaN where there is no value."""

    low: Floats
    high: Floats
    size: Floats


@dataclass(frozen=True, slots=True)
class Printed:
    """One column, read: mantissas and decimals for exact work, the span for quick work."""

    numbers: Numbers
    exact: NDArray[np.bool_]
    span: Span
    unit: Floats

    def interval(self, row: int) -> Interval | None:
        """The exact interval of one row."""
        mantissa = self.numbers.exactly(row)
        if mantissa is None:
            return None
        scale = 10 ** int(self.numbers.decimals[row])
        if self.exact[row]:
            return point(mantissa, scale)
        return Interval((2 * mantissa - 1, 2 * scale), (2 * mantissa + 1, 2 * scale))


def read_text(column: pd.Series[Any], mark: str, measure: bool) -> Printed:
    """Read a column of printed numbers; what is no number in any format has no value."""
    numbers = parse(column, mark)
    return _spread(numbers, (numbers.decimals == 0) & ~numbers.marked & (not measure))


def read_numbers(column: pd.Series[Any], digits: int, measure: bool) -> Printed:
    """A numeric column, each value printed with so many decimals."""
    count = len(column)
    missing = column.isna().to_numpy()
    known, mantissa, big = ~missing, np.zeros(count, np.int64), {}
    for row, value in enumerate(column.tolist()):
        if missing[row]:
            continue
        if isinstance(value, int):
            whole = value * 10**digits
        elif abs(value * 10**digits) < 2**53:
            whole = round(value * 10**digits)
        else:
            known[row] = False
            continue
        if abs(whole) < 2**63:
            mantissa[row] = whole
        else:
            big[row] = whole
    numbers = Numbers(mantissa, np.full(count, digits, np.int16), known, np.zeros(count, np.bool_), big)
    return _spread(numbers, np.full(count, not (measure or digits)))


def evaluate(tree: ast.expr, values: Mapping[str, Span], total: Callable[[Span], Span]) -> Span:
    """The computed side of an identity over columns; `total` adds up what ``sum`` takes."""
    if isinstance(tree, ast.Name):
        return values[tree.id]
    if isinstance(tree, ast.Call):
        return total(evaluate(tree.args[0], values, total))
    if isinstance(tree, ast.UnaryOp):
        inner = evaluate(tree.operand, values, total)
        return Span(-inner.high, -inner.low, inner.size)
    if isinstance(tree, ast.BinOp):
        return _OPERATIONS[type(tree.op)](evaluate(tree.left, values, total), evaluate(tree.right, values, total))
    number = np.float64(ast.literal_eval(tree))
    return Span(np.asarray(number), np.asarray(number), np.asarray(abs(number)))


def totals(span: Span, groups: NDArray[np.intp], count: int) -> Span:
    """The sums of a span by group, spread over the rows again."""
    low, high, size = (np.bincount(groups, weights=side, minlength=count).astype(np.float64)[groups] for side in span)
    return Span(low, high, size)


def gaps(stated: Span, computed: Span) -> tuple[Floats, NDArray[np.bool_]]:
    """How far the sides lie apart (0 where they meet), and where floats alone cannot tell."""
    gap = np.maximum(stated.low - computed.high, computed.low - stated.high)
    error = ROUGH * (stated.size + computed.size)
    return np.maximum(gap, 0.0), ~(np.abs(gap) > error) & ~np.isnan(gap)


def _spread(numbers: Numbers, exact: NDArray[np.bool_]) -> Printed:
    values = numbers.mantissa.astype(np.float64)
    for row, mantissa in numbers.big.items():
        values[row] = float(mantissa)
    most = int(numbers.decimals.max(initial=0))
    values /= np.array([10.0**places for places in range(most + 1)])[numbers.decimals]
    values[~numbers.known] = np.nan
    unit = np.array([10.0**-places for places in range(most + 1)])[numbers.decimals]
    half = np.where(exact, 0.0, 0.5 * unit)
    return Printed(numbers, exact, Span(values - half, values + half, np.abs(values) + half), unit)


def _add(left: Span, right: Span) -> Span:
    return Span(left.low + right.low, left.high + right.high, left.size + right.size)


def _sub(left: Span, right: Span) -> Span:
    return Span(left.low - right.high, left.high - right.low, left.size + right.size)


def _mul(left: Span, right: Span) -> Span:
    ends = [a * b for a in left[:2] for b in right[:2]]
    return Span(_reduce(np.minimum, ends), _reduce(np.maximum, ends), left.size * right.size)


def _div(left: Span, right: Span) -> Span:
    """No value where the divisor comes near 0. The divisor's own error grows by how far it shrank."""
    nearest = np.minimum(np.abs(right.low), np.abs(right.high))
    sound = (right.low > 0) | (right.high < 0)
    sound &= nearest > ROUGH * right.size
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = [np.where(sound, a / b, np.nan) for a in left[:2] for b in right[:2]]
        size = left.size * right.size / (nearest * nearest)
    return Span(_reduce(np.minimum, ends), _reduce(np.maximum, ends), np.where(sound, size, np.nan))


def _reduce(choose: Callable[[Any, Any], Any], ends: list[Any]) -> Any:
    result = ends[0]
    for end in ends[1:]:
        result = choose(result, end)
    return result


_OPERATIONS: dict[type[ast.operator], Callable[[Span, Span], Span]] = {
    ast.Add: _add,
    ast.Sub: _sub,
    ast.Mult: _mul,
    ast.Div: _div,
}
