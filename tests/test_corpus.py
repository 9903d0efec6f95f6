"""The labelled corpus: every label stands where it says, and its verdict is what its arithmetic gives."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import labels  # noqa: E402
import matching  # noqa: E402

DOCUMENTS = [*labels.load(BENCHMARKS / "corpus"), *labels.load(BENCHMARKS / "held-out")]


def test_the_corpus_is_there() -> None:
    assert len(DOCUMENTS) > 80
    assert {document.path.name[:2] for document in DOCUMENTS} == {"vi", "en"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.path.stem)
def test_labels_agree_with_the_text(document: labels.Labelled) -> None:
    for relation in document.relations:
        for figure in relation.figures.values():
            assert document.text[slice(*figure.span)] == figure.printed
        assert labels.verdict(relation, document) == relation.verdict, relation.expression


@pytest.mark.parametrize(
    ("printed", "number_format", "value"),
    [("1.234,5", "vi", "1234.5"), ("2,345", "en", "2345"), ("2,345", "vi", "2.345"), ("(12.5)", "en", "-12.5")],
)
def test_labelled_numbers(printed: str, number_format: str, value: str) -> None:
    assert labels.parse(printed, number_format)[0] == Fraction(value)


def test_a_claim_is_a_label_only_with_exactly_its_figures() -> None:
    part, whole, other = matching.Printed(0, 2, "12"), matching.Printed(5, 7, "40"), matching.Printed(9, 10, "7")
    spans = [(0, 2), (5, 7)]
    assert matching.same([part, whole], spans)
    assert not matching.same([part], spans)
    assert not matching.same([part, whole, other], spans)
    assert matching.same([matching.Printed(0, 7, "12 tỷ 40")], spans)  # a composite amount covers both
