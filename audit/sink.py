"""Where a report goes: standard output, or a file that is written whole or not at all; and what can be shown there."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from io import TextIOWrapper
from typing import TextIO


def to_stdout(chunks: Iterable[str], before: Callable[[], None] = lambda: None) -> None:
    """Write as UTF-8 whatever the locale, unless a person is looking; what cannot be encoded is spelt out."""
    out = sys.stdout
    if isinstance(out, TextIOWrapper):
        out.reconfigure(encoding=out.encoding if out.isatty() else "utf-8", errors="backslashreplace")
    for chunk in chunks:
        before()
        out.write(chunk)
    out.flush()


def to_file(chunks: Iterable[str], path: str) -> None:
    """Write beside the file, then take its place: a full disk or an interruption leaves the old one alone."""
    with _replacing(os.path.realpath(path)) as out:
        out.writelines(chunks)


def colour(output: str | None) -> bool:
    """Whether a report may be coloured: on a terminal, unless the environment says no."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not output and not plain and sys.stdout.isatty()


def width(output: str | None) -> int:
    """How many columns a report may take."""
    if output or not sys.stdout.isatty():
        return int(os.environ.get("COLUMNS") or 100) if os.environ.get("COLUMNS", "").isdecimal() else 100
    return max(shutil.get_terminal_size((100, 24)).columns, 40)


@contextlib.contextmanager
def _replacing(path: str) -> Iterator[TextIO]:
    if os.path.exists(path) and not stat.S_ISREG(os.stat(path).st_mode):  # a device or a pipe cannot be replaced
        with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as out:
            yield out
        return
    handle, beside = tempfile.mkstemp(prefix=f".{os.path.basename(path)[:100]}.", dir=os.path.dirname(path))
    try:
        with open(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.chmod(beside, _mode(path))
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise


def _mode(path: str) -> int:
    """The permissions of the file that is replaced, or those that a new file would get."""
    if os.path.exists(path):
        return stat.S_IMODE(os.stat(path).st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
