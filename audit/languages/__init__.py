"""The languages that reports are written in: one TOML file each, found by its place.

A `Language` is what the token room needs of such a file, compiled: one pattern for cue words, one for what follows
a number (scale, unit, noun), and the classes that each word belongs to.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import groupby
from operator import itemgetter
from os.path import commonprefix
from typing import Any

# Both placements of a tone mark are in use ("thủy", "thuỷ"); each cue is matched in either.
_TONES = "\u0300\u0309\u0303\u0301\u0323"
_GLIDES = (
    ("oà oả oã oá oạ", "òa ỏa õa óa ọa"),
    ("oè oẻ oẽ oé oẹ", "òe ỏe õe óe ọe"),
    ("uỳ uỷ uỹ uý uỵ", "ùy ủy ũy úy ụy"),
)
_TWINS = {new: old for olds, news in _GLIDES for old, new in zip(olds.split(), news.split(), strict=True)}
_SPELLINGS = [*_TWINS.items(), ("tỷ", "tỉ"), ("quý", "quí"), ("kỳ", "kì"), ("ngàn", "nghìn")]
_VARIES = re.compile("|".join(part for pair in _SPELLINGS for part in pair))

_PLURAL = r"(?:[^\S\n]{1,3}(%s))?[^\S\n]{1,3}((?:[^\W\d_]+[ -]){0,2}?[^\W\d_]{2,}%s)(?![^\W_])"
_RANK_BEHIND = r"(?:st|nd|rd|th)?(?:\s?/\s?|\s%s\s)([0-9]{1,3})(?![0-9/%%]|[.,][0-9])"
LETTER_AFTER = r"(?![^\W\d_])"
PLAIN = 5  # words without a Vietnamese letter from which on a text is not taken for Vietnamese


class LanguageError(ValueError):
    """A language file that cannot be used: it names the file and what to write instead."""


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language, ready for scanning. Patterns are for lower-case NFC text."""

    id: str
    decimal_mark: str
    telling: frozenset[str]
    letters: frozenset[str]
    scales: Mapping[str, int]
    units: Mapping[str, str]
    percents: Mapping[str, str]
    short_points: frozenset[str]  # units that stand for percentage points in a list of them
    nouns: frozenset[str]
    classifiers: frozenset[str]
    endings: tuple[str, ...]  # what a word ends with that counts things
    plural: re.Pattern[str]  # words behind a number of which the last has the ending of things that are counted
    not_counted: frozenset[str]  # words that have that ending and count nothing
    numbers: Mapping[str, int]
    stop: frozenset[str]  # words that name nothing
    no_noun: frozenset[str]  # words behind a number that are no nouns
    year_before: re.Pattern[str]
    range_between: re.Pattern[str]
    moves_before: re.Pattern[str]  # what stands before "24 to 31" where that is no range
    periods: tuple[str, ...]  # patterns, each with the group of its kind
    ordinals: Mapping[str, int]  # the numbers of months and quarters, in letters
    within: re.Pattern[str]  # what ends between a figure and the period behind it
    cues: Mapping[str, frozenset[str]]
    counted_word: str  # a number in letters, before a word; whether it is counted is asked of `noun`
    cue_pattern: str
    scale: re.Pattern[str]
    unit: re.Pattern[str]
    noun: re.Pattern[str]
    rank_before: re.Pattern[str]  # what stands before a rank, "xếp thứ 38/63"
    rank_behind: re.Pattern[str]  # and what behind it: "/63", "th of the 63"
    steps: frozenset[str]  # what a move in a ranking is counted in
    not_before: re.Pattern[str]
    weak_before: re.Pattern[str]
    not_after: re.Pattern[str]
    hedge_before: re.Pattern[str]
    hedges: Mapping[str, str]
    last_words: frozenset[
        str
    ]  # the last words of all that the *_before patterns match: asked first, because it is cheap

    def named(self, words: Iterable[str]) -> frozenset[str]:
        """The words that name something, each without the ending of its plural."""
        kept = frozenset(words) - self.stop
        return frozenset(map(self._singular, kept)) if self.endings else kept

    def _singular(self, word: str) -> str:
        for ending in self.endings:
            if len(word) > len(ending) + 3 and word.endswith(ending) and word not in self.not_counted:
                return word[: -len(ending)]
        return word

    def links(self, word: str) -> bool:
        """Whether a word says how figures go together and names nothing: "of", "trên"."""
        return word in self.cues or word in self.hedges or word in self.no_noun

    def may_end(self, before: str) -> bool:
        """Whether the last word before a number is worth a closer look: a *_before pattern may end with it."""
        word = before.rstrip(" .:\n\u00a0").rpartition(" ")[2]
        return word in self.last_words or not word.isalpha()


