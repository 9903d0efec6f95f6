"""Identities as a rule file writes them (``percent = 100 * part / whole``), compiled to exact interval arithmetic."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from audit import intervals
from audit.intervals import Interval

Value = Interval | Sequence[Interval]
Values = Mapping[str, Value]
Evaluate = Callable[[Values], "Interval | None"]

_NAME = re.compile(r"[^\W\d]\w*")
_PIECE = re.compile(
    rf"\bsum\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)|{_NAME.pattern}"
)  # parentheses two deep in a sum
_RELATIONS = ("<=", ">=", "=")
_HOW = "write it as in 'percent = 100 * part / whole', 'whole = sum(parts)' or 'part <= whole'"

INTEGER = "integer"  # in an identity: some whole number that is not printed


class IdentityError(ValueError):
    """An identity that cannot be read; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Identity:
    """One side stated, the other computed. `stated` is a role, or None where a constant stands there.

    `loose` names the roles that occur so often that their bounds are wider than they need be; `tree` is the computed
    side, for those who evaluate whole columns, and `once` says that no role in it occurs twice. With an `integer`, a
    whole number that is not printed, the computed side is the attainable value that lies nearest to the stated one.
    """

    text: str
    relation: str
    stated: str | None
    constant: Interval | None
    roles: tuple[str, ...]
    loose: tuple[str, ...]
    evaluate: Evaluate
    tree: ast.expr
    once: bool
    integer: Callable[[Values], int | None] | None = None


def parse(text: str, lists: frozenset[str] = frozenset()) -> Identity:
    """Compile an identity; `lists` are the roles that hold many figures, which only ``sum`` takes.

    What stands in ``sum`` is computed for each member, of several lists member by member, and then added up.
    """
    for relation in _RELATIONS:
        left, found, right = text.partition(relation)
        if found:
            break
    else:
        raise IdentityError(f"{text!r} has no '=', '<=' or '>='; {_HOW}")
    head, tree = _tree(left, text), _tree(right, text)
    constant = _number(head) if isinstance(head, (ast.Constant, ast.UnaryOp)) else None
    if constant is None and not isinstance(head, ast.Name):
        raise IdentityError(f"{left.strip()!r} is neither a role nor a number; {_HOW}")
    stated = head.id if isinstance(head, ast.Name) else None
    if stated in lists:
        raise IdentityError(f"{stated!r} is a list and cannot be stated; {_HOW}")
    evaluate = _compile(tree, lists)
    found_names = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id != "sum"]
    names = [node.id for node in sorted(found_names, key=lambda node: node.col_offset)]
    free = names.count(INTEGER)
    names = [name for name in names if name != INTEGER]
    if stated in names:
        raise IdentityError(f"{stated!r} stands on both sides of {text!r}; solve the identity for it")
    repeated = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    loose = tuple(name for name in repeated if name in lists or max(_degrees(tree, name)) > 1)
    tight = [name for name in repeated if name not in loose]
    if tight:
        evaluate = _at_corners(evaluate, tight)
    roles = tuple(dict.fromkeys(([stated] if stated else []) + names))
    integer = None
    if free:
        if stated is None or relation != "=" or _degrees(tree, INTEGER) != (1, 0):
            raise IdentityError(f"{text!r}: write {INTEGER} once, as in 'percent = 100 * {INTEGER} / base'")
        integer = _nearest(evaluate, stated)
        evaluate = _at_integer(evaluate, integer)
    return Identity(text, relation, stated, constant, roles, loose, evaluate, tree, not repeated, integer)


def spelled(expression: str, held: Mapping[str, Sequence[str]]) -> str:
    """An expression with texts in the place of its roles; what stands in ``sum`` is written once for each member.

    >>> spelled("total / sum(parts / 2)", {"total": ["9"], "parts": ["8", "10"]})
    '9 / (8 / 2 + 10 / 2)'
    """
    expression = expression.strip()

    def piece(found: re.Match[str]) -> str:
        each = found[1]
        if each is None:
            return held[found[0]][0] if found[0] in held else found[0]
        names = [name for name in _NAME.findall(each) if name in held]
        members = zip(*(held[name] for name in names), strict=False)
        texts = (dict(zip(names, member, strict=True)) for member in members)
        said = " + ".join(_NAME.sub(lambda name, of=of: of.get(name[0], name[0]), each) for of in texts)
        return said if found[0] == expression else f"({said})"

    return _PIECE.sub(piece, expression)


def _tree(text: str, whole: str) -> ast.expr:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        raise IdentityError(f"{whole!r} cannot be read; {_HOW}") from problem


def _number(node: ast.expr) -> Interval | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _number(node.operand)
        return None if inner is None else intervals.neg(inner)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return intervals.point(*Decimal(repr(node.value)).as_integer_ratio())
    return None


