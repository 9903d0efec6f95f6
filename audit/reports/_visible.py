"""Text from a document made safe for a terminal, cell by cell, so that what stands under it can be aligned."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Sequence

from wcwidth import wcswidth

_CONTEXTS = tuple(round(400 * 0.85**step) for step in range(22))


def cells(text: str) -> list[tuple[int, str, int]]:
    """One triple a visible character: its offset, how it is shown, how many columns it takes.

    Combining marks join their letter; line ends and odd spaces become spaces; what would steer the terminal or hide
    (controls, escapes, direction marks) is spelt out.
    """
    out: list[tuple[int, str, int]] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        if text[start] == "\r" and text[end : end + 1] == "\n":
            end += 1
        shown = _shown(text[start:end])
        out.append((start, shown, max(wcswidth(shown), 0)))
        start = end
    return out


def visible(text: str, width: int | None = None) -> str:
    """The text in one line, safe to print; cut with an ellipsis where it is wider than `width`."""
    if text.isascii() and text.isprintable():
        shown = text
        if width is None or len(shown) <= width:
            return shown
    row = cells(text)
    if width is None or sum(columns for _, _, columns in row) <= width:
        return "".join(shown for _, shown, _ in row)
    kept, used = [], 0
    for _, shown, columns in row:
        if used + columns > width - 1:
            break
        kept.append(shown)
        used += columns
    return "".join(kept) + "…"


def visible_end(text: str, width: int) -> str:
    """The same, cut at its beginning: of a long path the end matters."""
    shown = visible(text)
    while wcswidth(shown) > width:
        shown = "…" + shown[2:]
    return shown


def quote(text: str, marks: Sequence[tuple[int, int, str]], width: int) -> list[str]:
    """A passage cut around its marked spans, with the marks underneath: pairs of lines, each at most `width` columns.

    `marks` are (start, end, sign) in order of start. Context shrinks until all spans fit in one row; where they
    cannot, they are laid out in several.
    """
    row = cells(text)
    signs, spans = _marked(row, marks)
    for context in _CONTEXTS:
        pieces = _pieces(row, signs, spans, context)
        line, under = _laid_out(pieces, len(row))
        if wcswidth(line) <= width:
            return [line, under]
    return _wrapped(_pieces(row, signs, spans, width // 3), len(row), width)


Piece = list[tuple[int, str, int, str]]


def _shown(cluster: str) -> str:
    first = cluster[0]
    if first in "\n\r\u2028\u2029\x0b\x0c\x85":
        return " "
    category = unicodedata.category(first)
    if category == "Zs":
        return " "
    if category[0] == "C" or category.startswith("M") or wcswidth(cluster) < 0:
        return cluster.encode("unicode_escape").decode("ascii")
    return unicodedata.normalize("NFC", cluster)


def _marked(
    row: list[tuple[int, str, int]], marks: Sequence[tuple[int, int, str]]
) -> tuple[list[str], list[tuple[int, int]]]:
    """The sign that stands under each cell, and of each mark the first cell and one past the last."""
    offsets = [offset for offset, _, _ in row]
    signs = [""] * len(row)
    spans: list[tuple[int, int]] = []
    for start, end, sign in marks:
        first, past = bisect_left(offsets, start), bisect_left(offsets, end)
        if first < past:
            signs[first:past] = [sign] * (past - first)
            spans.append((first, past))
    return signs, spans


def _pieces(
    row: list[tuple[int, str, int]], signs: list[str], marked: Sequence[tuple[int, int]], context: int
) -> list[Piece]:
    """The passages around the marks, with the sign that stands under each cell; passages that touch are one."""
    spans: list[list[int]] = []
    for first, past in marked:
        low, high = _at_word(row, first - context, -1), _at_word(row, past + context, 1)
        if spans and low <= spans[-1][1] + 3:
            spans[-1][1] = max(spans[-1][1], high)
        else:
            spans.append([low, high])
    return [[(i, row[i][1], row[i][2], signs[i]) for i in range(low, high)] for low, high in spans]


def _at_word(row: list[tuple[int, str, int]], index: int, step: int) -> int:
    """The nearest word boundary towards the marks, so that no word is cut; gives up after a dozen letters."""
    if index <= 0 or index >= len(row):
        return min(max(index, 0), len(row))
    for back in range(12):
        at = index - step * back
        if 0 < at < len(row) and row[at if step > 0 else at - 1][1] == " ":
            return at
    return index


def _laid_out(pieces: list[Piece], length: int) -> tuple[str, str]:
    line, under = "", ""
    for number, piece in enumerate(pieces):
        if number == 0 and piece and piece[0][0] > 0:
            line, under = "… ", "  "
        elif number:
            line, under = line + " … ", under + "   "
        for _, shown, columns, sign in piece:
            line += shown
            under += (sign or " ") * columns
    if pieces and pieces[-1] and pieces[-1][-1][0] < length - 1:
        line += " …"
    return line, under.rstrip()


def _wrapped(pieces: list[Piece], length: int, width: int) -> list[str]:
    """One row a passage, broken at spaces where a passage alone is wider than the screen."""
    lines: list[str] = []
    for piece in pieces:
        row: Piece = []
        used = 0
        for cell in piece:
            if used + cell[2] > width - 4:
                row, over = _broken(row)
                lines += _row(row, length)
                row, used = over, sum(columns for _, _, columns, _ in over)
            row.append(cell)
            used += cell[2]
        lines += _row(row, length)
    return lines


def _row(row: Piece, length: int) -> list[str]:
    """A row with its marks; one without any is not worth a line."""
    return [*_laid_out([row], length)] if any(sign for *_, sign in row) else []


def _broken(row: Piece) -> tuple[Piece, Piece]:
    """A row cut at its last space, if that is not too far back."""
    for back in range(1, min(24, len(row))):
        if row[-back][1] == " " and not row[-back][3]:
            return row[:-back], row[len(row) - back + 1 :]
    return row, []
