from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from pandera.errors import SchemaErrors

from audit import frames, gate
from audit.records import Block, Claim, Document, Figure, Finding, Reading, Term

ONE = Fraction(1)


def claim(number: int, low: int | str, computed: int | str | None, verdict: str = "consistent") -> Claim:
    stated = Fraction(low)
    value = None if computed is None else Fraction(computed)
    return Claim(number, "parts", (Term("whole", 0),), "explicit", verdict, stated, stated, value, value, ONE)


def reading(*claims: Claim) -> Reading:
    figure = Figure(0, 0, 0, 5, "-12,5", 125, 1, -251, -249, negative=True, unit="ha")
    document = Document("a.txt", "-12,5", (Block(0, "paragraph", 0, 5),), "00")
    finding = Finding(0, "parts", "error", [1], None, None, "không khớp", "f0")
    return Reading(document, figures=[figure], claims=list(claims), findings=[finding])


def test_every_claim_of_a_batch_gets_its_verdict() -> None:
    first = reading(claim(0, 5, 5), claim(1, 5, 9, "discrepant"), claim(2, 5, None))
    second = reading(claim(0, 5, 9), claim(1, 5, 5, "truncated"), claim(2, 5, 5, "unassessable"))
    gate.judge([first, reading(), second])
    assert [(one.verdict, one.excess) for one in first.claims] == [
        ("consistent", 0.0), ("discrepant", 4.0), ("unassessable", None)]  # fmt: skip
    assert [one.verdict for one in second.claims] == ["discrepant", "truncated", "consistent"]


def test_an_exact_excess_is_kept() -> None:
    one = claim(0, 5, 9, "discrepant")
    one.excess = 3.9
    gate.judge([reading(one)])
    assert one.excess == 3.9


@pytest.mark.parametrize(("stated", "computed"), [(2**60, 2**60 + 1), (2**60 + 1, 2**60), (-(2**60), 1 - 2**60)])
def test_neighbours_that_share_a_float_do_not_meet(stated: int, computed: int) -> None:
    one = claim(0, stated, computed, "discrepant")
    gate.judge([reading(one)])
    assert one.verdict == "discrepant"


@pytest.mark.parametrize("value", ["1/3", "-2/7", "100000000000000000001/7", "41/3"])
def test_what_meets_exactly_meets_in_floats(value: str) -> None:
    one = claim(0, value, value)
    gate.judge([reading(one)])
    assert (one.verdict, one.excess) == ("consistent", 0.0)
    assert frames.outward(Fraction(value), False) < Fraction(value) < frames.outward(Fraction(value), True)


def test_no_claims_need_no_frame() -> None:
    gate.judge([])
    gate.judge([reading()])


def test_the_model_measures_the_excess_itself() -> None:
    frame = frames.claims([reading(claim(0, 5, 9), claim(1, 5, 5))]).assign(excess=[0.0, -3.0])
    measured, failing = gate.validated(frame)
    assert failing == {0}
    assert measured["excess"].tolist() == [4.0, 0.0]


def test_a_fault_in_another_column_is_raised() -> None:
    frame = frames.claims([reading(claim(0, 5, 9))])
    for broken in (frame.assign(binding="guessed"), frame.drop(columns="unit_of_last_digit"), pd.concat([frame] * 2)):
        with pytest.raises(SchemaErrors):
            gate.validated(broken.reset_index(drop=True))


def test_the_environment_cannot_silence_a_finding() -> None:
    code = (
        "from tests.test_gate import claim, reading; from audit import gate; r = reading(claim(0, 5, 9)); "
        "gate.judge([r]); print(r.claims[0].verdict)"
    )
    for name, value in (("PANDERA_VALIDATION_ENABLED", "False"), ("PANDERA_VALIDATION_DEPTH", "SCHEMA_ONLY")):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            cwd=Path(__file__).resolve().parent.parent, env={name: value},
        )  # fmt: skip
        assert done.stdout.strip() == "discrepant"


def test_the_five_frames() -> None:
    built = frames.build([reading(claim(0, 5, 9), claim(1, 5, 5)), reading()])
    assert built.documents["path"].tolist() == ["a.txt", "a.txt"]
    assert built.documents["document"].tolist() == [0, 1]
    figure = built.figures.iloc[0]
    assert (figure["value"], figure["low"], figure["high"], figure["unit"]) == ("-12.5", "-12.55", "-12.45", "ha")
    assert figure["place"] == "line 1, column 1"
    assert built.terms[["document", "claim", "role"]].values.tolist() == [[0, 0, "whole"], [0, 1, "whole"]]
    assert built.claims["claim"].tolist() == [0, 1]
    assert built.findings["suspect"].isna().all()


def test_empty_frames_are_typed() -> None:
    empty, full = frames.build([]), frames.build([reading(claim(0, 5, 9))])
    for without, holding in zip(empty, full, strict=True):
        assert len(without) == 0
        assert without.dtypes.to_dict() == holding.dtypes.to_dict()
