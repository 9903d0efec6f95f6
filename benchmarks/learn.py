"""Learn the weights of the text's evidence (audit/evidence.json) from reports, most of them without labels.

    python benchmarks/learn.py TEXTS… [--labels benchmarks/corpus] [--dry-run] [--folds 5]

TEXTS are files or folders of .txt, or .jsonl.gz with a "text" a line. What is learned is how often each feature goes
with a candidate that fits better than chance allows; where a corpus or a rule's example says which candidate is right,
that counts instead. The weights maximise the likelihood of both, with an L2 penalty; nothing is typed but `PRIOR`.
--folds prints the likelihood per decision on documents that were left out, beside that on documents that were seen.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import pathlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from audit import documents, pipeline, rulebook
from audit.binding import likelihood
from audit.settings import Settings

OUT = pathlib.Path(__file__).resolve().parents[1] / "audit" / "evidence.json"
PRIOR = {"q:pos/b1": 3.0, "q:pos/b2": 1.0}  # an x/y pair just before its percentage: explicit, but rare in news
BIAS, PENALTY, LABEL_WEIGHT, EXAMPLE_WEIGHT = -3.0, 2.0, 2.0, 3.0


@dataclass
class Text:
    """One text: with labels, the sets of spans that are right; an example's wrong claim is right as a binding."""

    name: str
    text: str
    right: list[list[tuple[int, int]]] = field(default_factory=list)
    weight: float = 1.0


def unlabelled(paths: Iterable[str]) -> Iterator[Text]:
    """The texts of files, folders and .jsonl.gz archives."""
    for path in map(pathlib.Path, paths):
        if path.suffix == ".gz":
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                for n, line in enumerate(lines):
                    yield Text(f"{path.name}:{n}", json.loads(line)["text"])
        else:
            for file in sorted(path.rglob("*.txt")) if path.is_dir() else [path]:
                with open(file, encoding="utf-8-sig", newline="") as opened:
                    yield Text(file.name, opened.read())


def labelled(folder: str) -> Iterator[Text]:
    """A corpus as in benchmarks/corpus: NAME.txt beside NAME.json."""
    for file in sorted(pathlib.Path(folder).glob("*.json")):
        label = json.loads(file.read_text(encoding="utf-8"))
        with open(file.with_suffix(".txt"), encoding="utf-8-sig", newline="") as opened:
            spans = [[tuple(f["span"]) for f in r["figures"].values()] for r in label["relations"]]
            yield Text(file.stem, opened.read(), spans, LABEL_WEIGHT)


def examples(book: rulebook.Rulebook) -> Iterator[Text]:
    """The rules' own right and wrong examples."""
    for rule in book.values():
        for n, example in enumerate(rule.examples):
            if example.verdict == "silent":
                continue
            spans, at = [], 0
            for printed in sorted((p for some in example.roles.values() for p in some), key=example.text.find):
                at = max(example.text.find(printed, at), example.text.find(printed))
                spans.append((at, at + len(printed)))
                at += len(printed)
            yield Text(f"{rule.id}:{n}", example.text, [spans], EXAMPLE_WEIGHT)


