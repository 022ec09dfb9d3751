"""Which rules run: --select, --ignore and --extend-select, by code, prefix or name."""

from collections.abc import Iterable, Mapping

from ftlint.errors import UsageError
from ftlint.nearest import did_you_mean
from ftlint.rule import Rule

ALL = "ALL"


def choose(
    rules: Mapping[str, type[Rule]],
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    extend: Iterable[str] = (),
) -> list[type[Rule]]:
    """The chosen rules in order of code.

    Without ``select`` these are all that are on by default. A longer prefix beats a shorter one, so
    ``--select C --ignore C0 --select C003`` keeps C003. Raises UsageError for what names no rule.
    """
    select, ignore, extend = tuple(select), tuple(ignore), tuple(extend)
    for option, names in (("--select", select), ("--ignore", ignore), ("--extend-select", extend)):
        for name in names:
            _check(rules, option, name)
    return [rule for rule in rules.values() if _chosen(rule, select, ignore, extend)]


def _chosen(
    rule: type[Rule], select: tuple[str, ...], ignore: tuple[str, ...], extend: tuple[str, ...]
) -> bool:
    wanted = max((fits(rule, name) for name in (*select, *extend)), default=-1)
    if not select and wanted < 0 and not rule.opt_in:
        wanted = 0
    unwanted = max((fits(rule, name) for name in ignore), default=-1)
    return wanted >= 0 and wanted > unwanted - (unwanted < 0)


def fits(rule: type[Rule], name: str) -> int:
    """How closely a selector names the rule: the length of the prefix, -1 for not at all."""
    if name.upper() == ALL:
        return 0
    if name == rule.name:
        return len(rule.code)
    return len(name) if rule.code.startswith(name.upper()) else -1


def _check(rules: Mapping[str, type[Rule]], option: str, name: str) -> None:
    if name.upper() == ALL or any(fits(rule, name) >= 0 for rule in rules.values()):
        return
    known = [*rules, *(rule.name for rule in rules.values())]
    raise UsageError(f'{option}: no rule "{name}"{did_you_mean(name, known)} (ftlint rule --all)')
