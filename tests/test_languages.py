"""The language files, and what is compiled of them."""

from __future__ import annotations

import re
from unicodedata import normalize

import pytest

from audit import languages
from audit.languages import LanguageError, detect, load, raw, spellings, trie
from audit.tokens import BIT

TEXTS = [
    ("Sản lượng chè tăng 12 tấn.", "vi"),
    ("Kho 12 tấn, bán 8 tấn, còn lại 4 tấn đã hỏng.", "vi"),
    ("The town sold 12 tonnes of tea in the year.", "en"),
    ("Table 7: merchandise account, first quarter, exports 12.5, imports 9.8", "en"),
    ("", "vi"),
    ("12 34 56", "vi"),
]


@pytest.mark.parametrize(("text", "language"), TEXTS)
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert detect(text) == language


def test_vietnamese_comes_first() -> None:
    assert languages.available()[0] == "vi" and "en" in languages.available()


@pytest.mark.parametrize("name", languages.available())
def test_every_file_has_the_same_tables(name: str) -> None:
    assert set(raw(name)) == set(raw("vi"))
    assert set(raw(name)["findings"]) == set(raw("vi")["findings"])
    assert set(raw(name)["cues"]) <= set(BIT)
    assert load(name).id == name


@pytest.mark.parametrize("name", languages.available())
def test_a_word_stands_once_in_its_class(name: str) -> None:
    for words in raw(name)["cues"].values():
        assert len(words) == len(set(words))


def test_an_unknown_language_names_those_there_are() -> None:
    with pytest.raises(LanguageError, match="no language 'xx': there are vi, en"):
        load("xx")


def test_words_of_rules_join_the_language() -> None:
    assert load("vi", {"up": ["phình ra"]}).cues["phình ra"] == {"up"}
    assert "phình ra" not in load("vi").cues


@pytest.mark.parametrize(
    ("one", "other"),
    [("thủy", "thuỷ"), ("hóa", "hoá"), ("khỏe", "khoẻ"), ("tỷ", "tỉ"), ("quý", "quí"), ("kỳ", "kì"), ("ngàn", "nghìn")],
)
def test_a_word_is_known_in_either_spelling(one: str, other: str) -> None:
    assert {one, other} <= spellings(one) and {one, other} <= spellings(other)


def test_the_longest_word_is_matched() -> None:
    pattern = re.compile(trie(["tăng", "tăng thêm", "giảm"]))
    assert [m[0] for m in pattern.finditer("tăng thêm, tăng, giảm")] == ["tăng thêm", "tăng", "giảm"]


@pytest.mark.parametrize(
    ("behind", "power"), [(" tỷ", 9), (" tỉ", 9), (" nghìn tỷ", 12), (" ngàn", 3), (" vạn", 4), ("triệu", 6)]
)
def test_scale_words(behind: str, power: int) -> None:
    vi = load("vi")
    found = vi.scale.match(behind)
    assert found is not None and vi.scales[" ".join(found[1].split())] == power


@pytest.mark.parametrize("behind", [" tỷ lệ sinh", " trung tâm"])
def test_a_word_that_begins_like_a_unit_is_none(behind: str) -> None:
    found = load("vi").scale.match(behind)
    assert found is None or behind[found.end() :].startswith(" lệ")


def test_the_language_is_found_in_either_unicode_form() -> None:
    text = "Tòa thụ lý 1.759 vụ, gồm 1.595 vụ cũ và 164 vụ mới."
    assert languages.detect(normalize("NFD", text)) == languages.detect(normalize("NFC", text)) == "vi"
