"""Writes the folder of extracted figures: every file whole, and all of them or none."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from audit.documents.loading import Refused
from audit.inputs import MANIFEST, SUFFIXES, _cells
from audit.inputs.figures import COLUMNS, NAMES, VERSION
from audit.numbers import decimal_text
from audit.places import Places
from audit.records import Figure, Reading
from audit.reports.csv import safe

CLAIMS = ("document", "claim", "rule", "binding", "verdict", "excess", "note")
TERMS = ("document", "claim", "role", "position", "figure", "sign")


def write(folder: Path, readings: Iterable[Reading], rules: str, store: str) -> None:
    """Write crossfoot.json, and figures, claims and terms as `store` files. Raises Refused for a folder of others."""
    make = _cells.writer(store)
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise Refused(f"{folder} is not empty, and not a folder of figures: choose another name")
    if folder.exists() and not folder.is_dir():
        raise Refused(f"{folder} is a file: choose another name")
    documents: list[dict[str, Any]] = []
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in NAMES}
    for key, reading in enumerate(readings):
        documents.append(_about(key, reading))
        rows["figures"].extend(_figures(key, reading))
        rows["claims"].extend(_claims(key, reading))
        rows["terms"].extend(_terms(key, reading))
    manifest = {"frames": VERSION, "rules": rules, "documents": documents}
    files = {f"{n}.{store}": make(list(c), rows[n]) for n, c in zip(NAMES, (COLUMNS, CLAIMS, TERMS), strict=True)}
    files[MANIFEST] = (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")
    _put(folder, files)


def _put(folder: Path, files: dict[str, bytes]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name[:100]}.", dir=folder.parent))
    try:
        for name, data in files.items():
            (beside / name).write_bytes(data)
        folder.mkdir(exist_ok=True)
        for name in NAMES:
            for suffix in SUFFIXES:
                if f"{name}{suffix}" not in files:
                    (folder / f"{name}{suffix}").unlink(missing_ok=True)
        for name in files:  # the manifest last
            os.replace(beside / name, folder / name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _about(key: int, reading: Reading) -> dict[str, Any]:
    document = reading.document
    return {
        "document": key, "path": document.path, "sha256": document.sha256, "language": reading.language,
        "number_format": reading.number_format, "error": document.error,
    }  # fmt: skip


def _figures(key: int, reading: Reading) -> Iterator[tuple[Any, ...]]:
    places = Places(reading.document)
    for position, figure in enumerate(reading.figures):
        indicator = reading.indicators[position] if position < len(reading.indicators) else ""
        where = ", ".join(f"{name} {value}" for name, value in places.of(figure.block, figure.start).items())
        value = decimal_text(-figure.mantissa if figure.negative else figure.mantissa, figure.decimals)
        words = reading.document.text[figure.end : figure.quantity_end]
        yield (
            key, figure.id, figure.block, safe(figure.printed), figure.start, figure.end, value, figure.scale,
            safe(figure.unit), safe(figure.noun), figure.kind, figure.hedge, _bound(figure, figure.low2),
            _bound(figure, figure.high2), safe(indicator), "", "", "", figure.state, safe(where), safe(words),
            figure.quantity_start,
        )  # fmt: skip


def _bound(figure: Figure, halves: int) -> str:
    if halves % 2:
        return decimal_text(5 * halves, figure.decimals + 1)
    return decimal_text(halves // 2, figure.decimals)


def _claims(key: int, reading: Reading) -> Iterator[tuple[Any, ...]]:
    for claim in reading.claims:
        excess = "" if claim.excess is None else repr(claim.excess)
        yield key, claim.id, claim.rule, claim.binding, claim.verdict, excess, claim.note or ""


def _terms(key: int, reading: Reading) -> Iterator[tuple[Any, ...]]:
    for claim in reading.claims:
        for term in claim.terms:
            yield key, claim.id, term.role, term.position, term.figure, term.sign
