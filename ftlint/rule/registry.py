"""Load rules from the built-in folder, plug-ins and ``--rules FOLDER``, and select those that run.

--select, --ignore and --extend-select take a code, a prefix or a name.
"""

import importlib
import importlib.util
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from ftlint import plugins
from ftlint.display import did_you_mean
from ftlint.errors import UsageError
from ftlint.rule.base import Rule

ENTRY_POINTS = "ftlint.rules"
CODE = re.compile(r"[A-Z]{1,4}\d{3}")
FILE = re.compile(r"[a-z]{1,4}\d{3}_\w+\.py")
Rules = Mapping[str, type[Rule]]


def built_in_folder() -> Path:
    """The folder of the built-in rules, in a checkout or in a wheel."""
    return Path(str(importlib.import_module("ftlint.rules").__path__[0]))


def load_folder(folder: Path, package: str = "") -> Iterator[type[Rule]]:
    """Every rule of a folder, from files named like ``a001_some_fault.py``, in order of file name."""
    if not folder.is_dir():
        raise UsageError(f"--rules {folder}: no such folder")
    files = sorted(path for path in folder.iterdir() if FILE.fullmatch(path.name))
    if not files:
        raise UsageError(f"--rules {folder}: no rule file in it (they are named like a001_some_fault.py)")
    for path in files:
        yield from rules_in(_import(path, package))


def rules_in(module: ModuleType) -> Iterator[type[Rule]]:
    """The rule classes that a module defines (and does not import)."""
    classes = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Rule)
        and value.__module__ == module.__name__
        and getattr(value, "code", None)
    ]
    if not classes:
        raise UsageError(
            f"{module.__file__}: no rule in it (a class with a code, built on one of ftlint.rule)"
        )
    for rule in classes:
        _validate_class(rule, module)
        yield rule


@cache
def all_rules(extra: tuple[Path, ...] = ()) -> Mapping[str, type[Rule]]:
    """Every rule by code: built-in ones, plug-ins, then the folders of ``--rules``."""
    known: dict[str, type[Rule]] = {}
    named: dict[str, str] = {}
    for rule in _load_all(extra):
        file = sys.modules[rule.__module__].__file__
        if rule.code in known:
            raise UsageError(f"{file}: the code {rule.code} is taken by {known[rule.code].name}")
        if rule.name in named:
            raise UsageError(f"{file}: the name {rule.name} is taken by {named[rule.name]}")
        known[rule.code], named[rule.name] = rule, rule.code
    return dict(sorted(known.items()))


def find_rule(
    name: str, extra: tuple[Path, ...] = (), more: Callable[[Rules], Rules] = lambda known: known
) -> type[Rule]:
    """The rule with a code or a name; a built-in rule's code loads only its own file.

    ``more`` adds rules to the loaded ones.
    """
    if CODE.fullmatch(name.upper()) and not extra:
        for path in built_in_folder().glob(f"{name.lower()}_*.py"):
            return next(rules_in(_import(path, ENTRY_POINTS)))
    rules = more(all_rules(extra))
    for rule in rules.values():
        if name.casefold() in (rule.code.casefold(), rule.name):
            return rule
    known = [*rules, *(rule.name for rule in rules.values())]
    raise UsageError(f'no rule "{name}"{did_you_mean(name, known)} (ftlint rule --all)')


def make(rule: type[Rule], options: Mapping[str, Any], where: str) -> Rule:
    """A rule with its options. ``where`` names the file of the options, for messages."""
    known = rule.Options.__struct_fields__
    for name in options:
        if name.replace("-", "_") not in known:
            listed = f" (options: {', '.join(known)})" if known else " (it has no options)"
            raise UsageError(
                f'{where}: {rule.code} has no option "{name}"{did_you_mean(name, known)}{listed}'
            )
    if not options:
        return rule(rule.Options())
    try:
        return rule(msgspec.convert({k.replace("-", "_"): v for k, v in options.items()}, rule.Options))
    except msgspec.ValidationError as error:
        raise UsageError(f"{where}: {rule.code}: {error}") from None


