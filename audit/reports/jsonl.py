"""JSON Lines: the documents of the JSON format, one a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from audit.records import Reading
from audit.reports import Options
from audit.reports.json import document, dumps, figures_only


def check(readings: Iterable[Reading], options: Options) -> Iterator[str]:
    """One line a document."""
    return (dumps(document(reading, options)) + "\n" for reading in readings)


def figures(readings: Iterable[Reading], options: Options) -> Iterator[str]:
    """One line a document, with its figures alone."""
    return (dumps(figures_only(reading, options)) + "\n" for reading in readings)
