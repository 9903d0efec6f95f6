"""From files to documents. A module of this folder that has `SUFFIXES` reads the files that are so called.

Such a module offers ``read(path: str, data: bytes) -> Document``; it is found by its place and registered nowhere.
Where it needs packages of an extra, it names the extra (`EXTRA`) and what they are imported as (`NEEDS`), and imports
them when it reads.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import pkgutil
from dataclasses import replace
from functools import cache
from pathlib import PurePath
from types import ModuleType

from audit.documents import text as plain
from audit.documents.lines import Lines
from audit.documents.loading import Refused, load
from audit.documents.unicode import normalised
from audit.records import Document

__all__ = ["LACKING", "SUFFIXES", "Lines", "normalised", "read", "read_as_text", "read_text"]


@cache
def _readers() -> dict[str, ModuleType]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return {suffix: module for module in modules for suffix in getattr(module, "SUFFIXES", ())}


def _is_ready(module: ModuleType) -> bool:
    """Whether the packages that a reader needs are installed. They are looked for, not imported."""
    try:
        return all(importlib.util.find_spec(name) is not None for name in getattr(module, "NEEDS", ()))
    except (ImportError, ValueError):
        return False


SUFFIXES = tuple(sorted(suffix for suffix, module in _readers().items() if _is_ready(module)))
# Suffixes that an extra of ours would read, and the extra.
LACKING = {suffix: module.EXTRA for suffix, module in _readers().items() if suffix not in SUFFIXES}


def read(path: str, *, stdin: bytes | None = None) -> Document:
    """The document in the file at `path`; "-" is standard input, or the bytes given for it.

    Bad input raises nothing: the document's `error` says what is wrong and what to do, its `warnings` what was guessed.
    A file without a suffix is read as plain text.
    """
    suffix = PurePath(path).suffix.lower()
    reader = _readers().get(suffix or ".txt")
    try:
        data = load(path, stdin)
    except Refused as refusal:
        return Document(path, error=str(refusal))
    digest = hashlib.sha256(data).hexdigest()
    if reader is None:
        return Document(path, sha256=digest, error=f"{suffix} is not read yet: save it as .txt in UTF-8")
    try:
        document: Document = reader.read(path, data)
    except ImportError as problem:
        if not hasattr(reader, "EXTRA") or str(problem.name).startswith("audit"):
            raise
        extra = f"crossfoot[{reader.EXTRA}]"
        return Document(path, sha256=digest, error=f"{suffix} needs the extra {extra}: pip install '{extra}'")
    return replace(document, sha256=digest)


def read_as_text(path: str) -> Document:
    """The document in a file whose suffix says otherwise, as plain text."""
    try:
        data = load(path, None)
    except Refused as refusal:
        return Document(path, error=str(refusal))
    return replace(plain.read(path, data), sha256=hashlib.sha256(data).hexdigest())


def read_text(text: str, path: str = "-") -> Document:
    """The document that a string holds, read as plain text."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Document(path, text, plain.blocks(text), digest)
