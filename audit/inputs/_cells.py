"""Rows of text from a .csv, .parquet or .xlsx file: whatever is printed stays text, nothing becomes a float."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from audit.documents.encodings import decode
from audit.documents.loading import Refused, load

NATIVE = "1,234.5"
UNPACKED = 1_000_000_000
_ISO = re.compile(r"0(\.0+)?")


@dataclass(slots=True)
class Sheet:
    """A sheet's rows. `native` says that numbers came as numbers, so that a point is their decimal mark."""

    name: str
    rows: list[list[str]] = field(default_factory=list)
    native: bool = False
    sha256: str = ""


def sheets(path: str) -> list[Sheet]:
    """The sheets of a file; a .csv is one. Raises Refused, which says what is wrong and what to do."""
    import hashlib

    suffix = PurePath(path).suffix.lower()
    data = load(path, None)
    if suffix == ".parquet":
        found = _parquet(data)
    elif suffix == ".xlsx":
        found = _xlsx(data)
    else:
        found = [Sheet(PurePath(path).stem, _separated(data))]
    digest = hashlib.sha256(data).hexdigest()
    for sheet in found:
        sheet.sha256 = digest
    return found


def head(path: str) -> list[str]:
    """The first row, without reading all of a .csv; empty where there is none that can be read."""
    suffix = PurePath(path).suffix.lower()
    try:
        if suffix in (".parquet", ".xlsx"):
            found = sheets(path)
            return found[0].rows[0] if found and found[0].rows else []
        with open(path, "rb") as file:
            start = file.read(1 << 16)
        if start.startswith((b"\xff\xfe", b"\xfe\xff")):
            start = load(path, None)
        text = start.decode("utf-8-sig", "replace") if b"\0" not in start else decode(start).text
        return next(_rows(text.replace("\r\n", "\n")), [])
    except (OSError, Refused, csv.Error):
        return []


def _separated(data: bytes) -> list[list[str]]:
    decoded = decode(data)
    if decoded.error:
        raise Refused(decoded.error)
    try:
        return list(_rows(decoded.text.removeprefix("\ufeff")))
    except csv.Error as problem:
        raise Refused(f"this is no table of separated values ({problem}): save it as .csv in UTF-8") from None


def _rows(text: str) -> Iterator[list[str]]:
    line = text[: text.find("\n")] if "\n" in text else text
    mark = max(",;\t", key=line.count)
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=mark if mark in line else ",")


def _parquet(data: bytes) -> list[Sheet]:
    with _needs("parquet"):
        import pyarrow
        import pyarrow.parquet
    try:
        table = pyarrow.parquet.read_table(pyarrow.BufferReader(data))
    except (pyarrow.ArrowException, OSError) as problem:
        raise Refused(f"this is no Parquet file that can be read ({problem})") from None
    names = [str(name) for name in table.column_names]
    columns = [[_shown(value) for value in column.to_pylist()] for column in table.columns]
    native = any(
        not pyarrow.types.is_large_string(f.type) and not pyarrow.types.is_string(f.type) for f in table.schema
    )
    return [Sheet("", [names, *(list(row) for row in zip(*columns, strict=True))], native)]


def _xlsx(data: bytes) -> list[Sheet]:
    with _needs("xlsx"):
        import openpyxl
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
        if size > UNPACKED:
            raise Refused(f"unpacks to more than {UNPACKED // 1_000_000} MB: split the workbook")
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except Refused:
        raise
    except Exception as problem:
        raise Refused(f"this is no .xlsx file that can be read ({type(problem).__name__}: {problem})") from None
    found = []
    for sheet in book.worksheets:
        native = False
        rows = []
        for row in sheet.iter_rows():
            native = native or any(isinstance(cell.value, float) for cell in row)
            rows.append([_printed(cell.value, cell.number_format) for cell in row])
        while rows and not any(rows[-1]):
            rows.pop()
        found.append(Sheet(sheet.title, rows, native))
    return found


def _printed(value: Any, shape: str) -> str:
    """A cell's number with the decimals that its format shows."""
    if isinstance(value, float) and (plain := _ISO.search(shape)) is not None and shape != "General":
        places = len(plain[1] or ".") - 1
        return f"{100 * value:.{places}f}%" if "%" in shape else f"{value:.{places}f}"
    return _shown(value)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        if value != value:
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    return str(value)


@contextmanager
def _needs(extra: str) -> Iterator[None]:
    """A library that comes with an extra: without it, the message names the extra."""
    try:
        yield
    except ModuleNotFoundError as problem:
        raise Refused(
            f"reading .{extra} needs {problem.name}, which is not installed: pip install 'crossfoot[{extra}]'"
        ) from None


def writer(store: str) -> Callable[[list[str], list[tuple[Any, ...]]], bytes]:
    """How a table becomes the bytes of a file of that kind. Raises Refused where an extra is missing."""
    if store == "parquet":
        with _needs("parquet"):
            import pyarrow
            import pyarrow.parquet  # noqa: F401
        return _to_parquet
    if store == "xlsx":
        with _needs("xlsx"):
            import openpyxl  # noqa: F401
        return _to_xlsx
    return _to_csv


def _to_csv(names: list[str], rows: list[tuple[Any, ...]]) -> bytes:
    out = io.StringIO(newline="")
    write = csv.writer(out, lineterminator="\n")
    write.writerow(names)
    write.writerows(rows)
    return out.getvalue().encode("utf-8", "backslashreplace")


def _to_parquet(names: list[str], rows: list[tuple[Any, ...]]) -> bytes:
    import pyarrow
    import pyarrow.parquet

    columns = {name: [str(row[k]) for row in rows] for k, name in enumerate(names)}
    table = pyarrow.table(columns, schema=pyarrow.schema([(name, pyarrow.string()) for name in names]))
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(table, sink, compression="zstd")
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _to_xlsx(names: list[str], rows: list[tuple[Any, ...]]) -> bytes:
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("figures")
    for row in [tuple(names), *rows]:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("\ufffd", str(value)))
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
