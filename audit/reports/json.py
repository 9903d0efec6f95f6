"""One JSON object over all documents, streamed: each document is written as soon as it has been audited."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from audit.places import Places
from audit.records import Claim, Figure, Finding, Reading
from audit.reports import Options
from audit.reports._claims import finding_place, roles, stated_figure
from audit.reports._decimals import halves, plain, significant

VERSION = 1
DIGITS = 12

dumps = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


def check(readings: Iterable[Reading], options: Options) -> Iterator[str]:
    """The object of `crossfoot check --format json`."""
    return _stream(readings, partial(document, options=options))


def figures(readings: Iterable[Reading], options: Options) -> Iterator[str]:
    """The same object with the figures alone."""
    return _stream(readings, partial(figures_only, options=options))


def document(reading: Reading, options: Options) -> dict[str, Any]:
    """One document with everything that is known of it."""
    places = Places(reading.document)
    return {
        **figures_only(reading, options, places),
        "claims": [_claim(claim, reading, options) for claim in reading.claims],
        "findings": [_finding(finding, reading, places, options) for finding in reading.findings],
    }


def figures_only(reading: Reading, options: Options, places: Places | None = None) -> dict[str, Any]:
    """One document with its blocks and figures."""
    source = reading.document
    where = places or Places(source)
    head: dict[str, Any] = {
        "document": source.path,
        "sha256": source.sha256,
        "language": reading.language,
        "number_format": reading.number_format,
    }
    if options.text:
        head["text"] = source.text
    blocks = [
        {
            "id": block.id,
            "kind": block.kind,
            "start": block.start,
            "end": block.end,
            "place": dict(block.place),
            "language": reading.language,
            "number_format": reading.number_format,
        }
        for block in source.blocks
    ]
    indicators = reading.indicators or [""] * len(reading.figures)
    rows = [_figure(figure, indicator, where) for figure, indicator in zip(reading.figures, indicators, strict=True)]
    return {**head, "blocks": blocks, "figures": rows, **_coverage(reading)}


def _stream(readings: Iterable[Reading], row: Callable[[Reading], dict[str, Any]]) -> Iterator[str]:
    yield f'{{"version": {VERSION}, "documents": ['
    separator = "\n"
    for reading in readings:
        yield separator + dumps(row(reading))
        separator = ",\n"
    yield "\n]}\n"


def _figure(figure: Figure, indicator: str, places: Places) -> dict[str, Any]:
    return {
        "id": figure.id,
        "block": figure.block,
        "printed": figure.printed,
        "start": figure.start,
        "end": figure.end,
        "value": plain(figure.mantissa, figure.decimals, figure.negative),
        "scale": figure.scale,
        "unit": figure.unit,
        "noun": figure.noun,
        "kind": figure.kind,
        "hedge": figure.hedge,
        "low": halves(figure.low2, figure.decimals),
        "high": halves(figure.high2, figure.decimals),
        "quantity_start": figure.quantity_start,
        "quantity_end": figure.quantity_end,
        "indicator": indicator,
        "place": places.of(figure.block, figure.start),
        "state": figure.state,
    }


def _claim(claim: Claim, reading: Reading, options: Options) -> dict[str, Any]:
    rule = options.rulebook[claim.rule]
    stated = stated_figure(claim, rule, reading)
    low, high = claim.computed_low, claim.computed_high
    return {
        "id": claim.id,
        "rule": claim.rule,
        "roles": roles(claim, rule),
        "figures": claim.figures,
        "identity": rule.identity,
        "operation": rule.operation,
        "stated": None if stated is None else plain(stated.mantissa, stated.decimals, stated.negative),
        "computed_low": None if low is None else significant(low, DIGITS, up=False),
        "computed_high": None if high is None else significant(high, DIGITS, up=True),
        "verdict": claim.verdict,
        "binding": claim.binding,
        "excess": claim.excess if claim.excess is not None and math.isfinite(claim.excess) else None,
        "note": claim.note,
    }


def _finding(finding: Finding, reading: Reading, places: Places, options: Options) -> dict[str, Any]:
    return {
        "id": finding.id,
        "severity": finding.severity,
        "rule": finding.rule,
        "claims": finding.claims,
        "place": finding_place(finding, reading, places, options),
        "suspect": finding.suspect,
        "suggestion": finding.suggestion,
        "message": finding.message,
        "fingerprint": finding.fingerprint,
        **_accepted(finding),
    }


def _accepted(finding: Finding) -> dict[str, Any]:
    waiver = finding.accepted
    return {} if waiver is None else {"accepted": {"reason": waiver.reason, "who": waiver.who, "when": waiver.when}}


def _coverage(reading: Reading) -> dict[str, Any]:
    states = Counter(figure.state for figure in reading.figures)
    return {
        "coverage": {
            "figures": len(reading.figures),
            **{state: states[state] for state in ("verified", "contradicted", "unchecked")},
        },
        "warnings": list(reading.document.warnings),
        "error": reading.document.error,
    }
