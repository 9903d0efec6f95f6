"""From bytes to text: which encoding a file is in, and what to tell the reader when it had to be guessed."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_SIGNATURES = {
    b"%PDF": "a PDF file",
    b"PK\x03\x04": "a zip archive or an Office file (.docx, .xlsx)",
    b"\xd0\xcf\x11\xe0": "an old Office file (.doc, .xls)",
    b"{\\rtf": "an RTF file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file",
    b"7z\xbc\xaf": "a compressed file",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
}
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The legacy Vietnamese fonts' encoding; capitals with tones do not exist in it.
_TCVN3 = {code: chr(code) for code in (*range(128), 0xA0)} | {
    first + step: letter
    for first, letters in (
        (0xA1, "ĂÂÊÔƠƯĐăâêôơưđ"),
        (0xB5, "àảãáạ"),
        (0xBB, "ằẳẵắ"),
        (0xC6, "ặầẩẫấậè"),
        (0xCE, "ẻẽéẹềểễếệìỉ"),
        (0xDC, "ĩíịò"),
        (0xE1, "ỏõóọồổỗốộờởỡớợù"),
        (0xF1, "ủũúụừửữứựỳỷỹýỵ"),
    )
    for step, letter in enumerate(letters)
}
# Common words that a wrong table spoils.
_COMMON = frozenset(
    ("và", "của", "là", "các", "được", "đạt", "năm", "tháng", "người", "tỷ", "đồng", "triệu", "số", "với", "tăng", "xã")
)
_WORD = re.compile(r"[^\W\d_]+")
_CONTROLS = bytes((*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F))
_SAMPLE = 1 << 16


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, what was guessed to get it, or why there is none."""

    text: str = ""
    warnings: tuple[str, ...] = ()
    error: str | None = None


def decode(data: bytes) -> Decoded:
    """The text of a file's bytes, a byte-order mark dropped and nothing else changed."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _wide(data[len(mark) :], name)
    for signature, what in _SIGNATURES.items():
        if data.startswith(signature):
            return Decoded(error=f"this is {what}, not text: save it as .txt in UTF-8")
    guess = _wide_without_mark(data[:_SAMPLE])
    if guess:
        return _wide(data, guess)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Decoded(error=_RUBBISH) if _is_binary(data) else _legacy(data)
    return Decoded(error=_RUBBISH) if _is_binary(data) else Decoded(text)


_RUBBISH = "this is not text but binary data: save the report as .txt in UTF-8"


def _is_binary(data: bytes) -> bool:
    """Whether more than one byte in twenty, and not just a few, is a control character that no text needs."""
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls * 20 > max(len(sample), 160)


def _wide_without_mark(sample: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of most characters is zero, on one side only."""
    if len(sample) < 8 or b"\x00" not in sample:
        return None
    pairs = len(sample) // 2
    even, odd = sample[0 : pairs * 2 : 2].count(0), sample[1::2].count(0)
    if odd > 0.3 * pairs and even < 0.05 * pairs:
        return "utf-16-le"
    if even > 0.3 * pairs and odd < 0.05 * pairs:
        return "utf-16-be"
    return None


def _wide(data: bytes, name: str) -> Decoded:
    text = data.decode(name, "replace")
    said = f"not UTF-8: read as {name[:6].upper()}"
    broken = text.count("\ufffd")
    if broken * 20 > len(text):
        return Decoded(error=f"it looks like {name[:6].upper()} but is not: save it as .txt in UTF-8")
    return Decoded(text, (said,) if not broken else (said, f"{broken} characters could not be read and show as \ufffd"))


def _legacy(data: bytes) -> Decoded:
    """Neither UTF-8 nor UTF-16: UTF-8 with a few bad bytes, or the encoding under which most words are Vietnamese."""
    text = data.decode("utf-8-sig", "replace")
    broken = text.count("\ufffd")
    if broken * 10 < len(text.encode("utf-8", "replace")) - len(text):
        return Decoded(text, (f"not clean UTF-8: {broken} characters could not be read and show as \ufffd",))
    best, name = max((_share(data[:_SAMPLE], name), name) for name in ("windows-1252", "windows-1258", "TCVN3"))
    if best == 0:
        name = "windows-1252"
    return Decoded(_under(data, name), (f"not UTF-8: read as {name}; if words look wrong, save the file as UTF-8",))


def _share(data: bytes, name: str) -> int:
    import unicodedata

    text = unicodedata.normalize("NFC", _under(data, name)[: _SAMPLE // 4]).lower()
    return sum(word in _COMMON for word in _WORD.findall(text))


def _under(data: bytes, name: str) -> str:
    if name == "TCVN3":
        return codecs.charmap_decode(data, "replace", _TCVN3)[0]
    return data.decode(name, "replace")