def spellings(word: str) -> set[str]:
    """The ways one word is written: either placement of its tone mark, and its spelling twins."""
    word = unicodedata.normalize("NFC", word)
    forms = {word}
    if _VARIES.search(word) is None:
        return forms
    for a, b in _SPELLINGS:
        there = {form.replace(a, b) for form in forms if a in form}
        back = {form.replace(b, a) for form in forms if b in form}
        forms |= there | back
    return forms


def trie(words: Iterable[str]) -> str:
    r"""A pattern that matches the longest of the words, without trying them one by one.

    >>> trie(["tăng", "tăng thêm", "giảm"])
    '(?:giảm|tăng(?:\\s+thêm)?)'
    """
    return _branch(sorted(set(words)))


def _branch(words: Sequence[str]) -> str:
    """A pattern of the endings that are left of sorted words, once what they begin with has matched."""
    options = []
    for _, group in groupby(filter(None, words), key=itemgetter(0)):
        alike = list(group)
        shared = commonprefix((alike[0], alike[-1]))  # noqa: RUF071 - of words, and letter by letter
        begun = re.escape(shared).replace(r"\ ", r"\s+")
        options.append(begun + _branch([word[len(shared) :] for word in alike]))
    if not options:
        return ""
    if len(options) == 1 and words[0]:
        return options[0]
    return "(?:" + "|".join(options) + (")" if words[0] else ")?")


@cache
def available() -> tuple[str, ...]:
    """The ids of the languages that have a file here, Vietnamese first."""
    names = (entry.name for entry in resources.files(__name__).iterdir())
    return tuple(sorted((n[:-5] for n in names if n.endswith(".toml")), key=lambda n: (n != "vi", n)))


