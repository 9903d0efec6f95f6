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
from audit.numbers import parse_printed

Floats = NDArray[np.float64]

ROUGH = 64 * float(np.finfo(np.float64).eps)  # no identity of a rule file takes that many roundings per operation


class Span(NamedTuple):
    """Bounds of many values, and the largest magnitude that each came from; NaN where there is no value."""

    low: Floats
    high: Floats
    size: Floats


@dataclass(frozen=True, slots=True)
class Printed:
    """One column, read: mantissas and decimals for exact work, the span for quick work. A mantissa may be None."""

    mantissas: list[int | None]
    decimals: list[int]
    exact: list[bool]
    span: Span
    unit: Floats

    def interval(self, row: int) -> Interval | None:
        """The exact interval of one row."""
        mantissa = self.mantissas[row]
        if mantissa is None:
            return None
        scale = 10 ** self.decimals[row]
        if self.exact[row]:
            return point(mantissa, scale)
        return Interval((2 * mantissa - 1, 2 * scale), (2 * mantissa + 1, 2 * scale))


def read_text(column: pd.Series[Any], mark: str, measure: bool) -> Printed:
    """Read a column of printed numbers; what is no number in any format has no value."""
    codes, distinct = pd.factorize(column, use_na_sentinel=True)
    read = [parse_printed(text, mark) if isinstance(text, str) else None for text in distinct]
    mantissas = [None if one is None else -one[0] if one[2] else one[0] for one in read]
    decimals = [0 if one is None else one[1] for one in read]
    marked = [isinstance(text, str) and text.rstrip().endswith(("%", "‰")) for text in distinct]
    exact = [not (measure or places or sign) for places, sign in zip(decimals, marked, strict=True)]
    return _spread(codes, mantissas, decimals, exact)


def read_numbers(column: pd.Series[Any], digits: int, measure: bool) -> Printed:
    """A numeric column, each value printed with so many decimals."""
    codes, distinct = pd.factorize(column, use_na_sentinel=True)
    if pd.api.types.is_integer_dtype(column.dtype):
        mantissas: list[int | None] = [int(value) * 10**digits for value in distinct.tolist()]
    else:
        scaled = [value * 10**digits for value in distinct.tolist()]
        mantissas = [round(value) if abs(value) < 2**53 else None for value in scaled]
    count = len(mantissas)
    return _spread(codes, mantissas, [digits] * count, [not (measure or digits)] * count)


def evaluate(tree: ast.expr, values: Mapping[str, Span]) -> Span:
    """The computed side of an identity over columns; ``sum(parts)`` takes what stands under the name of its list."""
    if isinstance(tree, ast.Name):
        return values[tree.id]
    if isinstance(tree, ast.Call):
        return evaluate(tree.args[0], values)
    if isinstance(tree, ast.UnaryOp):
        inner = evaluate(tree.operand, values)
        return Span(-inner.high, -inner.low, inner.size)
    if isinstance(tree, ast.BinOp):
        return _OPERATIONS[type(tree.op)](evaluate(tree.left, values), evaluate(tree.right, values))
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


def _spread(codes: NDArray[np.intp], mantissas: list[int | None], decimals: list[int], exact: list[bool]) -> Printed:
    values = np.array(
        [np.nan if m is None else m / 10**d for m, d in zip(mantissas, decimals, strict=True)] + [np.nan], dtype=float
    )
    units = np.array([10.0**-d for d in decimals] + [1.0])
    half = np.array([0.0 if point else 0.5 for point in exact] + [0.0]) * units
    taken = np.where(codes < 0, len(mantissas), codes)
    places = taken.tolist()
    span = Span((values - half)[taken], (values + half)[taken], (np.abs(values) + half)[taken])
    mantissas, decimals, exact = [*mantissas, None], [*decimals, 0], [*exact, True]
    return Printed(
        [mantissas[k] for k in places], [decimals[k] for k in places], [exact[k] for k in places], span, units[taken]
    )


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
