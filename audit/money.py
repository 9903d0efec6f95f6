"""How currencies are printed before an amount: symbols ("$", "£", "US$"), codes ("KES 12"), a letter ("P12.3 billion").

What stands behind an amount ("12 tỷ đồng", "12 million pesos") is in the language files.
"""

from __future__ import annotations

import re

SYMBOLS = {
    "$": "USD", "us$": "USD", "us dollars": "USD", "us dollar": "USD", "£": "GBP", "€": "EUR", "₹": "INR", "¥": "JPY",
    "₫": "đồng", "₱": "PHP", "₩": "KRW", "฿": "THB", "₦": "NGN", "₽": "RUB", "₺": "TRY", "₴": "UAH", "₪": "ILS",
    "a$": "A$", "au$": "A$", "c$": "C$", "ca$": "C$", "nz$": "NZ$", "s$": "S$", "b$": "B$", "hk$": "HK$", "nt$": "NT$",
    "r$": "BRL", "rm": "RM", "rs": "INR", "rs.": "INR", "ksh": "KES", "kshs": "KES", "kshs.": "KES", "ksh.": "KES",
    "tsh": "TZS", "ush": "UGX", "rp": "IDR", "rp.": "IDR", "gh¢": "GHS", "ghc": "GHS", "fcfa": "XOF", "nrs": "NPR",
    "nrs.": "NPR",
}  # fmt: skip
# ISO 4217, without those that are English or Vietnamese words (ALL, TRY, TOP, COP, PEN, MAD, LAK …)
CODES = frozenset((
    "usd", "eur", "gbp", "jpy", "cny", "rmb", "inr", "vnd", "krw", "thb", "myr", "sgd", "php", "idr", "aud", "nzd",
    "cad", "hkd", "twd", "chf", "sek", "nok", "dkk", "pln", "czk", "huf", "rub", "uah", "zar", "ngn", "kes", "ugx",
    "tzs", "ghs", "etb", "egp", "aed", "sar", "qar", "kwd", "bhd", "omr", "ils", "pkr", "bdt", "lkr", "npr", "mmk",
    "khr", "brl", "mxn", "ars", "clp", "rwf", "zmw", "bwp", "mur", "dzd", "kzt", "uzs", "xof", "xaf",
))  # fmt: skip
_OWN = {"vnd": "đồng", "aud": "A$", "cad": "C$", "sgd": "S$", "hkd": "HK$", "nzd": "NZ$", "myr": "RM", "rmb": "CNY"}
_SPELT = sorted((*SYMBOLS, *CODES), key=len, reverse=True)
_BEFORE = re.compile("(" + "|".join((r"\b" if s[0].isalpha() else "") + re.escape(s) for s in _SPELT) + r")\s?$")
_ENDS = frozenset(spelt[-2:] for spelt in _SPELT)
# pesos, naira, rand, taka, shillings: too short to be money unless the amount prints its scale, too
_LETTERS, _SYLLABLES = ("P", "N", "R"), ("Tk", "Sh")
_SHORT = re.compile(rf"(?:^|[\s(])([{''.join(_LETTERS)}]|(?:{'|'.join(_SYLLABLES)})[. ]{{0,2}})$")
UNITS = frozenset((*SYMBOLS.values(), *_OWN.values(), *(code.upper() for code in CODES), *_LETTERS, *_SYLLABLES)) - {
    "đồng"
}
LONGEST = max(map(len, _SPELT)) + 1


def before(text: str) -> tuple[str, int] | None:
    """The currency that the lower-case text before an amount ends with, and where it begins; None for no currency.

    >>> before("worth us$"), before("about kes "), before("was 12 ")
    (('USD', 6), ('KES', 6), None)
    """
    ending = text.rstrip()[-2:]
    if ending not in _ENDS and ending[-1:] not in _ENDS:
        return None
    found = _BEFORE.search(text)
    if found is None:
        return None
    spelt = found[1]
    return SYMBOLS.get(spelt) or _OWN.get(spelt) or spelt.upper(), found.start()


def short(text: str) -> str:
    """The currency's letter that the text before an amount ends with ("P12.3 billion"); empty for none.

    >>> short("worth P"), short("in sector R "), short("at Tk ")
    ('P', '', 'Tk')
    """
    found = _SHORT.search(text)
    return found[1].rstrip(" .") if found else ""
