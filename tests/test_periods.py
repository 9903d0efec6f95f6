"""The period that a figure is said of."""

from __future__ import annotations

import pytest
from parsing import statement

from audit import languages, periods
from audit.periods import Periods


def named_in(text: str, language: str = "vi") -> Periods:
    return Periods(text, languages.load(language))


NAMED = [
    ("tháng 9 thu", {"m9"}),
    ("9 tháng thu", {"n9"}),
    ("tháng chín thu", {"m9"}),
    ("tháng mười hai thu", {"m12"}),
    ("các tháng năm 2021 thu", {"y2021"}),
    ("quý iii thu", {"q3"}),
    ("quý iii năm 2021 thu", {"q3", "y2021"}),
    ("sản lượng tháng thu", set()),
    ("in the first nine months", {"n9"}),
]


@pytest.mark.parametrize(("text", "keys"), NAMED)
def test_a_month_is_no_stretch_of_months(text: str, keys: set[str]) -> None:
    assert named_in(text, "en" if text.isascii() and "first" in text else "vi").before(0, len(text)) == keys


def test_a_period_behind_a_figure_is_its_own_only_within_it() -> None:
    text = "214 cases in the first quarter, 230 cases more than in the second quarter"
    named = named_in(text, "en")
    assert named.behind(3, 40)[0] == {"q1"}
    assert named.behind(text.index("230") + 3, len(text))[0] == {"q2"}
    assert named.behind(3, 10)[0] == frozenset()
    assert named_in("9 vụ, trong tháng 5").behind(1, 19)[0] == frozenset()
    assert named_in("9 vụ so với tháng 5").behind(1, 19)[0] == frozenset()


def test_the_period_behind_one_figure_is_not_said_of_the_next() -> None:
    text = "The ferry carried 318 cars in the first quarter and 542 cars in the second quarter."
    assert [statement(text, printed).period for printed in ("318", "542")] == [{"q1"}, {"q2"}]


def test_different_months_add_up_to_a_quarter_and_months_to_no_month() -> None:
    months = [frozenset({f"m{n}"}) for n in (1, 2, 3)]
    assert periods.add_up(frozenset({"q1"}), months)
    assert not periods.add_up(frozenset({"q1"}), [*months, months[0]])
    assert not periods.add_up(frozenset({"m4"}), months)
    assert not periods.add_up(frozenset(), months)
