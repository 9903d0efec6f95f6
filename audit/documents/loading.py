"""The bytes of a file, or why there are none."""

from __future__ import annotations

import os
import stat
import sys

LIMIT = 200_000_000


class Refused(Exception):
    """Why a file cannot be read, and what to do about it."""


def load(path: str, stdin: bytes | None) -> bytes:
    """The bytes of the file at `path`; of standard input, or of `stdin` in its place, where the path is "-"."""
    if path == "-":
        data = sys.stdin.buffer.read(LIMIT + 1) if stdin is None else stdin
        _within_limit(len(data))
        return data
    try:
        _regular(os.stat(path))
        with open(path, "rb") as file:
            data = file.read(LIMIT + 1)
    except FileNotFoundError:
        raise Refused("there is no such file") from None
    except PermissionError:
        raise Refused("you may not read this file: ask for permission, or copy it") from None
    except (OSError, ValueError) as problem:
        raise Refused(f"cannot be read: {getattr(problem, 'strerror', None) or problem}") from None
    _within_limit(len(data))
    return data


def _regular(found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise Refused("this is a folder, not a file")
    if not stat.S_ISREG(found.st_mode):
        raise Refused('this is not a regular file: pipe its contents in, and name "-" in its place')
    _within_limit(found.st_size)


def _within_limit(size: int) -> None:
    if size > LIMIT:
        raise Refused(f"more than {LIMIT // 1_000_000} MB: split the file")
