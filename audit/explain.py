"""A rule as a page that a statistician can read: what it checks and why, and its examples worked out in numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from textwrap import wrap
from typing import TYPE_CHECKING

from audit.identities import INTEGER, spelled
from audit.numbers import decimal_text, parse_printed
from audit.records import Figure, Term
from audit.settle import Settled, integer, settle

if TYPE_CHECKING:
    from audit.rulebook import Example, Role, Rule

WIDTH = 88
_EXACT_BELOW = 10_000
_SCALES = {
    "nghìn": 3, "ngàn": 3, "triệu": 6, "tỷ": 9, "tỉ": 9, "thousand": 3, "million": 6, "billion": 9,
}  # fmt: skip
_SCALED = re.compile(rf"\s*({'|'.join(_SCALES)})\b", re.IGNORECASE)
_MEASURES = re.compile(r"\s*(đồng|USD|ha|tấn|tạ|km|m2|tonnes|hectares|tạ/ha)\b")
_PHRASES = {
    "en": {
        "identity": "Identity", "family": "Family", "operation": "operation", "roles": "Roles", "list": "a list",
        "readings": "Other readings", "innocent": "innocent: a note, no alarm", "slip": "a slip: it explains the error",
        "words": "Words", "examples": "Examples", "right": "right", "wrong": "wrong", "silent": "no claim",
        "columns": "Columns of a table", "group": "grouped by", "apart": "{excess} units of the last digit apart",
        "printed": "printed", "consistent": "agrees", "reread": "holds: {note}", "to": "to",
        "truncated": "holds if the last digit was cut, not rounded",
    },
    "vi": {
        "identity": "Hệ thức", "family": "Họ", "operation": "phép tính", "roles": "Vai", "list": "danh sách",
        "readings": "Cách đọc khác", "innocent": "vô hại: chỉ ghi chú", "slip": "sơ suất: giải thích chỗ sai",
        "words": "Từ ngữ", "examples": "Ví dụ", "right": "đúng", "wrong": "sai", "silent": "không xét",
        "columns": "Cột của bảng", "group": "nhóm theo", "apart": "lệch {excess} đơn vị của chữ số cuối",
        "printed": "in ra", "consistent": "khớp", "reread": "khớp: {note}", "to": "đến",
        "truncated": "khớp nếu chữ số cuối bị cắt, không làm tròn",
    },
}  # fmt: skip


def listing(rules: Iterable[Rule], language: str) -> str:
    """One line a rule: id, identity, title."""
    rows = [(rule.id, rule.identity, _in(rule.title, language)) for rule in rules]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    return "\n".join(f"{name:{widths[0]}}  {identity:{widths[1]}}  {title}" for name, identity, title in rows)


def explain(rule: Rule, language: str) -> str:
    """All that a rule's file says, in `language` (English where it is lacking)."""
    words = _PHRASES.get(language, _PHRASES["en"])
    lines = [f"{rule.id}: {_in(rule.title, language)}", "", *wrap(_in(rule.summary, language), WIDTH), ""]
    lines += [f"{words['identity']}: {rule.identity}"]
    lines += [f"{words['family']}: {rule.family}, {words['operation']}: {rule.operation}", ""]
    lines += [f"{words['roles']}:", *(_role(role, language, words) for role in rule.roles.values())]
    if rule.columns:
        columns = ", ".join(f"{role} = {column}" for role, column in rule.columns.items())
        grouped = f" ({words['group']} {rule.group})" if rule.group else ""
        lines += ["", f"{words['columns']}: {columns}{grouped}"]
    if rule.readings:
        lines += ["", f"{words['readings']}:"]
        for reading in rule.readings:
            lines += [f"  {reading.identity.text}  [{words[reading.kind]}]", f"    {_in(reading.note, language)}"]
    for spoken, classes in rule.words.items():
        lines += ["", f"{words['words']} ({spoken}):"]
        for name, held in classes.items():
            lines += wrap(f"{name}: {', '.join(held)}", WIDTH, initial_indent="  ", subsequent_indent="    ")
    lines += ["", f"{words['examples']}:"]
    for example in rule.examples:
        lines += _example(rule, example, language, words)
    return "\n".join(lines)


def figures_of(rule: Rule, example: Example) -> tuple[list[Term], list[Figure]]:
    """The terms and figures of an example as they are printed in it; a decrease is read from a minus or "giảm", of a
    member of a list from the rule's own words before it.

    This is a reading for display only, of a scale word behind a figure and little else: the engine reads text better.
    """
    mark = "," if example.language == "vi" else "."
    terms: list[Term] = []
    figures: list[Figure] = []
    down = rule.words.get(example.language, {}).get("down", ())
    falls = re.search(r"\b(giảm|fell|fall)\b", example.text) is not None
    for name, printed in example.roles.items():
        for position, text in enumerate(printed):
            figure = _figure(len(figures), text, example.text, mark, rule.roles[name].unit == "%")
            moves = rule.operation in ("change", "difference") and name in ("change", "percent", "growth", "percents")
            both = rule.operation == "bound" and ">=" in rule.identity
            lowers = rule.roles[name].many and example.text[: figure.start].rstrip().endswith(down)
            sign = -1 if figure.negative or lowers or (falls and (moves or both)) else 1
            terms.append(Term(name, figure.id, position, sign))
            figures.append(figure)
    return terms, figures