@cache
def raw(language: str) -> Mapping[str, Any]:
    """The language's file as it stands."""
    if language not in available():
        raise LanguageError(f"no language {language!r}: there are {', '.join(available())}")
    return tomllib.loads(resources.files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8"))


def load(language: str, words: Mapping[str, Iterable[str]] | None = None) -> Language:
    """The language with the words of a rule set added: `words` maps a cue class to words."""
    kept = _kept.get((language, id(words)))
    if kept is not None and kept[0] is words:
        return kept[1]
    found = _load(language, tuple(sorted((name, tuple(sorted(some))) for name, some in (words or {}).items())))
    _kept[language, id(words)] = words, found
    return found


_kept: dict[tuple[str, int], tuple[Mapping[str, Iterable[str]] | None, Language]] = {}


@cache
def _load(language: str, words: tuple[tuple[str, tuple[str, ...]], ...]) -> Language:
    file = raw(language)
    classes: dict[str, set[str]] = {}
    for name, some in [*file["cues"].items(), *words]:
        for word in some:
            for form in spellings(word.lower()):
                classes.setdefault(form, set()).add(name)
    hedges = _forms({word: kind for kind in ("above", "below", "about") for word in file["hedges"][kind]})
    not_hedges = _all_forms(file["hedges"]["none"])
    not_hedges |= {form for form in classes if " " in form and form.split()[-1] in hedges}
    units = _forms({spelling: unit for unit, some in file["units"].items() for spelling in some})
    scales = _forms({word: int(power) for power, some in file["scales"].items() for word in some})
    percents = _forms({word: sign for sign, some in file["percent"].items() for word in some})
    points = {form: "điểm %" for word in file["points"]["words"] for form in spellings(word)}
    nouns = frozenset(form for word in file["nouns"]["count"] for form in spellings(word))
    excluded, periods, ranks = file["not_quantity"], file.get("periods", {}), file.get("ranks", {})
    asked = [*hedges, *not_hedges, *_all_forms([*excluded["before"], *excluded["weak"], *ranks.get("before", ())])]
    return Language(
        id=file["id"],
        decimal_mark=file["decimal_mark"],
        telling=frozenset(file["telling"]),
        letters=frozenset(file["letters"]),
        scales=scales,
        units=units | percents | points,
        percents=percents,
        short_points=frozenset(units.get(word, word) for word in file["points"]["short"]),
        nouns=nouns,
        classifiers=frozenset(file["nouns"]["classifiers"]),
        endings=tuple(file["nouns"].get("endings", ())),
        plural=re.compile(
            _PLURAL % (_either(file["nouns"].get("partitive", ())), _either(file["nouns"].get("endings", ())))
        ),
        not_counted=frozenset(file["nouns"].get("other", ())),
        numbers=file["words"]["numbers"],
        stop=frozenset(file["words"].get("stop", ())),
        no_noun=frozenset(file["words"].get("no_noun", ())),
        year_before=re.compile(_either(file["words"].get("year", ())) + r"\s{1,2}$"),
        range_between=re.compile(r"\s{0,2}[-–—]\s{0,2}|\s" + _either(file["words"].get("range", ())) + r"\s"),
        moves_before=re.compile(r"\b" + _either(file["words"].get("moves", ())) + r"\s{1,2}$"),
        periods=tuple(periods.get("patterns", ())),
        ordinals=periods.get("numbers", {}),
        within=re.compile(r"\b" + _either(periods.get("within", ())) + " $"),
        cues={form: frozenset(some) for form, some in classes.items()},
        counted_word=_counted(file["words"]),
        cue_pattern=trie(classes) + LETTER_AFTER,
        scale=re.compile(r"(?:\s{0,3}|-)(" + trie(scales) + r")" + LETTER_AFTER),
        unit=re.compile(r"(?:\s{0,3}|-)(" + trie([*units, *percents, *points]) + r")(?![^\W_])"),
        noun=re.compile(r"(?:[^\S\n]{1,3}|\n)(" + trie(nouns) + r")" + LETTER_AFTER),
        rank_before=_ending(ranks.get("before", ())),
        rank_behind=re.compile(_RANK_BEHIND % _either(ranks.get("of", ()))),
        steps=frozenset(ranks.get("steps", ())),
        not_before=_ending(excluded["before"]),
        weak_before=_ending(excluded["weak"], r"[\s.]"),
        not_after=re.compile(r"\s{0,2}" + _either(excluded["after"]) + r"(?![^\W_])"),
        hedge_before=re.compile(r"(?:\b(" + trie([*hedges, *not_hedges]) + r")\s{1,3})$"),
        hedges=hedges | dict.fromkeys(not_hedges, ""),
        last_words=frozenset(word.split()[-1].strip(".:") for word in asked),
    )


def _counted(words: Mapping[str, Any]) -> str:
    """A number in letters before a word; one that may be none only in a move: "giảm một vụ"."""
    forms = trie(set(words["numbers"]) - set(words["ambiguous"]))
    moves = [f"(?<={re.escape(form)}\\s)" for word in words.get("moved_by", ()) for form in spellings(word)]
    if moves:
        forms = rf"(?:{forms}|(?:{'|'.join(moves)}){trie(set(words['numbers']) & set(words['ambiguous']))})"
    return forms + r"(?=\s[^\W\d_])"


def _either(words: Iterable[str]) -> str:
    """A pattern of the words; without any, one that never matches."""
    forms = _all_forms(words)
    return f"(?:{trie(forms)})" if forms else "(?!)"


def _all_forms(words: Iterable[str]) -> set[str]:
    return {form for word in words for form in spellings(word)}


def _forms(words: Mapping[str, Any]) -> dict[str, Any]:
    return {form: value for word, value in words.items() for form in spellings(word)}


def _ending(words: Iterable[str], between: str = r"[\s.:]") -> re.Pattern[str]:
    """Matches one of the words at the end of what stands before a number (searched backwards from a short window)."""
    return re.compile(r"(?:^|(?<=[\W\d_]))" + _either(words) + between + r"{0,3}$")


def detect(text: str) -> str:
    """The language of a text, by its telling words; Vietnamese letters decide first."""
    sample = unicodedata.normalize("NFC", text[:20000]).lower()
    vietnamese = 0
    for letter in "đưạăộếảấầẩậắằặẹẻềểễệịọỏốồổớờợụủứừửựơ":  # the commonest first: a few of them decide
        vietnamese += sample.count(letter)
        if vietnamese * 200 > len(sample):
            return "vi"
    found = set(re.findall(r"[^\W\d_]+", sample))
    counts = {name: sum(word in found for word in raw(name)["telling"]) for name in available()}
    plain = not vietnamese and sum(len(word) > 2 for word in found) >= PLAIN
    return max(counts, key=lambda name: (counts[name], (name == "vi") != plain))
