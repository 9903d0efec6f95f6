"""Units that convert into each other by a power of ten, whatever the language: their own names stand in its file."""

from __future__ import annotations

from audit import money

_POWERS: dict[str, tuple[str, int]] = {
    "‰": ("%", -1),
    "nghìn đồng": ("đồng", 3),
    "triệu đồng": ("đồng", 6),
    "tỷ đồng": ("đồng", 9),
    "tạ": ("tấn", -1),
    "yến": ("tấn", -2),
    "kg": ("tấn", -3),
    "gam": ("tấn", -6),
    "t": ("tấn", 0),
    "kt": ("tấn", 3),
    "Mt": ("tấn", 6),
    "km2": ("m2", 6),
    "ha": ("m2", 4),
    "km": ("m", 3),
    "cm": ("m", -2),
    "mm": ("m", -3),
}


def base(unit: str) -> tuple[str, int]:
    """The unit that `unit` is reckoned in, and the power of ten between them: ``ha`` is 10 ** 4 ``m2``."""
    known = _POWERS.get(unit)
    if known is not None:
        return known
    if "/" in unit:  # of "kg/người" what is measured converts, not what it is measured on
        name, _, one = unit.partition("/")
        whole, shift = base(name)
        return f"{whole}/{one}", shift
    name, star, power = unit.partition("*1e")
    return (name, int(power)) if star and power.isdecimal() else (unit, 0)


def power_between(unit: str, wanted: str) -> int:
    """The power of ten that turns a value in `unit` into `wanted`, or into the base unit where they do not convert."""
    if unit == wanted:
        return 0
    name, power = base(unit)
    if wanted:
        target, other = base(wanted)
        if target == name:
            return power - other
    return power


def is_money(unit: str) -> bool:
    """Whether a unit is a currency: đồng and what converts into it, or another that is printed before amounts."""
    return unit in money.UNITS or base(unit)[0] == "đồng"
