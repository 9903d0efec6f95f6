"""What holds for all texts: true statements are never flagged, and nothing but the text matters."""

from __future__ import annotations

from decimal import Decimal
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from parsing import BOOK, audited

from audit import documents
from audit.batch import audit_all
from audit.records import HOLDS, Reading
from audit.settings import Settings

# No shrinking: a batch of one costs as much as one of fifty, and the first example says enough.
usual = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)

NOUNS = ("hộ", "vụ", "hồ sơ", "lao động", "học sinh")


def grouped(number: int, mark: str = ".") -> str:
    return f"{number:,}".replace(",", mark)


def rounded(numerator: int, denominator: int, decimals: int) -> int:
    """100 * numerator / denominator in units of the last decimal, half up."""
    scaled = 200 * numerator * 10**decimals + denominator
    return scaled // (2 * denominator)


def decimal(mantissa: int, decimals: int, mark: str = ",") -> str:
    digits = str(mantissa).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}{mark}{digits[-decimals:]}" if decimals else digits


def number(printed: str) -> Decimal:
    return Decimal(printed.rstrip("%").replace(",", "."))


def alarms(reading: Reading) -> list[str]:
    assert reading.document.error is None, reading.document.error
    return [finding.message for finding in reading.findings if finding.severity != "note"]


def verified(reading: Reading) -> int:
    return sum(claim.verdict in HOLDS for claim in reading.claims)


sizes = st.integers(21, 98_765)
places = st.integers(1, 2)