class Data:
    """Groups and candidates as flat arrays."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.feature: list[int] = []
        self.of: list[int] = []
        self.group: list[int] = []
        self.fit: list[float] = []
        self.right: list[bool] = []
        self.weight: list[float] = []
        self.document: list[int] = []

    def add(self, number: int, text: Text, book: rulebook.Rulebook) -> None:
        parsed = pipeline.parse(documents.read_text(text.text), book, Settings())
        right = set()
        for spans in text.right:
            found = {f.id for f in parsed.figures for a, b in spans if f.start < b and a < f.end}
            right.add(frozenset(found))
        for group in pipeline.candidates(parsed, book):
            if group.candidates[0].given is not None:
                continue
            known = [frozenset(t[1] for t in c.terms) in right for c in group.candidates]
            for candidate, is_right in zip(group.candidates, known, strict=True):
                for name in ("=" + candidate.features[0][0], *candidate.features):
                    self.feature.append(self.names.setdefault(name, len(self.names)))
                    self.of.append(len(self.group))
                self.group.append(len(self.weight))
                self.fit.append(likelihood(candidate))
                self.right.append(is_right)
            self.weight.append(text.weight if any(known) else 1.0)
            self.document.append(number)


class Model:
    """The log-linear model over the arrays, fitted by Adam."""

    def __init__(self, data: Data) -> None:
        self.feature, self.of = np.array(data.feature), np.array(data.of)
        self.group, self.document = np.array(data.group), np.array(data.document)
        self.weight = np.array(data.weight)
        self.groups, self.candidates = len(self.weight), len(self.group)
        self.start = np.searchsorted(self.group, np.arange(self.groups))
        right = np.array(data.right)
        decided = np.bincount(self.group, weights=right, minlength=self.groups) > 0
        self.evidence = np.where(decided[self.group], np.where(right, 0.0, -50.0), np.array(data.fit))
        self.none = np.where(decided, -50.0, 0.0)
        self.prior = np.array([PRIOR.get(name, BIAS if name[0] == "=" else 0.0) for name in data.names])

    def _share(self, logits: np.ndarray, none: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        top = np.maximum(np.maximum.reduceat(logits, self.start), none)
        each, rest = np.exp(logits - top[self.group]), np.exp(none - top)
        total = np.bincount(self.group, weights=each, minlength=self.groups) + rest
        return each / total[self.group], np.log(total) + top

    def fit(self, seen: np.ndarray, steps: int = 400) -> np.ndarray:
        """The weights of the features, from the groups where `seen` is true."""
        weights = self.prior.copy()
        first, second = np.zeros_like(weights), np.zeros_like(weights)
        counted = self.weight * seen
        for step in range(1, steps + 1):
            scores = np.bincount(self.of, weights=weights[self.feature], minlength=self.candidates)
            before, _ = self._share(scores, np.zeros(self.groups))
            after, _ = self._share(scores + self.evidence, self.none)
            pull = (after - before) * counted[self.group]
            gradient = np.bincount(self.feature, weights=pull[self.of], minlength=len(weights)) - PENALTY * (weights - self.prior)
            first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
            weights += 0.08 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        return weights

    def likelihoods(self, weights: np.ndarray) -> np.ndarray:
        """The log-likelihood of each group."""
        scores = np.bincount(self.of, weights=weights[self.feature], minlength=self.candidates)
        _, before = self._share(scores, np.zeros(self.groups))
        _, after = self._share(scores + self.evidence, self.none)
        return after - before

    def folds(self, count: int) -> Iterator[tuple[float, float]]:
        """Likelihood per decision, in bits, on documents seen and left out, fold by fold."""
        for fold in range(count):
            seen = self.document % count != fold
            each = self.likelihoods(self.fit(seen)) / math.log(2)
            yield float(each[seen].mean()), float(each[~seen].mean())


def main(arguments: Sequence[str] | None = None) -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("texts", nargs="*")
    ask.add_argument("--labels", action="append", default=[])
    ask.add_argument("--folds", type=int, default=0)
    ask.add_argument("--dry-run", action="store_true", help="print, write nothing")
    options = ask.parse_args(arguments)
    book = rulebook.load()
    data = Data()
    texts = [*examples(book), *(text for folder in options.labels for text in labelled(folder)), *unlabelled(options.texts)]
    for number, text in enumerate(texts):
        data.add(number, text, book)
    model = Model(data)
    print(f"{len(texts)} texts, {model.groups} decisions, {model.candidates} candidates, {len(data.names)} features")
    for seen, left in model.folds(options.folds):
        print(f"bits a decision: seen {seen:.3f}, left out {left:.3f}")
    weights = model.fit(np.ones(model.groups, bool))
    learned = {name: round(float(weights[i]), 3) for name, i in sorted(data.names.items()) if abs(weights[i]) >= 0.02}
    if not options.dry_run:
        OUT.write_text(json.dumps({"weights": learned}, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
        print(f"wrote {len(learned)} weights")


if __name__ == "__main__":
    main()
