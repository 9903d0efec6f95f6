"""The five public frames as pandera models: what `audit.check` hands out, and what comes in from elsewhere.

Rows are keyed by (document, figure), (document, claim) …, never by position. Values, and the bounds of figures, are
exact decimals as text, in the unit that is printed and before `scale`. This module imports pandera: import it late.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import inf, nextafter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pandera.pandas as pa

from audit.numbers import decimal_text
from audit.places import Places
from audit.records import SEVERITIES, Claim, Figure, Finding, Reading

VERDICTS = ("consistent", "truncated", "reread", "discrepant", "unassessable")
BINDINGS = ("explicit", "nearby", "labelled", "layout")
STATES = ("verified", "contradicted", "unchecked")
KINDS = ("count", "measure", "percent")
_BOUNDS = ("stated_low", "stated_high", "computed_low", "computed_high", "unit_of_last_digit")


class Documents(pa.DataFrameModel):
    """One row a document; `error` says why it could not be read."""

    document: int = pa.Field(unique=True)
    path: str
    sha256: str
    language: str
    number_format: str
    error: str = pa.Field(nullable=True)


class Figures(pa.DataFrameModel):
    """One row a figure."""

    document: int
    figure: int
    block: int
    printed: str
    start: int = pa.Field(ge=0)
    end: int = pa.Field(ge=0)
    value: str
    scale: int
    unit: str
    noun: str
    kind: str = pa.Field(isin=KINDS)
    hedge: str
    low: str
    high: str
    indicator: str
    state: str = pa.Field(isin=STATES)
    place: str

    class Config:
        unique = ("document", "figure")


class Terms(pa.DataFrameModel):
    """One row a figure in a role of a claim; a list of parts is as many rows."""

    document: int
    claim: int
    role: str
    position: int
    figure: int
    sign: int = pa.Field(isin=(-1, 1))


class Claims(pa.DataFrameModel):
    """One row a claim. `excess` is computed here, from the bounds, and must be 0: a failure is a discrepant claim."""

    document: int
    claim: int
    rule: str
    binding: str = pa.Field(isin=BINDINGS)
    stated_low: float = pa.Field(nullable=True)
    stated_high: float = pa.Field(nullable=True)
    computed_low: float = pa.Field(nullable=True)
    computed_high: float = pa.Field(nullable=True)
    unit_of_last_digit: float = pa.Field(nullable=True, gt=0)
    excess: float = pa.Field(nullable=True, eq=0)
    verdict: str = pa.Field(isin=VERDICTS)
    note: str = pa.Field(nullable=True)

    class Config:
        unique = ("document", "claim")

    @pa.dataframe_parser
    @classmethod
    def _measure_excess(cls, frame: pd.DataFrame) -> pd.DataFrame:
        """The distance of the two intervals in units of the last digit; a column that is absent is reported later."""
        if not set(_BOUNDS) <= set(frame.columns):
            return frame.assign(excess=np.nan)
        low, high, computed_low, computed_high, unit = (frame[name] for name in _BOUNDS)
        gap = np.maximum(np.maximum(low - computed_high, computed_low - high), 0.0)
        return frame.assign(excess=gap / unit)


class Findings(pa.DataFrameModel):
    """One row a finding; `suspect` is a figure of the same document, or missing."""

    document: int
    finding: int
    rule: str
    severity: str = pa.Field(isin=SEVERITIES)
    suspect: pd.Int64Dtype = pa.Field(nullable=True)
    suggestion: str = pa.Field(nullable=True)
    message: str
    fingerprint: str

    class Config:
        unique = ("document", "finding")


class Frames(NamedTuple):
    """The five frames of one batch."""

    documents: pd.DataFrame
    figures: pd.DataFrame
    terms: pd.DataFrame
    claims: pd.DataFrame
    findings: pd.DataFrame


def build(readings: Sequence[Reading]) -> Frames:
    """The five frames of many readings, each of its model's types; the position of a reading is its key."""
    numbered = list(enumerate(readings))
    return Frames(
        Documents.validate(typed(Documents, (_document_row(key, reading) for key, reading in numbered))),
        Figures.validate(typed(Figures, (row for key, reading in numbered for row in _figure_rows(key, reading)))),
        Terms.validate(typed(Terms, (row for key, reading in numbered for row in _term_rows(key, reading)))),
        claims(readings),
        Findings.validate(
            typed(Findings, (_finding_row(key, finding) for key, reading in numbered for finding in reading.findings))
        ),
    )