def _compile(node: ast.expr, lists: frozenset[str]) -> Evaluate:
    constant = _number(node)
    if constant is not None:
        return lambda values: constant
    if isinstance(node, ast.Name) and node.id not in lists:
        return _role(node.id)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return _negated(_compile(node.operand, lists))
    if isinstance(node, ast.BinOp):
        return _binary(node, lists)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sum" and not node.keywords:
        held = {name.id for name in ast.walk(node) if isinstance(name, ast.Name) and name is not node.func}
        if len(node.args) == 1 and held and held <= lists:
            return _summed(node.args[0], tuple(sorted(held)))
        raise IdentityError(
            "sum takes roles that are lists and no others, as in 'whole = sum(parts)' with 'list = true'"
        )
    if isinstance(node, ast.Name):
        raise IdentityError(f"{node.id!r} is a list; write sum({node.id})")
    raise IdentityError(f"{ast.unparse(node)!r} is not allowed; use + - * /, numbers, roles and sum(list)")


def _role(name: str) -> Evaluate:
    def evaluate(values: Values) -> Interval | None:
        value = values[name]
        return value if isinstance(value, Interval) else None

    return evaluate


def _summed(node: ast.expr, names: tuple[str, ...]) -> Evaluate:
    """The sum of an expression over lists, member by member; lists of different lengths have none."""
    each = _compile(node, frozenset())
    plain = isinstance(node, ast.Name)

    def evaluate(values: Values) -> Interval | None:
        lists = [value for value in map(values.__getitem__, names) if not isinstance(value, Interval)]
        if len(lists) < len(names) or len(set(map(len, lists))) != 1:
            return None
        if plain:
            return intervals.total(lists[0])
        members = [each(dict(zip(names, held, strict=True))) for held in zip(*lists, strict=True)]
        known = [member for member in members if member is not None]
        return intervals.total(known) if len(known) == len(members) else None

    return evaluate


def _negated(inner: Evaluate) -> Evaluate:
    def evaluate(values: Values) -> Interval | None:
        value = inner(values)
        return None if value is None else intervals.neg(value)

    return evaluate


_OPERATIONS: dict[type[ast.operator], Callable[[Interval, Interval], Interval | None]] = {
    ast.Add: intervals.add,
    ast.Sub: intervals.sub,
    ast.Mult: intervals.mul,
    ast.Div: intervals.div,
}


def _binary(node: ast.BinOp, lists: frozenset[str]) -> Evaluate:
    operation = _OPERATIONS.get(type(node.op))
    if operation is None:
        raise IdentityError(f"{ast.unparse(node)!r} is not allowed; use + - * /, numbers, roles and sum(list)")
    apply, left, right = operation, _compile(node.left, lists), _compile(node.right, lists)

    def evaluate(values: Values) -> Interval | None:
        a = left(values)
        b = right(values)
        return None if a is None or b is None else apply(a, b)

    return evaluate


def _degrees(node: ast.expr, role: str) -> tuple[int, int]:
    """The degrees of numerator and denominator in one role; at most 1 and 1 means monotone between its poles."""
    if isinstance(node, ast.Name):
        return int(node.id == role), 0
    if isinstance(node, ast.UnaryOp):
        return _degrees(node.operand, role)
    if not isinstance(node, ast.BinOp):
        return 0, 0
    (a, b), (c, d) = _degrees(node.left, role), _degrees(node.right, role)
    if isinstance(node.op, ast.Mult):
        return a + c, b + d
    if isinstance(node.op, ast.Div):
        return a + d, b + c
    return max(a + d, c + b), b + d


def _at_corners(evaluate: Evaluate, repeated: Sequence[str]) -> Evaluate:
    def tight(values: Values) -> Interval | None:
        box = [value for value in (values[name] for name in repeated) if isinstance(value, Interval)]

        def at(corner: Sequence[Interval]) -> Interval | None:
            return evaluate({**values, **dict(zip(repeated, corner, strict=True))})

        return intervals.corners(at, box)

    return tight


def _nearest(evaluate: Evaluate, stated: str) -> Callable[[Values], int | None]:
    """The whole number whose value is stated or, where none is, comes nearest; None where an input is not exact."""

    def nearest(values: Values) -> int | None:
        goal = values[stated]
        start, next_one = (evaluate({**values, INTEGER: intervals.point(n)}) for n in (0, 1))
        if not isinstance(goal, Interval) or start is None or next_one is None:
            return None
        (offset, end), (following, far) = start[:2], next_one[:2]
        step = intervals.ratio_add(following, intervals.ratio_neg(offset))
        if not step[0] or intervals.less(offset, end) or intervals.less(following, far):
            return None
        top = intervals.ratio_add(goal.high if step[0] > 0 else goal.low, intervals.ratio_neg(offset))
        last = top[0] * step[1] // (top[1] * step[0])  # the last whole number before the far end of what is stated
        gaps = [_gap(evaluate, values, n, goal) for n in (last, last + 1)]
        return last + intervals.less(gaps[1], gaps[0])

    return nearest


def _gap(evaluate: Evaluate, values: Values, number: int, goal: Interval) -> intervals.Ratio:
    value = evaluate({**values, INTEGER: intervals.point(number)})
    return intervals.distance(goal, value) if value is not None else intervals.ZERO


def _at_integer(evaluate: Evaluate, integer: Callable[[Values], int | None]) -> Evaluate:
    def at(values: Values) -> Interval | None:
        number = integer(values)
        return None if number is None else evaluate({**values, INTEGER: intervals.point(number)})

    return at
