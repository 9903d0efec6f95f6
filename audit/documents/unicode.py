"""Unicode form: text in NFC with a way back to the offsets of the original."""

from __future__ import annotations

import re
import unicodedata
from array import array

# Digits in disguise, each one code point for one. Superscripts stay what they are: they mark notes (hence never NFKC).
_STYLED_DIGIT = re.compile("[\uff10-\uff19\U0001d7ce-\U0001d7ff]")
_PLAIN_DIGIT = {0xFF10 + n: str(n) for n in range(10)} | {0x1D7CE + n: str(n % 10) for n in range(50)}

# Sorting a run of combining marks takes quadratic time, and nobody writes thirty on one letter:
# a longer run is normalised in pieces (the limit is that of Unicode's stream-safe text).
_MARKS = 30


def normalised(text: str) -> tuple[str, array[int] | None]:
    """`text` in NFC with styled digits made plain, and its map: entry i is where character i stood in `text`.

    The map has one entry more than the result has characters (the end), so that a span (a, b) of the result comes
    from `text[map[a]:map[b]]`. None: nothing has moved.
    """
    if text.isascii():
        return text, None
    if _STYLED_DIGIT.search(text):
        text = text.translate(_PLAIN_DIGIT)
    if unicodedata.is_normalized("NFC", text):
        return text, None
    joining = "".join(sorted(character for character in set(text) if _joins(character)))
    return _composed(text, f"[{re.escape(joining)}]")


def _joins(character: str) -> bool:
    """Whether NFC may change this character, or join it to the one before (marks, Hangul vowels and finals)."""
    return character > "\u02ff" and (
        unicodedata.category(character)[0] == "M"
        or "\u1160" <= character <= "\u11ff"
        or unicodedata.normalize("NFC", character) != character
    )


def _composed(text: str, joining: str) -> tuple[str, array[int] | None]:
    pieces: list[str] = []
    offsets = array("L")
    forms: dict[str, str] = {}
    done, changed = 0, False
    for match in re.finditer(f"(?s:.){joining}{{1,{_MARKS}}}|{joining}", text):
        cluster = match.group()
        form = forms.get(cluster)
        if form is None:
            form = forms[cluster] = unicodedata.normalize("NFC", cluster)
        if form == cluster:
            continue
        changed = True
        start, end = match.span()
        pieces += text[done:start], form
        offsets.extend(range(done, start))
        offsets.append(start)
        if len(form) > 1:
            offsets.extend(min(start + step, end - 1) for step in range(1, len(form)))
        done = end
    if not changed:
        return text, None
    pieces.append(text[done:])
    offsets.extend(range(done, len(text) + 1))
    return "".join(pieces), offsets
