from __future__ import annotations

from fractions import Fraction
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

import audit
from audit import rulebook
from audit.numbers import decimal_text


def cases(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """The failure cases as (column, check, index); an excess is rounded."""
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as problem:
        found = problem.failure_cases
        return sorted(zip(found["column"], found["check"].astype(str), found["index"].astype(str), strict=True))
    return []


RATIOS = pd.DataFrame({
    "part": ["113", "168", "1.460", "126"],
    "whole": ["169", "192", "2.920", "168"],
    "percent": ["66,9%", "87,5", "50,00 %", "72,5"],
    "note": ["a", "b", "c", "d"],
})  # fmt: skip


def test_each_failing_row_is_one_case() -> None:
    schema = audit.schema("ratio")
    assert cases(schema, RATIOS) == [("excess", "equal_to(0)", "3")]
    kept = schema.validate(RATIOS.iloc[:3], lazy=True)
    assert kept["excess"].tolist() == [0.0, 0.0, 0.0] and kept["note"].tolist() == ["a", "b", "c"]


def test_printed_precision_counts() -> None:
    frame = pd.DataFrame({"part": ["1", "1"], "whole": ["8", "8"], "percent": ["12,5", "12,60"]})
    assert cases(audit.schema("ratio"), frame) == [("excess", "equal_to(0)", "1")]
    english = frame.assign(percent=["12.5", "13"])
    assert cases(audit.schema("ratio", number_format="1,234.5"), english) == []


def test_the_format_decides_three_digits() -> None:
    frame = pd.DataFrame({"part": ["1.500"], "whole": ["3.000"], "percent": ["50"]})
    for number_format in ("1.234,5", "1,234.5"):
        assert cases(audit.schema("ratio", number_format=number_format), frame) == []
    mixed = frame.assign(whole=["3000"])
    assert cases(audit.schema("ratio", number_format="1,234.5"), mixed) == [("excess", "equal_to(0)", "0")]
    assert cases(audit.schema("ratio"), mixed) == []


def test_a_percentage_that_no_whole_number_gives() -> None:
    frame = pd.DataFrame({
        "percent": ["41,7%", "37,4%", "33,30", "41,6", "37,4"], "base": ["12", "12", "12", "12", "x"],
    })  # fmt: skip
    schema = audit.schema("integrality")
    assert cases(schema, frame.iloc[:4]) == [("excess", "equal_to(0)", str(row)) for row in (1, 2, 3)]
    with pytest.raises(SchemaErrors) as problem:
        schema.validate(frame, lazy=True)
    assert "is_a_printed_number" in set(problem.value.failure_cases["check"])
    assert problem.value.data["excess"].round(4).tolist()[:4] == [0.0, 40.1667, 2.8333, 0.1667]
    rough = pd.DataFrame({"percent": ["37,4"], "base": ["12"]})
    assert cases(audit.schema("integrality", measures=["base"]), rough) == []


def test_what_is_absent_or_unreadable_is_reported_as_such() -> None:
    schema = audit.schema("ratio")
    assert [case[:2] for case in cases(schema, RATIOS.drop(columns="whole"))] == [("ratio", "column_in_dataframe")]
    bad = RATIOS.iloc[:2].assign(whole=["1.23.4", None])
    assert cases(schema, bad) == [("whole", "is_a_printed_number", "0")]
    nothing = schema.validate(RATIOS.iloc[:0], lazy=True)
    assert nothing.columns.tolist() == [*RATIOS.columns, "excess"]


def test_numbers_are_taken_only_with_their_decimals() -> None:
    frame = pd.DataFrame({"part": [113, 168], "whole": [169, 192], "percent": [66.9, 87.4]})
    refused = {column for column, check, _ in cases(audit.schema("ratio"), frame) if check.startswith("dtype")}
    assert refused == {"part", "whole", "percent"}
    schema = audit.schema("ratio", decimals={"part": 0, "whole": 0, "percent": 1})
    assert cases(schema, frame) == [("excess", "equal_to(0)", "1")]
    words = cases(schema, frame.assign(part=["113", "168"]))
    assert [case[:2] for case in words] == [("part", "is_numeric")]
    with pytest.raises(ValueError, match="no column of ratio"):
        audit.schema("ratio", decimals={"share": 1})


def test_whole_numbers_are_counts_unless_they_are_measures() -> None:
    frame = pd.DataFrame({"current": ["21"], "previous": ["12"], "change": ["8"]})
    assert cases(audit.schema("difference"), frame) == [("excess", "equal_to(0)", "0")]
    assert cases(audit.schema("difference", measures=["current", "previous", "change"]), frame) == []


def test_int64_does_not_wrap() -> None:
    big = 9 * 10**18
    frame = pd.DataFrame({"current": [big, big], "previous": [-big, 1 - big], "change": [1, 1]})
    schema = audit.schema("difference", decimals={"current": 0, "previous": 0, "change": 0})
    assert len(cases(schema, frame)) == 2
    close = pd.DataFrame({"current": [big + 1] * 2, "previous": [big] * 2, "change": [1, 2]})
    assert cases(schema, close) == [("excess", "equal_to(0)", "1")]


def test_a_list_takes_the_long_form() -> None:
    frame = pd.DataFrame({
        "area": list("aabbcc"),
        "whole": ["80", "80", "74", "74", "12", "13"],
        "parts": ["15", "65", "40", "30", "6", "7"],
    })  # fmt: skip
    schema = audit.schema("parts", group="area")
    assert cases(schema, frame) == [("excess", "equal_to(0)", "2"), ("excess", "equal_to(0)", "4")]
    assert [case[:2] for case in cases(schema, frame.drop(columns="area"))] == [("parts", "column_in_dataframe")]


def test_lists_that_belong_together_are_taken_row_by_row() -> None:
    frame = pd.DataFrame({
        "port": list("aabb"),
        "percent": ["18,6", "18,6", "-13,2", "-13,2"],
        "total": ["830,0", "830,0", "64,2", "64,2"],
        "amounts": ["500,0", "330,0", "41,7", "22,5"],
        "percents": ["25,0", "10,0", "-4,6", "-25,7"],
    })  # fmt: skip
    schema = audit.schema("weighted-growth", group="port")
    assert cases(schema, frame) == []
    swapped = frame.assign(percents=["10,0", "25,0", "-4,6", "-25,7"])
    assert cases(schema, swapped) == [("excess", "equal_to(0)", "0")]
    lost = frame.assign(percents=["25,0", "", "-4,6", "-25,7"])
    assert schema.validate(lost.assign(percents=["25,0", None, "-4,6", "-25,7"]))["excess"].isna().tolist() == [
        True, True, False, False]  # fmt: skip


def test_shares_add_up_to_100_by_group() -> None:
    frame = pd.DataFrame({"year": [1, 1, 1, 2, 2], "parts": ["33,3", "33,3", "33,3", "40,00", "59,98"]})
    assert cases(audit.schema("shares", group="year"), frame) == [("excess", "equal_to(0)", "3")]
    assert len(cases(audit.schema("shares"), frame)) == 1


def test_a_divisor_of_nothing_is_undecided() -> None:
    frame = pd.DataFrame({"part": ["1", "1"], "whole": ["0", "2"], "percent": ["9", "50"]})
    kept = audit.schema("ratio").validate(frame, lazy=True)
    assert kept["excess"].isna().tolist() == [True, False]


def test_a_schema_composes_with_other_peoples() -> None:
    class Region(pa.DataFrameModel):
        note: str = pa.Field(isin=list("abcd"))

    schema = Region.to_schema().add_columns(audit.schema("ratio").columns)
    schema.parsers = audit.schema("ratio").parsers
    assert cases(schema, RATIOS) == [("excess", "equal_to(0)", "3")]


numbers = st.integers(1, 10**7)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(numbers, numbers, st.integers(-3, 3), st.integers(0, 3)), min_size=1, max_size=8))
def test_columns_agree_with_exact_arithmetic(rows: list[tuple[int, int, int, int]]) -> None:
    """Percentages right, and off by a few units of the last digit, are told apart without a tolerance."""
    built, failing = [], []
    for current, previous, off, decimals in rows:
        growth = 100 * (Fraction(current, previous) - 1)
        units = round(growth * 10**decimals) + off
        built.append((str(current), str(previous), decimal_text(units, decimals).replace(".", ",")))
        failing.append(abs(Fraction(units, 10**decimals) - growth) > Fraction(1, 2 * 10**decimals))
    frame = pd.DataFrame(built, columns=["current", "previous", "percent"])
    found = cases(audit.schema(rulebook.load()["growth"]), frame)
    assert sorted(int(index) for _, _, index in found) == [row for row, fails in enumerate(failing) if fails]
