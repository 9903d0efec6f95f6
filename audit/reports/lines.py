"""One exact line a finding, ``path:line:column: severity rule: message``, for editors, grep and golden tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from audit.places import Places
from audit.records import Finding, Reading
from audit.reports import Options
from audit.reports._claims import finding_place
from audit.reports._decimals import halves
from audit.reports._visible import visible


def check(readings: Iterable[Reading], options: Options) -> Iterator[str]:
    """The findings in the order of the document; a document that could not be read is one line, too."""
    for reading in readings:
        path = visible(reading.document.path)
        if reading.document.error is not None:
            yield f"{path}:1:1: error unreadable: {visible(reading.document.error)}\n"
        places = Places(reading.document) if reading.findings else None
        for finding in reading.findings:
            where = finding_place(finding, reading, places, options) if places else {}
            said = visible(finding.message) + _accepted(finding)
            yield f"{path}:{_position(where)}: {finding.severity} {finding.rule}: {said}\n"


def figures(readings: Iterable[Reading], options: Options) -> Iterator[str]:
    """One line a figure: ``path:line:column: printed kind [low, high] unit state``."""
    for reading in readings:
        path = visible(reading.document.path)
        if reading.document.error is not None:
            yield f"{path}:1:1: error unreadable: {visible(reading.document.error)}\n"
        places = Places(reading.document)
        for figure in reading.figures:
            bounds = f"[{halves(figure.low2, figure.decimals)}, {halves(figure.high2, figure.decimals)}]"
            scale = f"e{figure.scale} " if figure.scale else ""
            unit = visible(figure.unit or figure.noun or "-")
            where = _position(places.of(figure.block, figure.start))
            yield f"{path}:{where}: {visible(figure.printed)} {figure.kind} {bounds} {scale}{unit} {figure.state}\n"


def _accepted(finding: Finding) -> str:
    return f" [accepted: {visible(finding.accepted.reason)}]" if finding.accepted else ""


def _position(where: Mapping[str, Any]) -> str:
    """Line and column, or the nearest thing to them that the format has."""
    line = next((where[name] for name in ("line", "row", "paragraph", "page", "note") if where.get(name)), 1)
    return f"{line}:{where.get('column') or 1}"
