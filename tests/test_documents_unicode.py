from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from audit.documents.unicode import normalised

VIETNAMESE = st.text(
    alphabet="aăâeêioôơuưyđĐẾ 0123456789.,%\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b\n\u0130\u1100\u1161"
)


@given(st.text() | VIETNAMESE)
def test_result_is_nfc_and_every_offset_leads_back(text: str) -> None:
    result, offsets = normalised(text)
    if offsets is None:
        assert len(result) == len(text)
        return
    assert len(offsets) == len(result) + 1
    assert offsets[0] == 0 and offsets[-1] == len(text)
    assert list(offsets) == sorted(offsets)


@given(VIETNAMESE)
def test_result_is_nfc(text: str) -> None:
    assert normalised(text)[0] == unicodedata.normalize("NFC", text)


@given(st.text(alphabet="tỷềấđồngứ 0123456789.,%()/"))
def test_decomposed_text_reads_as_composed_text_does(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    decomposed = unicodedata.normalize("NFD", text)
    result, offsets = normalised(decomposed)
    assert result == composed
    if offsets is None:
        assert decomposed == composed
        return
    for start in range(len(result)):
        original = decomposed[offsets[start] : offsets[start + 1]]
        assert unicodedata.normalize("NFC", original) == result[start]


def test_text_in_nfc_is_handed_back_untouched() -> None:
    text = "Thu ngân sách đạt 12,5 tỷ đồng¹"
    result, offsets = normalised(text)
    assert result is text and offsets is None


def test_styled_digits_become_plain_and_superscripts_stay() -> None:
    assert normalised("１２,５ tỷ² \U0001d7d9\U0001d7ce\U0001d7ff") == ("12,5 tỷ² 109", None)


def test_a_letter_with_a_hundred_thousand_marks_is_quick() -> None:
    result, offsets = normalised("o" + "\u0301\u0323" * 50_000 + " 5")
    assert result.endswith(" 5") and offsets is not None and offsets[-1] == 100_003
