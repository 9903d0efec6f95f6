"""Which place a figure takes in a ranking that the text puts into words: "nhiều nhất là xã A (590), tiếp theo là …".

Only what ranks the figure behind it counts: "590 hộ, cao nhất huyện; xã B 410 hộ" says nothing of xã B. So a
superlative needs a word that names its holder, or a parenthesis, in its own clause; and who comes next has to be
somebody: "mức thấp nhất là 220 cm, tiếp theo là 210 cm" ranks nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from audit.figures import Extract
from audit.statements import Statement
from audit.tokens import BIT, CUE, MARK, NUMBER, Scan

LAST, NEXT, LEAD = -1, -2, -3

_TOP, _BOTTOM, _LEAD, _NEXT, _SECOND, _THIRD, _PLACE, _NAMES = (
    BIT[c] for c in ("top", "bottom", "lead", "next", "second", "third", "place", "names")
)
_FIRSTS = _TOP | _BOTTOM | _LEAD
_JOINS = BIT["and"] | BIT["to"] | BIT["versus"]
_RANKS = _FIRSTS | _NEXT | _SECOND | _THIRD | _PLACE
_OPEN, _COMMA, _COLON = map(ord, "(,:")
_ENDS = frozenset(map(ord, ";.!?"))
_FAR = 120  # how far before a superlative its subject may stand


def read(rows: Sequence[Statement], scan: Scan, extract: Extract) -> None:
    """Write the rank of each figure that the words before it rank, and whether its ranking is a new one."""
    said: set[str] = set()
    for k, row in enumerate(rows):
        if not (row.cues | row.far) & _RANKS:
            continue
        after = extract.token[k - 1] if k else -1
        t = _ranking(scan, after, extract.token[k])
        if t < 0:
            continue
        row.rank = _rank(scan, t)
        if row.rank in (1, LAST, LEAD):
            end = extract.figures[k - 1].quantity_end if k else 0
            breaks = (u for u in range(t - 1, after, -1) if scan.kinds[u] == MARK or scan.bits[u] & _JOINS)
            subject = scan.low[max(end, scan.ends[next(breaks, 0)]) : scan.starts[t]].split()
            thing = _thing(scan, t)
            row.anew = not said.issuperset((*subject, *thing))
            said = {*scan.low[max(end, scan.starts[t] - _FAR) : scan.starts[t]].split(), *thing}


def _thing(scan: Scan, t: int) -> list[str]:
    """What a superlative is said of, if that stands behind it: "the lowest rent was"."""
    named = scan.kinds[t + 1] == CUE and scan.bits[t + 1] & _NAMES
    return scan.low[scan.ends[t] : scan.starts[t + 1]].split() if named else []


def _ranking(scan: Scan, after: int, at: int) -> int:
    """The token between two figures that ranks the second, looked for backwards from it; -1 for none."""
    named = held = False
    for t in range(at - 1, after, -1):
        bits, kind = scan.bits[t], scan.kinds[t]
        held = held or bool(scan.low[scan.ends[t] : scan.starts[t + 1]].strip(" \n-–"))
        if kind == MARK:
            if bits in _ENDS:
                return -1
            if bits == _COMMA:
                named = False
            elif bits in (_COLON, _OPEN):
                named = True
        elif kind == CUE:
            named = named or bool(bits & (_NAMES | _NEXT))
            if bits & _RANKS:
                return t if named and (held or bits & (_TOP | _BOTTOM)) else -1
    return -1


def _rank(scan: Scan, t: int) -> int:
    bits = scan.bits[t]
    if bits & _FIRSTS:
        return 1 if bits & _TOP else LAST if bits & _BOTTOM else LEAD
    if not bits & _PLACE:
        return NEXT if bits & _NEXT else 2 if bits & _SECOND else 3
    number = scan.low[scan.starts[t + 1] : scan.ends[t + 1]] if scan.kinds[t + 1] == NUMBER else ""
    return int(number) if number.isdecimal() and len(number) < 4 else 0