@st.composite
def ratios(draw: st.DrawFn) -> str:
    whole = draw(sizes)
    part = draw(st.integers(max(1, whole // 20), whole))
    decimals, noun = draw(places), draw(st.sampled_from(NOUNS))
    percent = decimal(rounded(part, whole, decimals), decimals)
    return f"Đã xử lý {grouped(part)}/{grouped(whole)} {noun}, đạt {percent}%."


@st.composite
def changes(draw: st.DrawFn) -> str:
    previous = draw(sizes)
    change = draw(st.integers(max(1, previous // 50), previous))
    decimals = draw(places)
    percent = decimal(rounded(change, previous, decimals), decimals)
    return f"Huyện có {grouped(previous + change)} hộ, tăng {grouped(change)} hộ ({percent}%) so với cùng kỳ."


@st.composite
def shares(draw: st.DrawFn) -> str:
    whole = draw(st.integers(200, 98_765))
    part = draw(st.integers(whole // 20, whole - 1))
    percent = decimal(rounded(part, whole, 2), 2)
    return f"Toàn xã có {grouped(whole)} hộ, trong đó {grouped(part)} hộ trồng chè, chiếm {percent}% tổng số hộ."


@st.composite
def sums(draw: st.DrawFn) -> str:
    new, old = draw(st.integers(101, 5_000)), draw(st.integers(101, 5_000))
    return f"Tòa thụ lý {grouped(new + old)} vụ, gồm {grouped(old)} vụ cũ và {grouped(new)} vụ mới."


@st.composite
def differences(draw: st.DrawFn) -> str:
    previous = draw(st.integers(121, 9_000))
    change = draw(st.integers(11, 100))
    return f"Số lớp tăng từ {grouped(previous)} lên {grouped(previous + change)} lớp, tăng {grouped(change)} lớp."


@st.composite
def growths(draw: st.DrawFn) -> str:
    previous = draw(st.integers(1_000, 98_765))
    current = previous + draw(st.integers(previous // 50, previous))
    percent = decimal(rounded(current - previous, previous, 2), 2)
    return f"Kho bán {grouped(current)} tấn chè, tăng {percent}% so với cùng kỳ ({grouped(previous)} tấn)."


@st.composite
def english_ratios(draw: st.DrawFn) -> str:
    whole = draw(sizes)
    part = draw(st.integers(max(1, whole // 20), whole))
    percent = decimal(rounded(part, whole, 2), 2, ".")
    return f"The office settled {grouped(part, ',')}/{grouped(whole, ',')} claims, or {percent}% of the total."


@st.composite
def english_growths(draw: st.DrawFn) -> str:
    previous = draw(st.integers(1_000, 98_765))
    current = previous + draw(st.integers(previous // 50, previous))
    percent = decimal(rounded(current - previous, previous, 2), 2, ".")
    return f"The traffic of the port rose {percent}% to {grouped(current, ',')} from {grouped(previous, ',')}."


@st.composite
def english_sums(draw: st.DrawFn) -> str:
    first, second = draw(st.integers(101, 5_000)), draw(st.integers(101, 5_000))
    return f"The depot has {grouped(first + second, ',')} cars, comprising {first:,} red cars and {second:,} blue cars."


KINDS = {
    maker.__name__: maker()
    for maker in (ratios, changes, shares, sums, differences, growths, english_ratios, english_growths, english_sums)
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_true_statement_is_never_flagged_and_mostly_verified(kind: str) -> None:
    """Many documents in one batch, for a batch of one costs as much."""
    texts: list[str] = []

    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    @given(KINDS[kind])
    def collect(text: str) -> None:
        texts.append(text)

    collect()
    readings = audited(*texts)
    flagged = {reading.document.text: alarms(reading) for reading in readings if alarms(reading)}
    assert flagged == {}
    assert sum(verified(reading) > 0 for reading in readings) >= 0.7 * len(texts)


SENTENCES = st.lists(st.one_of(*list(KINDS.values())[:6]), min_size=1, max_size=4)


@settings(usual, max_examples=20)
@given(SENTENCES)
def test_true_statements_together_are_never_flagged(sentences: list[str]) -> None:
    (reading,) = audited("\n\n".join(sentences))
    assert alarms(reading) == []


def said(reading: Reading) -> tuple[object, ...]:
    """All that a reading says, its seconds aside."""
    claims = [(c.rule, c.terms, c.binding, c.verdict, c.excess, c.note, c.bits) for c in reading.claims]
    return (
        reading.document,
        reading.language,
        reading.number_format,
        reading.figures,
        reading.indicators,
        claims,
        reading.findings,
    )


@settings(usual, max_examples=8)
@given(st.lists(SENTENCES, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_a_batch_is_its_documents_one_by_one_in_any_order(texts: list[list[str]], shuffle: object) -> None:
    given_ = [documents.read_text("\n".join(sentences), f"{n}.txt") for n, sentences in enumerate(texts)]
    alone = {d.path: said(next(audit_all([d], BOOK, Settings()))) for d in given_}
    shuffle.shuffle(given_)  # type: ignore[attr-defined]
    assert {r.document.path: said(r) for r in audit_all(given_, BOOK, Settings())} == alone


@settings(usual, max_examples=12)
@given(SENTENCES)
def test_unicode_form_does_not_matter(sentences: list[str]) -> None:
    text = "\n".join(sentences)
    one, other = audited(normalize("NFC", text), normalize("NFD", text))
    assert [f.printed for f in one.figures] == [f.printed for f in other.figures]
    assert [(c.rule, c.terms, c.verdict) for c in one.claims] == [(c.rule, c.terms, c.verdict) for c in other.claims]
    for reading in (one, other):
        check_offsets(reading)


def check_offsets(reading: Reading) -> None:
    """Offsets index the text as it came; figures stand in order and never overlap."""
    text, end = reading.document.text, 0
    for figure in reading.figures:
        assert figure.printed == text[figure.start : figure.end]
        assert end <= figure.start < figure.end
        assert figure.quantity_start <= figure.start and figure.end <= figure.quantity_end
        end = figure.end


WORDS = [
    " tăng ",
    " giảm ",
    " tỷ đồng",
    "%",
    ", trong đó ",
    "; ",
    "\n",
    "\n\n",
    " (",
    ") ",
    " gồm ",
    " so với cùng kỳ ",
]
ODD = ["\u202e", "\u200f", "\x00", "\x1b[31m", "\r\n", "\u0301", "\ufeff", "\x0c", "1" * 60, "[1]", "| 12 | 15 |"]
PIECES = st.one_of(
    st.text(max_size=12),
    st.text(alphabet="0123456789.,%/-–()+ ", max_size=20),
    st.sampled_from(WORDS),
    st.sampled_from(ODD),
)


@settings(usual, max_examples=80)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_any_text_is_read(text: str) -> None:
    (reading,) = audited(text)
    assert reading.document.error is None, reading.document.error
    check_offsets(reading)
    broken = {claim.id for claim in reading.claims if claim.verdict == "discrepant"}
    assert broken == {claim for finding in reading.findings for claim in finding.claims} & broken


@st.composite
def misprints(draw: st.DrawFn) -> tuple[str, str, str]:
    """A text whose percentage has one wrong digit, that percentage as printed, and what it should be."""
    whole = draw(st.integers(2_000, 98_765))
    part = draw(st.integers(whole // 5, whole - whole // 10))
    right = decimal(rounded(part, whole, 2), 2)
    at = draw(st.sampled_from([0, 1, 3, 4]))
    digit = draw(st.sampled_from([d for d in "123456789" if d != right[at]]))
    wrong = right[:at] + digit + right[at + 1 :]
    assume(abs(number(wrong) - number(right)) > Decimal("0.02"))
    return f"Đã xử lý {grouped(part)}/{grouped(whole)} hồ sơ, đạt {wrong}%.", f"{wrong}%", right


@settings(usual, max_examples=6)
@given(st.lists(misprints(), min_size=10, max_size=20))
def test_one_wrong_digit_of_a_long_percentage_is_found(slips: list[tuple[str, str, str]]) -> None:
    readings = audited(*(text for text, _, _ in slips))
    named = 0
    for reading, (_, wrong, right) in zip(readings, slips, strict=True):
        (finding,) = reading.findings
        assert finding.severity != "note" and wrong in finding.message
        if finding.suspect is not None:
            assert reading.figures[finding.suspect].printed == wrong
            assert finding.suggestion is not None and number(finding.suggestion) == number(right)
            named += 1
    assert named >= 0.5 * len(slips)
