"""A tidy table of a million rows through a rule, beside what reading it and parsing its columns costs by itself.

    python benchmarks/tidy.py [--rows N]

Each side runs in a process of its own, three times by turns: medians of processor seconds after the imports, and
peak memory.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS, TURNS = 1_000_000, 3


def write(path: Path, rows: int) -> None:
    """Levels of two years and the growth between them, as printed in Vietnamese; one in a thousand is wrong."""
    rng = random.Random(1)
    with path.open("w", encoding="utf-8") as out:
        out.write("current;previous;percent\n")
        for row in range(rows):
            current, previous = rng.randrange(10**6, 10**8), rng.randrange(10**6, 10**8)
            growth = f"{100 * (current / previous - 1) + (row % 1000 == 0):.2f}".replace(".", ",")
            out.write(
                f"{current:,};{previous:,};{growth}\n".replace(",", ".", (f"{current:,};{previous:,}").count(","))
            )


def plain(path: str) -> int:
    """pandas alone: read as text, and parse the columns into numbers."""
    import pandas as pd

    begin = time.process_time()
    frame = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False)
    numbers = {
        name: pd.to_numeric(frame[name].str.replace(".", "", regex=False).str.replace(",", ".", regex=False))
        for name in frame
    }
    print(time.process_time() - begin, _peak())
    return len(numbers)


def ruled(path: str) -> int:
    """The same file through the rule ``growth``: how many rows fail."""
    import pandas as pd
    from pandera.errors import SchemaErrors

    import audit

    schema = audit.schema("growth")
    begin = time.process_time()
    frame = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False)
    failed = 0
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as problem:
        failed = len(problem.failure_cases)
    print(time.process_time() - begin, _peak())
    return failed


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _run(side: str, path: Path) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, __file__, "--side", side, str(path)], capture_output=True, text=True, check=True
    )
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("path", nargs="?")
    ask.add_argument("--rows", type=int, default=ROWS)
    ask.add_argument("--side", choices=("plain", "ruled"))
    chosen = ask.parse_args()
    if chosen.side:
        {"plain": plain, "ruled": ruled}[chosen.side](chosen.path)
        return
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "tidy.csv"
        write(path, chosen.rows)
        turns = [(_run("plain", path), _run("ruled", path)) for _ in range(TURNS)]
        size = path.stat().st_size / 1e6
    (a, memory_a), (b, memory_b) = (
        (statistics.median(turn[k][0] for turn in turns), statistics.median(turn[k][1] for turn in turns))
        for k in (0, 1)
    )
    print(f"{chosen.rows:,} rows, {size:.0f} MB")
    print(f"read and parse      {a:6.2f} s  {memory_a:5.0f} MB")
    print(f"through the rule    {b:6.2f} s  {memory_b:5.0f} MB")
    print(f"                    {b / a:6.2f} x the time, {memory_b / memory_a:.2f} x the memory")


if __name__ == "__main__":
    main()
