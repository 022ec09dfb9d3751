"""Numbers as people read them: amounts, shares, money."""

MANY = 1_000_000


def amount(number: float) -> str:
    """``4,306``, ``8.42 M``, ``1,204 M``; a fraction only of small numbers: ``3.1``."""
    if number >= MANY:
        millions = number / MANY
        return f"{millions:,.{2 if millions < 9.995 else 1 if millions < 99.95 else 0}f} M"
    if number < 10 and number != int(number):
        return f"{number:.1f}"
    return f"{number:,.0f}"


def share(part: int, whole: int) -> str:
    """``6.7 %``; what is there is never nothing, and what lacks any is never all."""
    if not whole:
        return "0 %"
    percent = part / whole * 100
    if 0 < percent < 0.05:
        return "< 0.1 %"
    if 99.95 <= percent < 100:
        return "> 99.9 %"
    return f"{percent:.1f} %"


def percent(part: float) -> str:
    """``6.7 %`` for 0.067."""
    return f"{part * 100:.1f} %"


def money(dollars: float) -> str:
    """``$126.20``."""
    return "< $0.01" if 0 < dollars < 0.005 else f"${dollars:,.2f}"
