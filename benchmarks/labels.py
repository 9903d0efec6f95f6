"""The labelled corpus: NAME.txt beside NAME.json, and the exact arithmetic behind the labels.

This shares no code with `audit`, so that a bug there cannot hide itself here.
"""

from __future__ import annotations

import ast
import itertools
import json
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

Span = tuple[int, int]
Interval = tuple[Fraction, Fraction]

OTHER_FORMAT = {"vi": "en", "en": "vi"}
_NAME = re.compile(r"\{(\w+)\}")
_OPERATORS: dict[type, Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_FUNCTIONS: dict[str, Callable[..., Fraction]] = {"abs": abs, "min": min, "max": max}
_DECORATION = re.compile(r"[\s\u00a0\u202f%‰$€£₹]|US|RM")


@dataclass(frozen=True)
class LabelledFigure:
    """A figure as labelled. `kind`: ``#`` exact, ``>`` ``<`` ``~`` hedged, ``@`` in the other number format."""

    span: Span
    printed: str
    kind: str

    @property
    def plain(self) -> bool:
        return self.kind.strip("@") in ("", "#")


@dataclass(frozen=True)
class Relation:
    """What the text claims: ``{id} = expression over {id}s``, and whether it holds."""

    family: str
    expression: str
    figures: Mapping[str, LabelledFigure]
    verdict: str
    confidence: float

    @property
    def spans(self) -> list[Span]:
        return [figure.span for figure in self.figures.values()]

    @property
    def wrong(self) -> bool:
        return self.verdict == "discrepant"

    @property
    def sure(self) -> bool:
        return self.confidence >= 0.8


@dataclass(frozen=True)
class Trap:
    """Figures that look related and are not."""

    looks_like: str
    spans: list[Span]
    why: str


@dataclass(frozen=True)
class Labelled:
    """One document with its labels."""

    path: Path
    text: str
    number_format: str
    relations: list[Relation]
    traps: list[Trap]

    def format_of(self, figure: LabelledFigure) -> str:
        return OTHER_FORMAT[self.number_format] if "@" in figure.kind else self.number_format


def load(folder: Path, only: str = "") -> list[Labelled]:
    """Every labelled document of a folder whose name begins with `only`, by name."""
    return [_read(path) for path in sorted(folder.glob(f"{only}*.json"))]


def _read(path: Path) -> Labelled:
    data = json.loads(path.read_text(encoding="utf-8"))
    text = path.with_suffix(".txt")
    with text.open(encoding="utf-8-sig", newline="") as file:  # offsets count the file as it stands
        content = file.read()
    relations = [
        Relation(
            family=relation["family"],
            expression=relation["expression"],
            figures={
                name: LabelledFigure((figure["span"][0], figure["span"][1]), figure["printed"], figure["kind"])
                for name, figure in relation["figures"].items()
            },
            verdict=relation["verdict"],
            confidence=relation["confidence"],
        )
        for relation in data["relations"]
    ]
    traps = [
        Trap(trap["looks_like"], [(a, b) for a, b in trap["figures"]], trap["why"]) for trap in data.get("traps", [])
    ]
    return Labelled(text, content, data["number_format"], relations, traps)


def parse(printed: str, number_format: str) -> tuple[Fraction, int, int]:
    """A printed number: its value, its last digit's power of ten, and the power of its last digit that is not 0."""
    body = _DECORATION.sub("", printed)
    negative = body[:1] in tuple("-−–(")
    body = body.strip("-−–+()")
    mark, thousands = (",", ".") if number_format == "vi" else (".", ",")
    if "." in body and "," in body:
        mark, thousands = (".", ",") if body.rfind(".") > body.rfind(",") else (",", ".")
    elif body.count(".") > 1 or body.count(",") > 1:
        mark, thousands = (",", ".") if body.count(".") > 1 else (".", ",")
    elif thousands in body and not re.fullmatch(rf"(?!0)\d{{0,3}}\{thousands}\d{{3}}", body):
        mark, thousands = thousands, mark
    whole, _, fraction = body.replace(thousands, "").partition(mark)
    digits = whole + fraction
    value = Fraction(int(digits), 10 ** len(fraction))
    zeros = len(digits) - len(digits.rstrip("0")) if digits.strip("0") else 0
    return (-value if negative else value), -len(fraction), zeros - len(fraction)


def interval(figure: LabelledFigure, printed: str, number_format: str) -> Interval:
    """The values that the figure may stand for, were it printed as `printed`."""
    value, last, coarse = parse(printed, number_format)
    unit, leaning = Fraction(10) ** last, Fraction(10) ** coarse
    if "#" in figure.kind:
        return value, value
    if ">" in figure.kind:
        return value, value + leaning
    if "<" in figure.kind:
        return value - leaning, value
    half = (leaning if "~" in figure.kind else unit) / 2
    return value - half, value + half


def verdict(relation: Relation, document: Labelled, printed: Mapping[str, str] | None = None) -> str:
    """`consistent`, `truncated` or `discrepant`, with `printed` in place of some of the figures.

    Raises ArithmeticError or ValueError where the relation cannot be computed.
    """
    read = {name: (printed or {}).get(name, figure.printed) for name, figure in relation.figures.items()}
    intervals = {
        name: interval(figure, read[name], document.format_of(figure)) for name, figure in relation.figures.items()
    }
    left, right = (_Expression(side) for side in relation.expression.split(" = ", 1))
    (low, high), (computed_low, computed_high) = left.bounds(intervals), right.bounds(intervals)
    if low <= computed_high and high >= computed_low:
        return "consistent"
    alone = left.name
    if alone and not relation.figures[alone].kind.strip("@"):
        value, last, _ = parse(read[alone], document.format_of(relation.figures[alone]))
        unit = Fraction(10) ** last
        cut = (value, value + unit) if value >= 0 else (value - unit, value)
        if cut[0] <= computed_high and cut[1] > computed_low:
            return "truncated"
    return "discrepant"


class _Expression:
    """Arithmetic over ``{names}``: + - * /, abs, min and max."""

    def __init__(self, source: str) -> None:
        self.tree = ast.parse(_NAME.sub(r"_\1", source.strip()), mode="eval").body
        self.used = list(dict.fromkeys(_NAME.findall(source)))
        self.name = self.used[0] if isinstance(self.tree, ast.Name) else ""

    def bounds(self, intervals: Mapping[str, Interval]) -> Interval:
        """Least and greatest value over the corners; with many figures, one figure at a time."""
        if len(self.used) <= 12:
            values = [self.value(dict(zip(self.used, corner, strict=True))) for corner in self._corners(intervals)]
            return min(values), max(values)
        middle = {name: (intervals[name][0] + intervals[name][1]) / 2 for name in self.used}
        low = high = base = self.value(middle)
        for name in self.used:
            moves = [self.value({**middle, name: end}) - base for end in intervals[name]]
            low, high = low + min(moves), high + max(moves)
        return low, high

    def _corners(self, intervals: Mapping[str, Interval]) -> Iterator[tuple[Fraction, ...]]:
        return itertools.product(*(sorted(set(intervals[name])) for name in self.used))

    def value(self, names: Mapping[str, Fraction]) -> Fraction:
        return _value(self.tree, names)


def _value(node: ast.expr, names: Mapping[str, Fraction]) -> Fraction:
    match node:
        case ast.Constant(value=int() | float() as number):
            return Fraction(str(number))
        case ast.Name(id=name):
            return names[name[1:]]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, names)
        case ast.BinOp(left=left, op=sign, right=right):
            return _OPERATORS[type(sign)](_value(left, names), _value(right, names))
        case ast.Call(func=ast.Name(id=function), args=arguments):
            return _FUNCTIONS[function](*(_value(argument, names) for argument in arguments))
    raise ValueError(f"cannot compute {ast.unparse(node)}")
