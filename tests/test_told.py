"""What prose says of a table: of one of its rows, and of the total of a column."""

from __future__ import annotations

import pytest

from audit import documents, pipeline, rulebook
from audit.batch import audit_all
from audit.finders.base import HOLD
from audit.records import HOLDS
from audit.settings import Settings

BOOK = rulebook.load()

RIVERS = """Water taken from rivers, by user

Farms, which take {farms}% of all water, used 14.2 million more than a year before; towns used {towns}% less.

Table 3: Abstractions (million m3)
2021 2022
Farms 612.4 626.6
Towns 288.1 281.9
Power stations 145.0 151.3
Total 1,045.5 1,059.8
"""


def held(text: str) -> set[tuple[str, ...]]:
    reading = next(audit_all([documents.read_text(text)], BOOK, Settings()))
    return {tuple(reading.figures[k].printed for k in c.figures) for c in reading.claims if c.verdict in HOLDS}


def proposed(text: str, kind: str) -> set[tuple[str, ...]]:
    """The figures that candidates of a kind tie, where they fit."""
    parsed = pipeline.parse(documents.read_text(text), BOOK, Settings())
    found = [c for group in pipeline.candidates(parsed, BOOK) if group.kind == kind for c in group.candidates]
    return {tuple(parsed.figures[t[1]].printed for t in c.terms) for c in found if c.outcome == HOLD}


def test_a_share_and_a_growth_of_the_row_that_the_words_name() -> None:
    text = RIVERS.format(farms="59.1", towns="2.2")
    assert {("59.1%", "626.6", "1,059.8"), ("2.2%", "281.9", "288.1")} <= held(text)


@pytest.mark.parametrize(("farms", "towns"), [("14.3", "2.2"), ("59.1", "4.3")])
def test_what_fits_another_row_only_is_not_said_of_this_one(farms: str, towns: str) -> None:
    # 14.3% is the share of power stations, 4.3% their growth
    assert len(proposed(RIVERS.format(farms=farms, towns=towns), "told")) == 1


def test_a_word_of_most_rows_names_none() -> None:
    text = RIVERS.replace("Farms", "River farms").replace("Towns", "River towns").replace("Power", "River power")
    assert not proposed(
        text.format(farms="59.1", towns="2.2").replace("River farms, which", "Rivers, which"), "told"
    ) - {("2.2%", "281.9", "288.1")}


FLOODS = """Homes flooded in {total} streets of the city; {people} persons were taken to schools.

District Streets Persons
Old Harbour 14 2,317
Mill Road 9 1,480
Saltmarsh 31 5,126
"""


def test_a_column_adds_up_to_a_total_in_the_prose() -> None:
    assert ("8,923", "2,317", "1,480", "5,126") in held(FLOODS.format(total="54", people="8,923"))
    assert proposed(FLOODS.format(total="54", people="8,923"), "margin") == {
        ("54", "14", "9", "31"),
        ("8,923", "2,317", "1,480", "5,126"),
    }
    assert not held(FLOODS.format(total="55", people="8,932"))
