"""From what the user named (files, folders, patterns, ``-``) to the documents to read, in a steady order."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from audit.records import Document

MANIFEST = "crossfoot.json"  # what a folder of extracted figures has; such a folder is one input


@dataclass(slots=True)
class Found:
    """What there is to read: paths, or documents that say why they cannot be read; `skipped` files by folder, and how
    many of them could be read if an extra were installed, by suffix.
    """

    inputs: list[str | Document] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    lacking: Counter[str] = field(default_factory=Counter)


def find(paths: Iterable[str], suffixes: Collection[str], lacking: Collection[str] = ()) -> Found:
    """Expand folders and patterns. A file that was named is read whatever it is called, and once.

    Folders give the files with these `suffixes`; `lacking` are those that an extra would add.
    """
    found = Found()
    seen: set[str] = set()
    for path in paths:
        for name in _expanded(path):
            if name != "-" and Path(name).is_dir():
                _walk(name, suffixes, lacking, found, seen)
            elif _first_time(name, seen):
                found.inputs.append(name)
    return found


def _expanded(path: str) -> list[str]:
    """The files of a pattern that the shell has left alone; a name that exists is no pattern."""
    if path == "-" or not glob.has_magic(path) or os.path.lexists(path):
        return [path]
    return sorted(glob.glob(path, recursive=True)) or [path]


def _walk(folder: str, suffixes: Collection[str], lacking: Collection[str], found: Found, seen: set[str]) -> None:
    taken = skipped = 0
    for where, folders, names in os.walk(folder):
        if MANIFEST in names:
            folders.clear()
            taken += 1
            if _first_time(where, seen):
                found.inputs.append(where)
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = os.path.join(where, name)
            if _is_report(name, suffixes) and os.path.isfile(path):
                taken += 1
                if _first_time(path, seen):
                    found.inputs.append(path)
            else:
                skipped += 1
                if _is_report(name, lacking):
                    found.lacking[Path(name).suffix.lower()] += 1
    if skipped:
        found.skipped[folder] = skipped
    if not taken:
        kinds = ", ".join(sorted(suffixes))
        rest = f" ({skipped} other files skipped)" if skipped else ""
        found.inputs.append(Document(folder, error=f"no report in this folder: looked for {kinds}{rest}"))


def _is_report(name: str, suffixes: Collection[str]) -> bool:
    hidden = name.startswith((".", "~$"))
    return not hidden and not name.upper().startswith("README") and Path(name).suffix.lower() in suffixes


def _first_time(path: str, seen: set[str]) -> bool:
    key = path if path == "-" else os.path.abspath(path)
    if key in seen:
        return False
    seen.add(key)
    return True
