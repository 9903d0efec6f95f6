"""The gate: claims become verdicts through one validated pandera frame a batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from audit.records import HOLDS, Reading

if TYPE_CHECKING:
    import pandas as pd


def judge(readings: Sequence[Reading]) -> None:
    """Give every claim of every reading its verdict and excess.

    `Claims.excess` must be 0: each failure case is one discrepant claim, a NaN an unassessable one. A claim that holds
    keeps the way in which it holds. Any other failure is our own fault, and raised.
    """
    claims = [claim for reading in readings for claim in reading.claims]
    from audit import frames

    frame, failing = validated(frames.claims(readings))
    for row, (claim, excess) in enumerate(zip(claims, frame["excess"].tolist(), strict=True)):
        if row in failing:
            claim.verdict = "discrepant"
            claim.excess = claim.excess or excess
        elif excess != excess:
            claim.verdict, claim.excess = "unassessable", None
        else:
            claim.verdict, claim.excess = (claim.verdict if claim.verdict in HOLDS else "consistent"), 0.0


def validated(claims: pd.DataFrame) -> tuple[pd.DataFrame, set[int]]:
    """A Claims frame with its excess measured, and the index labels of the claims that fail.

    The environment cannot switch this off: PANDERA_VALIDATION_ENABLED=False would silence every finding.
    """
    from pandera.config import ValidationDepth, config_context
    from pandera.errors import SchemaErrors

    from audit.frames import Claims

    with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
        try:
            return Claims.validate(claims, lazy=True), set()
        except SchemaErrors as problem:
            cases = problem.failure_cases
            ours = (cases["column"] == "excess") & (cases["check"] == "equal_to(0)") & cases["index"].notna()
            if not ours.all():
                raise
            return problem.data, set(cases["index"].astype(int))