def work(rule: Rule, example: Example) -> Settled:
    """The verdict that the numbers of an example deserve."""
    return settle(rule, *figures_of(rule, example))


def _figure(number: int, printed: str, text: str, mark: str, percent: bool) -> Figure:
    read = parse_printed(printed, mark)
    if read is None:
        raise ValueError(f"{printed!r} is no number in the format of the example {text!r}")
    mantissa, decimals, negative = read
    at = text.rindex(printed) if text.count(printed) > 1 and percent else text.index(printed)
    behind = text[at + len(printed) :]
    scale_word, measured = _SCALED.match(behind), _MEASURES.match(behind)
    percent = percent or printed.endswith("%")
    exact = not (percent or decimals or scale_word or measured or mantissa >= _EXACT_BELOW)
    wide = 0 if exact else 1
    low, high = 2 * mantissa - wide, 2 * mantissa + wide
    return Figure(
        number, 0, at, at + len(printed), printed, mantissa, decimals, *((-high, -low) if negative else (low, high)),
        negative, _SCALES[scale_word[1].lower()] if scale_word else 0, "%" if percent else "",
        kind="percent" if percent else "count" if exact else "measure",
    )  # fmt: skip


def _example(rule: Rule, example: Example, language: str, words: dict[str, str]) -> Iterator[str]:
    yield from wrap(f"{words[example.verdict]}: {example.text}", WIDTH, initial_indent="  ", subsequent_indent="    ")
    if example.verdict != "silent":
        yield f"    {_arithmetic(rule, example, language, words)}"
    if example.why:
        yield from wrap(f"({example.why})", WIDTH, initial_indent="    ", subsequent_indent="    ")


def _arithmetic(rule: Rule, example: Example, language: str, words: dict[str, str]) -> str:
    """The identity with the printed numbers in it, what comes out, and what is printed."""
    terms, figures = figures_of(rule, example)
    settled = settle(rule, terms, figures)
    held = {
        name: [_shown(figures[term.figure], term.sign, example.text) for term in terms if term.role == name]
        for name in example.roles
    }
    whole = integer(rule, terms, figures)
    if whole is not None:
        held[INTEGER] = [str(whole)]
    line = spelled(re.split(r"<=|>=|=", rule.identity, maxsplit=1)[1], held)
    stated = next((_shown(figures[t.figure], 1, example.text) for t in terms if t.role == rule.stated), "100%")
    relation = {"<=": "≤", ">=": "≥"}.get(rule.formula.relation)
    if relation:
        line = f"{stated} {relation} {line}"
    elif settled.computed_low is not None and settled.computed_high is not None:
        computed = _span(settled.computed_low, settled.computed_high, settled, example, words)
        line = f"{line} = {computed}, {words['printed']} {stated}"
    return f"{line}: {_said(rule, settled, example, language, words)}"


def _said(rule: Rule, settled: Settled, example: Example, language: str, words: dict[str, str]) -> str:
    reading = rule.reading(settled.note)
    note = _in(reading.note, language) if reading else ""
    if settled.verdict != "discrepant":
        return words.get(settled.verdict, settled.verdict).format(note=note)
    excess = f"{settled.excess:.3g}"
    said = words["apart"].format(excess=excess.replace(".", ",") if example.language == "vi" else excess)
    return f"{said}; {note}" if note else said


def _shown(figure: Figure, sign: int, text: str) -> str:
    """A figure as it enters the sum: with its scale word, and a minus that only the words around it say."""
    scale_word = _SCALED.match(text, figure.end)
    printed = figure.printed + (f" {scale_word[1]}" if scale_word else "")
    return f"(-{printed})" if sign < 0 and not figure.negative else printed


def _span(low: Fraction, high: Fraction, settled: Settled, example: Example, words: dict[str, str]) -> str:
    """The computed bounds to one digit more than is stated."""
    unit = settled.unit_of_last_digit or Fraction(1)
    decimals = max(len(str(unit.denominator)) - 1, 0) + (0 if low == high and (low / unit).denominator == 1 else 1)
    ends = [_rounded(end, decimals) for end in dict.fromkeys((low, high))]
    text = f" {words['to']} ".join(dict.fromkeys(ends))
    return text.replace(".", ",") if example.language == "vi" else text


def _rounded(value: Fraction, decimals: int) -> str:
    return decimal_text(round(value * 10**decimals), decimals)


def _role(role: Role, language: str, words: dict[str, str]) -> str:
    about = [role.unit] if role.unit and role.unit != "same" else []
    about += [words["list"]] if role.many else []
    about += sorted(role.holds)
    return f"  {role.name}: {_in(role.text, language)}" + (f"  ({', '.join(about)})" if about else "")


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
