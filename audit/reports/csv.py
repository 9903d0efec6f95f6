"""Findings, or figures, as rows for a spreadsheet; no text cell can become a formula there."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from audit.places import Places
from audit.records import Reading
from audit.reports import Options
from audit.reports._claims import finding_place, pointed_at
from audit.reports._decimals import halves, plain

_FINDINGS = (
    "document",
    "finding",
    "severity",
    "rule",
    "line",
    "column",
    "place",
    "printed",
    "suggestion",
    "message",
    "fingerprint",
    "accepted",
)
_FIGURES = (
    "document", "figure", "printed", "value", "scale", "unit", "noun", "kind", "low", "high",
    "indicator", "state", "line", "column", "place", "start", "end",
)  # fmt: skip
_TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[-+]?[\d.,]+[%‰]?")


def check(readings: Iterable[Reading], options: Options) -> Iterator[str]:
    """One row a finding; a document that could not be read is a row of its own, with the reason as message."""
    yield _row(_FINDINGS)
    for reading in readings:
        path = safe(reading.document.path)
        if reading.document.error is not None:
            yield _row((path, "", "error", "unreadable", "", "", "", "", "", safe(reading.document.error), "", ""))
        places = Places(reading.document)
        for finding in reading.findings:
            where = finding_place(finding, reading, places, options)
            figure = pointed_at(finding, reading, options)
            printed = safe(figure.printed) if figure else ""
            yield _row((
                path, finding.id, finding.severity, finding.rule, *_place(where), printed,
                safe(finding.suggestion or ""), safe(finding.message), finding.fingerprint,
                safe(finding.accepted.reason) if finding.accepted else "",
            ))  # fmt: skip


def figures(readings: Iterable[Reading], options: Options) -> Iterator[str]:
    """One row a figure."""
    yield _row(_FIGURES)
    for reading in readings:
        places = Places(reading.document)
        path = safe(reading.document.path)
        for index, figure in enumerate(reading.figures):
            indicator = reading.indicators[index] if reading.indicators else ""
            yield _row((
                path, figure.id, safe(figure.printed), plain(figure.mantissa, figure.decimals, figure.negative),
                figure.scale, safe(figure.unit), safe(figure.noun), figure.kind, halves(figure.low2, figure.decimals),
                halves(figure.high2, figure.decimals), safe(indicator), figure.state,
                *_place(places.of(figure.block, figure.start)), figure.start, figure.end,
            ))  # fmt: skip


def safe(text: str) -> str:
    """A text cell that no spreadsheet takes for a formula.

    >>> safe("=cmd()"), safe("-12,5%"), safe("-2+3")
    ("'=cmd()", '-12,5%', "'-2+3")
    """
    risky = text.startswith(_TRIGGERS) or text.lstrip().startswith(_TRIGGERS)
    return f"'{text}" if risky and not _NUMBER.fullmatch(text) else text


def unsafe(text: str) -> str:
    """What stood in a cell before `safe` made it so."""
    return text[1:] if text.startswith("'") and safe(text[1:]) == text else text


def _place(where: dict[str, Any]) -> tuple[Any, Any, str]:
    rest = [f"{key} {value}" for key, value in where.items() if key not in {"line", "column"}]
    return where.get("line", ""), where.get("column", ""), safe(", ".join(rest))


def _row(values: Iterable[Any]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()
