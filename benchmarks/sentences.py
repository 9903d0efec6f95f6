"""Plain sentences, each a document of its own: is what holds verified, is one misprint told, is silence kept?

    sentences.py            both languages, by rule
    sentences.py --list     with every sentence that is missed or alarmed about

`sentences.jsonl` holds one a line: the rule, the text, the figures by role, and a misprint (what is printed, what is
printed instead) after which the relation cannot hold; those without a rule only look like relations. Nothing is learned
from them. A sentence is verified if a claim that holds ties exactly its figures; a misprint is told by any warning or
error.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from audit import batch, documents, rulebook
from audit.records import HOLDS, Reading
from audit.settings import Settings

SENTENCES = Path(__file__).with_suffix(".jsonl")


def load() -> list[dict[str, Any]]:
    return [json.loads(line) for line in SENTENCES.read_text(encoding="utf-8").splitlines()]


def audited(text: str, language: str, book: rulebook.Rulebook) -> Reading:
    return next(batch.audit_all([documents.read_text(text)], book, Settings(language=language)))


def is_alarmed(reading: Reading) -> bool:
    return any(finding.severity != "note" for finding in reading.findings)


def is_verified(reading: Reading, roles: dict[str, list[str]]) -> bool:
    wanted = Counter(printed for some in roles.values() for printed in some)
    return any(
        claim.verdict in HOLDS and Counter(reading.figures[k].printed for k in claim.figures) == wanted
        for claim in reading.claims
    )


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--list", action="store_true")
    chosen = ask.parse_args()
    book = rulebook.load()
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for sentence in load():
        text, language, rule = sentence["text"], sentence["language"], sentence.get("rule", "silent")
        reading = audited(text, language, book)
        said = {"sentences": True, "alarms where all is right": is_alarmed(reading)}
        if rule != "silent":
            said["verified"] = is_verified(reading, sentence["roles"])
            said["misprints told"] = is_alarmed(audited(text.replace(*sentence["misprint"]), language, book))
        for key in ((language, rule), (language, "all")):
            if rule != "silent" or key[1] != "all":
                counts[key].update({name: int(is_so) for name, is_so in said.items()})
        missed = [name for name in ("verified", "misprints told") if not said.get(name, True)]
        if chosen.list and (missed or is_alarmed(reading)):
            print(f"{language} {rule}: {', '.join('not ' + name for name in missed) or 'false alarm'}: {text}")
    for (language, rule), count in sorted(counts.items(), key=lambda item: (item[0][0], item[0][1] == "all", item[0])):
        print(f"{language} {rule:16s} " + "   ".join(f"{name} {n}" for name, n in count.items()))


if __name__ == "__main__":
    main()
