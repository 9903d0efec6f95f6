"""Learn the weights of the evidence (audit/evidence.json) from reports, most of them without labels.

    python benchmarks/learn.py TEXTS… [--labels benchmarks/corpus] [--errors ERRORS.jsonl] [--folds 5] [--listing]

TEXTS are files or folders of .txt, or .jsonl.gz with a "text" a line. What is learned of the text is how often each
feature goes with a candidate that fits better than chance allows; where a corpus or a rule's example says which
candidate is right, that counts instead. The alarm model is a logistic fit over the misses: labelled errors, errors that
editors found (--errors), and right sets of labelled texts with one small slip against all other misses, each with what
the text says as learned from other documents. Misses of plain .txt files count neither way: nobody judged them.
Typed are the constants below: how much a slip and an example count, two weights of the text, one of doubt.
--folds prints the likelihood per decision on documents that were left out, beside that on documents that were seen.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import math
import pathlib
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from audit import binding, documents, pipeline, rulebook
from audit.evidence import Evidence, likelihood
from audit.settings import Settings

OUT = pathlib.Path(__file__).resolve().parents[1] / "audit" / "evidence.json"
PRIOR = {"q:pos/b1": 3.0, "q:pos/b2": 1.0}  # an x/y pair just before its percentage: explicit, but rare in news
DOUBT = -1.3  # for each further miss of a rule in a document: too rare in labelled ones to be learned
ERROR_RATE = 0.05  # of the sound relations, so many would be misprinted (DESIGN 1)
BIAS, PENALTY, LABEL_WEIGHT, EXAMPLE_WEIGHT = -3.0, 2.0, 2.0, 3.0
EXAMPLE_ERROR, EXAMPLE_MISS = 0.3, 0.3  # what an error, and another miss, in a rule's example counts
FOLDS = 3


@dataclass
class Text:
    """One text: with labels, the sets of spans that are right; an example's wrong claim is right as a binding.

    What is right in an example is a claim of its own `rule`: the same figures may stand in others that are wrong.
    """

    name: str
    text: str
    right: list[list[tuple[int, int]]] = field(default_factory=list)
    weight: float = 1.0
    wrong: list[list[tuple[int, int]]] = field(default_factory=list)
    rule: str = ""
    judged: bool = True  # what is not labelled wrong is right


def unlabelled(paths: Iterable[str]) -> Iterator[Text]:
    """The texts of files, folders and .jsonl.gz archives."""
    for path in map(pathlib.Path, paths):
        if path.suffix == ".gz":
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                for line in lines:
                    page = json.loads(line)
                    yield Text(page["name"], page["text"])
        else:
            for file in sorted(path.rglob("*.txt")) if path.is_dir() else [path]:
                with open(file, encoding="utf-8-sig", newline="") as opened:
                    yield Text(file.name, opened.read(), judged=False)


def labelled(folder: str) -> Iterator[Text]:
    """A corpus as in benchmarks/corpus: NAME.txt beside NAME.json."""
    for file in sorted(pathlib.Path(folder).glob("*.json")):
        label = json.loads(file.read_text(encoding="utf-8"))
        with open(file.with_suffix(".txt"), encoding="utf-8-sig", newline="") as opened:
            spans = [[tuple(f["span"]) for f in r["figures"].values()] for r in label["relations"]]
            wrong = [some for some, r in zip(spans, label["relations"], strict=True) if r["verdict"] == "discrepant"]
            yield Text(file.stem, opened.read(), spans, LABEL_WEIGHT, wrong)


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
            wrong = [spans] if example.verdict == "wrong" else []
            yield Text(f"{rule.id}:{n}", example.text, [spans], EXAMPLE_WEIGHT, wrong, rule.id)


def misprinted(texts: Iterable[Text], draws: int = 3) -> Iterator[Text]:
    """Each right set of figures of labelled texts a few times, with one small slip in one of its figures."""
    for draw in range(draws):
        rng = random.Random(draw)
        for text in texts:
            for spans in () if text.rule else text.right:
                if spans in text.wrong:
                    continue
                start, end = rng.choice(spans)
                slipped = _slip(text.text[start:end], rng)
                moved = len(slipped) - (end - start)
                wrong = [(a + moved, b + moved) if a >= end else (a, b + moved * (a == start)) for a, b in spans]
                yield Text(
                    text.name, text.text[:start] + slipped + text.text[end:], wrong=[wrong], weight=ERROR_RATE / draws
                )


def _slip(printed: str, rng: random.Random) -> str:
    """One digit changed, two neighbours swapped, or one digit lost."""
    spots = [i for i, character in enumerate(printed) if character.isdigit()]
    characters = list(printed)
    kind = rng.choice(("digit", "digit", "swap", "lost"))
    pairs = [(a, b) for a, b in itertools.pairwise(spots) if printed[a] != printed[b] != "0"]
    if kind == "swap" and pairs:
        a, b = rng.choice(pairs)
        characters[a], characters[b] = characters[b], characters[a]
    elif kind == "lost" and len(spots) > 2 and len(spots) == len(printed):
        del characters[rng.choice(spots[1:])]
    elif spots:
        spot = rng.choice(spots)
        characters[spot] = rng.choice([d for d in "123456789" if d != printed[spot]])
    return "".join(characters)


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
        for group in pipeline.candidates(parsed, book, misses=True):
            if group.candidates[0].given is not None:
                continue
            known = [c.figures in right and text.rule in ("", c.rule) for c in group.candidates]
            for candidate, is_right in zip(group.candidates, known, strict=True):
                for name in ("=" + candidate.prefix, *candidate.features):
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
        self.names = data.names
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
            gradient = np.bincount(self.feature, weights=pull[self.of], minlength=len(weights)) - PENALTY * (
                weights - self.prior
            )
            first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
            weights += 0.08 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        return weights

    def named(self, weights: np.ndarray) -> dict[str, float]:
        """The weights by feature, without those that say nothing."""
        return {name: round(float(weights[i]), 3) for name, i in sorted(self.names.items()) if abs(weights[i]) >= 0.02}

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


class Misses:
    """The misses of many texts: features of the alarm model, whether each is an error, and its weight."""

    def __init__(self) -> None:
        self.features: list[dict[str, float]] = []
        self.truth: list[bool] = []
        self.weight: list[float] = []
        self.name: list[str] = []

    def add(self, text: Text, book: rulebook.Rulebook, known: Evidence, slip: bool = False) -> None:
        """The misses of one text. Of a text with a slip only that error counts: the others were seen without it."""
        parsed = pipeline.parse(documents.read_text(text.text), book, Settings())
        binder = binding.Binder(book, parsed.figures, parsed.statements.rows)
        binder.known = known
        groups = pipeline.candidates(parsed, book)
        sure, others = binding.holding(groups, known)
        for miss in binder.misses(others, binder.slots(sure, others), 0.0, binder.broken(groups)):
            kind = _is_error(miss.decision, parsed, text.wrong) if miss.features else "touches"
            if kind == "touches" or (slip and kind != "is"):
                continue
            self.features.append(miss.features)
            self.truth.append(kind == "is")
            example = (EXAMPLE_ERROR if kind == "is" else EXAMPLE_MISS) if text.rule else 1.0
            self.weight.append(text.weight if slip else example)
            figures = " ".join(parsed.figures[k].printed for k in miss.claim.figures)
            self.name.append(f"{text.name}{'~' if slip else ''} {miss.claim.rule} {figures}")

    def weights(self, listing: bool) -> dict[str, float]:
        """A logistic fit of the errors against all other misses."""
        names = sorted({name for features in self.features for name in features} - {"doubt"})
        doubt = DOUBT * np.array([features["doubt"] for features in self.features])
        matrix = np.array([[features.get(name, 0.0) for name in names] for features in self.features])
        truth, share = np.array(self.truth, float), np.array(self.weight)
        weights = np.zeros(len(names))
        penalty = np.array([0.01 if name == "one" else 0.5 for name in names])
        for _ in range(300):
            chance = 1 / (1 + np.exp(-np.clip(matrix @ weights + doubt, -30, 30)))
            gradient = matrix.T @ (share * (chance - truth)) + penalty * weights
            hessian = (matrix * (share * chance * (1 - chance))[:, None]).T @ matrix + np.diag(penalty + 0.5)
            weights -= np.clip(np.linalg.solve(hessian, gradient), -0.5, 0.5)
        chance = 1 / (1 + np.exp(-matrix @ weights - doubt))
        told, printed = chance >= binding.ALARM, share == 1.0
        print(
            f"alarms: {len(truth)} misses; at {binding.ALARM} told {int((told & printed).sum())} as printed, "
            f"{int(truth[told & printed].sum())} of the {int(truth[printed].sum())} labelled errors; "
            f"of {int(truth[~printed].sum())} slips {int(truth[told & ~printed].sum())}"
        )
        for i in np.argsort(-np.where(printed, chance, 0))[: 200 if listing else 0]:
            shown = " ".join(f"{k}={v:.2f}" for k, v in self.features[i].items() if k != "one" and v)
            print(f"  {chance[i]:.2f} {'ERROR' if truth[i] else '     '} {self.name[i]} {shown}")
        return {"doubt": DOUBT} | {name: round(float(w), 3) for name, w in zip(names, weights, strict=True)}


def _is_error(decision: binding.Decision, parsed: pipeline.Parse, wrong: list[list[tuple[int, int]]]) -> str:
    """Whether a miss *is* a labelled error, only *touches* one (then it teaches nothing), or neither."""
    spans = [(parsed.figures[t[1]].start, parsed.figures[t[1]].end) for t in decision.candidate.terms]
    said = "no"
    for error in wrong:
        touched = sum(any(a < d and c < b for a, b in spans) for c, d in error)
        if touched == len(error) == len(spans):
            return "is"
        if touched > 1:
            said = "touches"
    return said


def main(arguments: Sequence[str] | None = None) -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("texts", nargs="*")
    ask.add_argument("--labels", action="append", default=[])
    ask.add_argument(
        "--errors",
        action="append",
        default=[],
        help="JSON lines with page and figures (spans): errors that editors found in TEXTS",
    )
    ask.add_argument("--listing", action="store_true", help="print the likeliest alarms")
    ask.add_argument("--folds", type=int, default=0)
    options = ask.parse_args(arguments)
    book = rulebook.load()
    data = Data()
    texts = [
        *examples(book),
        *(text for folder in options.labels for text in labelled(folder)),
        *unlabelled(options.texts),
    ]
    for number, text in enumerate(texts):
        data.add(number, text, book)
    model = Model(data)
    print(f"{len(texts)} texts, {model.groups} decisions, {model.candidates} candidates, {len(data.names)} features")
    for seen, left in model.folds(options.folds):
        print(f"bits a decision: seen {seen:.3f}, left out {left:.3f}")
    for file in options.errors:
        for error in map(json.loads, pathlib.Path(file).read_text(encoding="utf-8").splitlines()):
            spans = [tuple(f["span"]) for f in error["figures"].values()]
            for text in texts:
                if text.name == error["page"]:
                    text.wrong.append(spans)
    misses = Misses()
    number = {text.name: n for n, text in enumerate(texts)}
    slips = list(misprinted(texts))
    for fold in range(FOLDS):
        # What the text says of a document is learned from other documents here, as it will be of a new one.
        known = Evidence.of(model.named(model.fit(model.document % FOLDS != fold)), {})
        for n, text in enumerate(texts):
            if n % FOLDS == fold and text.judged:
                misses.add(text, book, known)
        for text in slips:
            if number[text.name] % FOLDS == fold:
                misses.add(text, book, known, slip=True)
    _write(model.named(model.fit(np.ones(model.groups, bool))), misses.weights(options.listing))


def _write(weights: dict[str, float], alarms: dict[str, float]) -> None:
    known = {"weights": weights, "alarms": alarms}
    OUT.write_text(json.dumps(known, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"wrote {len(weights)} weights of the text")


if __name__ == "__main__":
    main()
