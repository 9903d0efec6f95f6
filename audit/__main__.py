"""The console script, and ``python -m audit``: one command, and then out."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from audit.cli import main


def script() -> NoReturn:
    """The command that the command line says; ends the process with its status.

    The interpreter's own tidying, object by object, would take a tenth of a short run; output is flushed by then, and
    temporary files are gone.
    """
    if sys.stdout is None:  # closed from the start: "crossfoot check … >&-"
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    status = 0
    try:
        main()
    except SystemExit as end:
        if not isinstance(end.code, int):
            raise
        status = end.code
    try:
        sys.stdout.flush()
        if sys.stderr is not None:
            sys.stderr.flush()
    except (OSError, ValueError):  # nobody reads any more, or the stream is closed: the interpreter knows what to say
        sys.exit(status)
    os._exit(status)


if __name__ == "__main__":
    script()
