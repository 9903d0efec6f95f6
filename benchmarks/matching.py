"""Which claims of an audit are which labels: figures are compared by their place in the text."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labels import Labelled, Span

HOLDS = ("consistent", "truncated", "reread")
ALARMS = ("error", "warning")
_SCALE = r"(?:nghìn|ngàn|vạn|triệu|tr|tỷ|tỉ|thousand|million|billion|trillion|lakh|crore)"
COMPOSITE = re.compile(
    rf"[-+−–(]?\d[\d.,]*(?:\s*{_SCALE}){{1,2}}(?:\s*\d[\d.,]*(?:\s*{_SCALE}){{1,2}})*\s*\d[\d.,]*", re.IGNORECASE
)


@dataclass(frozen=True, order=True)
class Printed:
    """Where a figure of a claim stands, and how it is printed."""

    start: int
    end: int
    text: str = ""

    @property
    def span(self) -> Span:
        return self.start, self.end


@dataclass(frozen=True)
class Claim:
    """A claim as the audit made it."""

    id: int
    rule: str
    verdict: str
    bound: bool
    figures: list[Printed]

    @property
    def holds(self) -> bool:
        return self.verdict in HOLDS

    @property
    def discrepant(self) -> bool:
        return self.verdict == "discrepant"


@dataclass(frozen=True)
class Finding:
    """A finding with the ids of the discrepant claims that it names."""

    rule: str
    severity: str
    broken: list[int]
    suspect: Span | None
    suggestion: str | None

    @property
    def alarm(self) -> bool:
        return self.severity in ALARMS


@dataclass(frozen=True)
class Audit:
    """What crossfoot says about one document."""

    figures: list[dict[str, Any]]
    claims: dict[int, Claim]
    findings: list[Finding]

    @property
    def alarms(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.alarm]


def run(command: str, files: Sequence[Path]) -> dict[str, Audit]:
    """One call over all files: file name to audit. Ends the program if the command failed or left a file out."""
    done = subprocess.run([*shlex.split(command), *map(str, files)], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{command} ended with status {done.returncode}\n{done.stderr[-2000:]}")
    documents = {Path(document["document"]).name: document for document in json.loads(done.stdout)["documents"]}
    for file in files:
        error = documents[file.name]["error"] if file.name in documents else "left out"
        if error:
            sys.exit(f"{file.name}: {error}")
    return {name: _audit(document) for name, document in documents.items()}


def _audit(document: Mapping[str, Any]) -> Audit:
    at = {figure["id"]: figure for figure in document["figures"]}
    claims = {
        claim["id"]: Claim(
            claim["id"], claim["rule"], claim["verdict"], claim["operation"] == "bound", _printed(claim["figures"], at)
        )
        for claim in document["claims"]
    }
    findings = [
        Finding(
            finding["rule"],
            finding["severity"],
            [claim for claim in dict.fromkeys(finding["claims"]) if claims[claim].discrepant],
            None if finding["suspect"] is None else (at[finding["suspect"]]["start"], at[finding["suspect"]]["end"]),
            finding["suggestion"],
        )
        for finding in document["findings"]
    ]
    return Audit(document["figures"], claims, findings)


def _printed(ids: Iterable[int], at: Mapping[int, Mapping[str, Any]]) -> list[Printed]:
    """A claim's figures; number words and fractions such as 1/4 are left out, as labels take them for constants."""
    figures = (Printed(at[i]["start"], at[i]["end"], at[i]["printed"]) for i in ids)
    return [f for f in figures if any(c.isdigit() for c in f.text) and not re.fullmatch(r"\d/\d", f.text)]


def overlap(a: Span, b: Span) -> bool:
    return min(a[1], b[1]) > max(a[0], b[0])


def touched(figures: Iterable[Printed], spans: Iterable[Span]) -> int:
    """How many of the labelled spans the figures stand on."""
    figures = list(figures)
    return sum(any(overlap(figure.span, span) for figure in figures) for span in spans)


def same(figures: Sequence[Printed], spans: Iterable[Span]) -> bool:
    """The claim's figures are the label's, one to one; a composite amount may cover several spans."""
    covered: Counter[int] = Counter()
    for span in spans:
        owners = [i for i, figure in enumerate(figures) if overlap(figure.span, span)]
        if len(owners) != 1:
            return False
        covered[owners[0]] += 1
    return len(covered) == len(figures) and all(
        n == 1 or COMPOSITE.fullmatch(figures[i].text.strip()) for i, n in covered.items()
    )


def twins(document: Labelled) -> dict[Span, Span]:
    """Figures that a sound repeat ties and that are printed alike may stand for each other: span to representative."""
    root: dict[Span, Span] = {}
    for relation in document.relations:
        alike = len({figure.printed.strip("%") for figure in relation.figures.values()}) == 1
        if relation.family != "repeat" or relation.verdict != "consistent" or not alike:
            continue
        first, *others = sorted(root.get(span, span) for span in relation.spans)
        for span in others:
            root = {key: first if value == span else value for key, value in root.items()} | {span: first}
    return root


def match(document: Labelled, claims: Iterable[Claim]) -> dict[int, list[int]]:
    """Claim id to the numbers of the relations that tie exactly its figures."""
    root = twins(document)
    targets = [
        (r.spans, None if r.family == "repeat" else [root.get(s, s) for s in r.spans]) for r in document.relations
    ]
    matched = {}
    for claim in claims:
        standing = sorted({_stand_in(figure, root) for figure in claim.figures})
        matched[claim.id] = [
            number
            for number, (spans, rooted) in enumerate(targets)
            if same(claim.figures, spans) or (rooted is not None and same(standing, rooted))
        ]
    return matched


def _stand_in(figure: Printed, root: Mapping[Span, Span]) -> Printed:
    for span, stand in root.items():
        if overlap(figure.span, span):
            return Printed(*stand, figure.text)
    return figure
