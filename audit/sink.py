"""Where a report goes: standard output, or a file that is written whole or not at all."""

from __future__ import annotations

import contextlib
import os
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
