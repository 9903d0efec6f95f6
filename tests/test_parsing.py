from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audit import parsing
from audit.numbers import parse_printed

texts = st.one_of(
    st.text("0123456789.,-%() ", max_size=24),
    st.from_regex(r"-?[0-9]{1,3}([.,][0-9]{3}){0,6}([.,][0-9]{1,4})?%?", fullmatch=True),
    st.text(max_size=8),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(texts, max_size=12), st.sampled_from(",."))
@example(
    ["0.500", "0,5", "00,5", "007", "1.234.567,80", "12.34.567", "9" * 18, "9" * 19, "9" * 41, "-0,0", "5-", "%"], ","
)
@example(["(1,234)", "−12.5", "1\u00a0234", "12 %", "8‰", "1.234%", ",5", "5,", "", "1,23,456"], ".")
def test_a_column_says_what_its_cells_say_one_by_one(cells: list[str], mark: str) -> None:
    found = parsing.parse(pd.Series(cells, dtype="str"), mark)
    for row, cell in enumerate(cells):
        read = parse_printed(cell, mark)
        assert found.exactly(row) == (None if read is None else -read[0] if read[2] else read[0]), cell
        if read is not None:
            assert found.decimals[row] == read[1], cell
            assert bool(found.marked[row]) == cell.rstrip().endswith(("%", "‰")), cell


def test_what_is_missing_is_not_known() -> None:
    column = pd.Series(["12", None, float("nan"), "3,5"], dtype="object", index=list("abcd"))
    assert parsing.parse(column, ",").known.tolist() == [True, False, False, True]
    assert parsing.readable(column, ",").to_dict() == {"a": True, "b": False, "c": False, "d": True}


@pytest.mark.parametrize("rows", [parsing.AT_ONCE - 1, parsing.AT_ONCE + 1])
def test_the_edge_of_a_pass_is_no_edge_of_the_column(rows: int) -> None:
    found = parsing.parse(pd.Series([str(row) for row in range(rows)], dtype="str"), ".")
    assert found.known.all() and found.mantissa.tolist() == list(range(rows))