def claims(readings: Sequence[Reading]) -> pd.DataFrame:
    """The Claims frame of many readings, as yet unjudged."""
    return typed(Claims, (_claim_row(key, claim) for key, reading in enumerate(readings) for claim in reading.claims))


def complaints(readings: Sequence[Reading]) -> Iterator[tuple[str, Any, int]]:
    """What the Figures and Terms models refuse in readings that came from elsewhere: column, value, row."""
    from pandera.errors import SchemaErrors

    numbered = list(enumerate(readings))
    for model, rows in (
        (Figures, [row for key, reading in numbered for row in _figure_rows(key, reading)]),
        (Terms, [row for key, reading in numbered for row in _term_rows(key, reading)]),
    ):
        try:
            model.validate(typed(model, rows), lazy=True)
        except SchemaErrors as problem:
            for _, case in problem.failure_cases.iterrows():
                index = 0 if pd.isna(case["index"]) else int(case["index"])
                yield str(case["column"]), case["failure_case"], index


def typed(model: type[pa.DataFrameModel], rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """A frame with the columns and types of `model`, also when there are no rows."""
    columns = model.to_schema().columns
    frame = pd.DataFrame.from_records(list(rows), columns=list(columns))
    types = {name: str(column.dtype) for name, column in columns.items()}
    return frame.astype({name: "str" if kind.startswith("str") else kind for name, kind in types.items()})


def outward(value: Fraction | None, up: bool) -> float:
    """The nearest float that is not inside: what meets exactly meets in floats, too. NaN for None."""
    if value is None:
        return float("nan")
    try:
        near = float(value)
    except OverflowError:
        return inf if value > 0 else -inf
    numerator, denominator = near.as_integer_ratio()
    above = numerator * value.denominator - value.numerator * denominator
    if up:
        return near if above >= 0 else nextafter(near, inf)
    return near if above <= 0 else nextafter(near, -inf)


def _document_row(key: int, reading: Reading) -> tuple[Any, ...]:
    document = reading.document
    return key, document.path, document.sha256, reading.language, reading.number_format, document.error


def _figure_rows(key: int, reading: Reading) -> Iterator[tuple[Any, ...]]:
    places = Places(reading.document)
    for position, figure in enumerate(reading.figures):
        indicator = reading.indicators[position] if position < len(reading.indicators) else ""
        place = ", ".join(f"{name} {value}" for name, value in places.of(figure.block, figure.start).items())
        value = decimal_text(-figure.mantissa if figure.negative else figure.mantissa, figure.decimals)
        yield (
            key, figure.id, figure.block, figure.printed, figure.start, figure.end, value, figure.scale, figure.unit,
            figure.noun, figure.kind, figure.hedge, _bound(figure, figure.low2), _bound(figure, figure.high2),
            indicator, figure.state, place,
        )  # fmt: skip


def _bound(figure: Figure, halves: int) -> str:
    if halves % 2:
        return decimal_text(5 * halves, figure.decimals + 1)
    return decimal_text(halves // 2, figure.decimals)


def _term_rows(key: int, reading: Reading) -> Iterator[tuple[Any, ...]]:
    for claim in reading.claims:
        for term in claim.terms:
            yield key, claim.id, term.role, term.position, term.figure, term.sign


def _claim_row(key: int, claim: Claim) -> tuple[Any, ...]:
    low, high = outward(claim.stated_low, False), outward(claim.stated_high, True)
    computed_low, computed_high = outward(claim.computed_low, False), outward(claim.computed_high, True)
    if claim.verdict == "discrepant" and low <= computed_high and computed_low <= high:
        # past 2 ** 53 neighbours share a float, and a claim that fails exactly must not pass by that
        if claim.stated_low is not None and claim.computed_high is not None and claim.stated_low > claim.computed_high:
            computed_low = computed_high = nextafter(low, -inf)
        else:
            computed_low = computed_high = nextafter(high, inf)
    unit = float("nan") if claim.unit_of_last_digit is None else float(claim.unit_of_last_digit)
    excess = float("nan") if claim.excess is None else claim.excess
    return (
        key, claim.id, claim.rule, claim.binding, low, high, computed_low, computed_high, unit, excess,
        claim.verdict, claim.note,
    )  # fmt: skip


def _finding_row(key: int, finding: Finding) -> tuple[Any, ...]:
    return (
        key, finding.id, finding.rule, finding.severity, pd.NA if finding.suspect is None else finding.suspect,
        finding.suggestion, finding.message, finding.fingerprint,
    )  # fmt: skip
