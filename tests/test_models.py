"""The five frames' models in other people's pipelines."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa
import pytest
from pandera.errors import SchemaErrors

from audit import frames
from audit.frames import Claims, Documents, Figures, Findings, Terms

MODELS = (Documents, Figures, Terms, Claims, Findings)


def sound() -> pd.DataFrame:
    """Claims that hold, and one that does not."""
    rows = [
        (0, 0, "ratio", "explicit", 41.875, 41.885, 41.87, 41.88, 0.01, 0.0, "consistent", None),
        (0, 1, "parts", "explicit", 74.0, 74.0, 80.0, 80.0, 1.0, 0.0, "discrepant", None),
    ]
    return frames.typed(Claims, rows)


@pytest.mark.parametrize("model", MODELS)
def test_an_empty_frame_passes_and_keeps_its_types(model: type[pa.DataFrameModel]) -> None:
    empty = frames.typed(model, [])
    kept = model.validate(empty, lazy=True)
    assert kept.empty and list(kept.columns) == list(model.to_schema().columns)
    assert kept.dtypes.equals(empty.dtypes)


@pytest.mark.parametrize("model", MODELS)
def test_a_missing_column_is_reported_as_such(model: type[pa.DataFrameModel]) -> None:
    empty = frames.typed(model, [])
    first = str(empty.columns[0])
    with pytest.raises(SchemaErrors) as caught:
        model.validate(empty.drop(columns=first), lazy=True)
    assert first in set(caught.value.failure_cases["failure_case"])


def test_lazy_validation_names_each_discrepant_claim() -> None:
    with pytest.raises(SchemaErrors) as caught:
        Claims.validate(sound(), lazy=True)
    cases = caught.value.failure_cases
    assert cases[["column", "index"]].to_numpy().tolist() == [["excess", 1]]


def test_extra_columns_pass_through() -> None:
    kept = Claims.validate(sound().iloc[:1].assign(reviewer="Lan"), lazy=True)
    assert kept["reviewer"].tolist() == ["Lan"] and kept["excess"].tolist() == [0.0]


def test_a_model_composes() -> None:
    class Reviewed(Claims):
        reviewer: str = pa.Field(isin=["Lan", "Minh"])

    assert Reviewed.validate(sound().iloc[:1].assign(reviewer="Minh"), lazy=True)["reviewer"].tolist() == ["Minh"]
    with pytest.raises(SchemaErrors) as caught:
        Reviewed.validate(sound().assign(reviewer=["Lan", "nobody"]), lazy=True)
    assert set(caught.value.failure_cases["column"]) == {"reviewer", "excess"}
