"""What comes in besides reports: extracted figures and tables, one module a kind, found by its place.

A kind has `takes(path) -> bool`, which says whether a path looks like it, and `read(path, rulebook, settings)`, which
gives readings: figures with the claims that stand between them. All else is a report, and read as a document.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Iterable
from pathlib import PurePath
from typing import TYPE_CHECKING, Protocol, cast

from audit import documents
from audit.records import Document, Reading
from audit.walk import MANIFEST

if TYPE_CHECKING:
    from audit.rulebook import Rulebook
    from audit.settings import Settings

__all__ = ["MANIFEST", "SUFFIXES", "TEXT", "kinds", "load", "read", "suffixes"]

TEXT = "text"
SUFFIXES = (".csv", ".parquet", ".tsv", ".xlsx")


class Kind(Protocol):
    """What every module of this folder offers."""

    def takes(self, path: str) -> bool: ...

    def read(self, path: str, rulebook: Rulebook, settings: Settings) -> Iterable[Reading]: ...


def kinds() -> list[str]:
    """The kinds of input: those that stand in this folder, the most particular first, and text."""
    names = (module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    return [*sorted(names), TEXT]


def load(name: str) -> Kind:
    """The kind of this name."""
    return cast(Kind, importlib.import_module(f"{__name__}.{name}"))


def suffixes() -> tuple[str, ...]:
    """What a walk through a folder takes: reports, tables and extracted figures."""
    return tuple(sorted({*documents.SUFFIXES, *SUFFIXES}))


def is_text(path: str, kind: str | None = None) -> bool:
    """Whether a path is read as a report, told without the other kinds, which take long to load."""
    return kind == TEXT or (kind is None and not os.path.isdir(path) and not _is_table(path))


def _is_table(path: str) -> bool:
    return PurePath(path).suffix.lower() in SUFFIXES


def read(path: str, rulebook: Rulebook, settings: Settings, kind: str | None = None) -> Iterable[Document | Reading]:
    """The documents, or the readings, that a path holds; `kind` overrules what it looks like."""
    for name in [TEXT] if is_text(path, kind) else [kind] if kind else kinds():
        if name == TEXT:
            break
        if kind or load(name).takes(path):
            return load(name).read(path, rulebook, settings)
    if kind == TEXT and _is_table(path):
        return [documents.read_as_text(path)]
    return [documents.read(path)]
