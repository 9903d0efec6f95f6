"""crossfoot: checks whether the figures of a report agree with each other.

``check`` audits reports and gives the result as pandas frames; ``schema`` makes a pandera schema of a rule for a frame
of your own. Importing this package imports neither pandas nor pandera.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from audit.records import Reading

__version__ = "0.1.0"
__all__ = ["Audit", "check", "schema"]

Path = str | PathLike[str]


@dataclass(frozen=True, slots=True)
class Audit:
    """The result of an audit: five frames, keyed by `document`, and the readings that they were built from."""

    documents: pd.DataFrame
    figures: pd.DataFrame
    terms: pd.DataFrame
    claims: pd.DataFrame
    findings: pd.DataFrame
    readings: list[Reading] = field(repr=False)


def check(paths: Path | Iterable[Path], **settings: Any) -> Audit:
    """Audit a report, a folder, a table, extracted figures, or several of them.

    `settings` are those of `audit.settings.Settings`.
    """
    from audit import batch, frames, inputs, rulebook, walk
    from audit.settings import Settings

    chosen = Settings(**settings)
    names = [fspath(paths)] if isinstance(paths, (str, PathLike)) else [fspath(path) for path in paths]
    book = rulebook.load(chosen.rules_dirs, select=chosen.select or None, ignore=chosen.ignore or None)
    found = walk.find(names, inputs.suffixes())
    readings = list(batch.audit_all(batch.read_all(found.inputs, book, chosen), book, chosen))
    built = frames.build(readings)
    return Audit(built.documents, built.figures, built.terms, built.claims, built.findings, readings)


def schema(rule: str, **options: Any) -> Any:
    """The pandera schema of a rule for a frame of your own; see `audit.schemas.schema` for the options."""
    from audit.schemas import schema as build

    return build(rule, **options)