def _load_all(extra: Iterable[Path]) -> Iterator[type[Rule]]:
    yield from load_folder(built_in_folder(), ENTRY_POINTS)
    for offer in plugins.offered(plugins.RULES).values():
        yield from _from_plug_in(offer)
    for folder in extra:
        yield from load_folder(folder)


def _from_plug_in(offer: plugins.Offer) -> Iterator[type[Rule]]:
    loaded = offer.load()
    if isinstance(loaded, type) and issubclass(loaded, Rule):
        yield loaded
    elif isinstance(loaded, ModuleType):
        if getattr(loaded, "__path__", None):
            yield from load_folder(Path(next(iter(loaded.__path__))), loaded.__name__)
        else:
            yield from rules_in(loaded)
    else:
        raise UsageError(f"{offer}: that is neither a rule nor a module of rules")


def _import(path: Path, package: str) -> ModuleType:
    name = f"{package}.{path.stem}" if package else f"ftlint_rules_{abs(hash(path.resolve()))}_{path.stem}"
    if name in sys.modules:
        return sys.modules[name]
    try:
        if package:
            return importlib.import_module(name)
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise UsageError(f"{path}: cannot be loaded")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    except Exception as error:
        sys.modules.pop(name, None)
        raise UsageError(_describe_error(str(path), error, path)) from error
    return module


def _describe_error(what: str, error: BaseException, path: Path | None = None) -> str:
    """A message: ``what``, the line in it that failed, and the error."""
    if isinstance(error, SyntaxError):
        return f"{error.filename or what}:{error.lineno}: {error.msg}"
    frames = traceback.extract_tb(error.__traceback__)
    own_frames = [
        frame for frame in frames if path is not None and Path(frame.filename).absolute() == path.absolute()
    ]
    place = f"{path}:{own_frames[-1].lineno}" if own_frames else what
    return f"{place}: {type(error).__name__}: {error}"


def _validate_class(rule: type[Rule], module: ModuleType) -> None:
    for attribute in ("name", "severity"):
        if not isinstance(getattr(rule, attribute, None), str):
            raise UsageError(f"{module.__file__}: the rule {rule.__name__} has no {attribute}")
    if not CODE.fullmatch(rule.code):
        raise UsageError(
            f"{module.__file__}: the code {rule.code!r} is not letters and three digits, like A001"
        )


ALL = "ALL"


def choose(
    rules: Mapping[str, type[Rule]],
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    extend: Iterable[str] = (),
) -> list[type[Rule]]:
    """The selected rules in order of code.

    Without ``select`` these are all rules that are on by default. A longer prefix takes precedence over a shorter
    one, so ``--select C --ignore C0 --select C003`` selects C003. Raises UsageError for a name of no rule.
    """
    select, ignore, extend = tuple(select), tuple(ignore), tuple(extend)
    for option, names in (("--select", select), ("--ignore", ignore), ("--extend-select", extend)):
        for name in names:
            _require_match(rules, option, name)
    return [rule for rule in rules.values() if _is_selected(rule, select, ignore, extend)]


def _is_selected(
    rule: type[Rule], select: tuple[str, ...], ignore: tuple[str, ...], extend: tuple[str, ...]
) -> bool:
    selected = max((fits(rule, name) for name in (*select, *extend)), default=-1)
    if not select and selected < 0 and not rule.opt_in:
        selected = 0
    ignored = max((fits(rule, name) for name in ignore), default=-1)
    return selected >= 0 and selected > ignored - (ignored < 0)


def fits(rule: type[Rule], name: str) -> int:
    """How specifically a selector matches the rule: the length of the prefix, -1 for no match."""
    if name.upper() == ALL:
        return 0
    if name == rule.name:
        return len(rule.code)
    return len(name) if rule.code.startswith(name.upper()) else -1


def _require_match(rules: Mapping[str, type[Rule]], option: str, name: str) -> None:
    if name.upper() == ALL or any(fits(rule, name) >= 0 for rule in rules.values()):
        return
    known = [*rules, *(rule.name for rule in rules.values())]
    raise UsageError(f'{option}: no rule "{name}"{did_you_mean(name, known)} (ftlint rule --all)')
