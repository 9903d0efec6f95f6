"""Round trip: reports against the folders of extracted figures that are written of them.

Figures, verdicts and findings must be identical.

python benchmarks/roundtrip.py [FILES...]     default: every report of benchmarks/corpus
python benchmarks/roundtrip.py --store csv    only one kind of file (csv, parquet, xlsx)
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from audit import batch, inputs, rulebook
from audit.inputs import figures
from audit.records import Reading
from audit.reports import Options
from audit.reports import json as report
from audit.settings import Settings

CORPUS = Path(__file__).resolve().parent / "corpus"
STORES = ("csv", "parquet", "xlsx")


def told(reading: Reading, options: Options) -> dict[str, Any]:
    """What must survive: figures without their blocks, claims, findings, coverage."""
    said = report.document(reading, options)
    rows = [{key: value for key, value in row.items() if key != "block"} for row in said["figures"]]
    return {"figures": rows, **{key: said[key] for key in ("claims", "findings", "coverage")}}


def trip(readings: list[Reading], book: rulebook.Rulebook, store: str, folder: str) -> list[Reading]:
    """The readings that come back from the folder that is written of some."""
    settings = Settings()
    figures.write(folder, readings, book, store)
    return list(batch.audit_all(inputs.read(folder, book, settings), book, settings))


def differences(path: Path, book: rulebook.Rulebook, stores: tuple[str, ...]) -> list[str]:
    """What differs for one report, by kind of file; nothing if all is well."""
    settings, options = Settings(), Options(book)
    before = list(batch.audit_all(batch.read_all([str(path)], book, settings), book, settings))
    found = []
    for store in stores:
        with tempfile.TemporaryDirectory() as home:
            after = trip(before, book, store, str(Path(home) / "frames"))
        for old, new in zip(before, after, strict=True):
            if new.document.error:
                found.append(f"{path.name} {store}: {new.document.error}")
                continue
            a, b = told(old, options), told(new, options)
            for part in a:
                if a[part] != b[part]:
                    pairs = zip(a[part], b[part], strict=False) if isinstance(a[part], list) else [(a[part], b[part])]
                    first = next((pair for pair in pairs if pair[0] != pair[1]), (len(a[part]), len(b[part])))
                    shown = json.dumps(first, ensure_ascii=False)
                    found.append(f"{path.name} {store} {part}: {shown[:600]}")
    return found


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("files", nargs="*", type=Path)
    ask.add_argument("--store", choices=STORES)
    chosen = ask.parse_args()
    files = chosen.files or sorted(CORPUS.glob("*.txt"))
    book, bad = rulebook.load(), 0
    for path in files:
        wrong = differences(path, book, (chosen.store,) if chosen.store else STORES)
        bad += bool(wrong)
        print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{len(files)} reports, {len(files) - bad} identical in {chosen.store or ', '.join(STORES)}")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
