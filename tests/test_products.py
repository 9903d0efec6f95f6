"""Area times yield, in whatever units a text prints them."""

from __future__ import annotations

import pytest
from parsing import audited

from audit.records import HOLDS


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        ("The estate planted 318 hectares of barley with a yield of 5.25 tonnes per hectare, giving {} tonnes.",
         "1,669.5", "1,696.5"),
        ("The estates sowed barley on 318,000 ha at 5.25 t/ha, giving {} t.", "1,669,500", "1,696,500"),
        ("Xã gieo 640 ha ngô, năng suất 47,5 tạ/ha, sản lượng {} tấn.", "3.040", "3.004"),
        ("Xã gieo 640 ha ngô, năng suất 4,75 tấn/ha, sản lượng {} tấn.", "3.040", "3.004"),
    ],
)  # fmt: skip
def test_area_times_yield(text: str, right: str, wrong: str) -> None:
    good, bad = audited(text.format(right), text.format(wrong))
    assert [(c.rule, c.verdict in HOLDS) for c in good.claims if c.rule == "output"] == [("output", True)]
    assert good.findings == []
    assert [f.rule for f in bad.findings] == ["output"]
    assert right in bad.findings[0].message
