"""Load targets: providers and trainers with models, limits and prices, each fact with its source.

Facts are data, one file per target in ``rules/targets``; ``ftlint.targets.facts`` lists every possible fact.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

from ftlint import plugins
from ftlint.display import did_you_mean
from ftlint.errors import UsageError
from ftlint.targets.facts import CHOICES, KNOWN_FACTS

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

Status = Literal["live", "winding-down", "unsupported", "retired"]
MESSAGE_TEXTS = ("reasoning_content", "reasoning", "thinking", "refusal")
"""The fields of a message with a text that is no content."""
Struct = TypeVar("Struct", bound=msgspec.Struct)
Filled = Annotated[str, Meta(min_length=1)]


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One requirement or capability of a target, with the source that states it and the date when that was read."""

    value: Any
    source: Filled
    checked: date
    verified: bool
    note: str = ""


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A model that a target trains. ``limit`` is in tokens per example, ``price`` in USD per million trained tokens."""

    name: Filled
    limit: Annotated[int, Meta(gt=0)]
    encoding: Filled
    source: Filled
    checked: date
    verified: bool
    price: float | None = None
    aliases: tuple[str, ...] = ()
    status: Status = "live"
    retired: date | None = None
    note: str = ""


Sourced = TypeVar("Sourced", Fact, Model)


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A provider or trainer: its record shapes, facts and models.

    ``shapes`` maps each accepted shape to the schema of its records; the first is the one to convert to.
    ``status`` is winding-down if an end date is announced, unsupported if it is no longer maintained but may
    still work, and retired if it accepts no jobs any more.
    """

    name: Filled
    title: Filled
    shapes: Annotated[dict[Filled, Filled], Meta(min_length=1)]
    status: Status
    summary: Filled
    facts: dict[str, Fact]
    models: tuple[Model, ...] = ()

    @property
    def shape(self) -> str:
        """The shape that files for this target are converted to, unless their own is accepted as well."""
        return next(iter(self.shapes))

    def fact(self, name: str) -> Fact | None:
        """The fact with its source, or None if the target does not state it. Raises UsageError for an unknown name."""
        if name not in KNOWN_FACTS:
            raise UsageError(f'no fact "{name}"{did_you_mean(name, KNOWN_FACTS)}')
        return self.facts.get(name)

    def value(self, name: str) -> object | None:
        """The value of a fact, or None if the target does not state it."""
        fact = self.fact(name)
        return None if fact is None else fact.value

    def number(self, name: str) -> int | None:
        """The value of a fact that is an integer, else None."""
        value = self.value(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def text(self, name: str) -> str | None:
        """The value of a fact that is a text, else None."""
        value = self.value(name)
        return value if isinstance(value, str) else None

    def verified(self, name: str) -> bool:
        """Whether a primary source states the fact; false if the target does not state it."""
        fact = self.fact(name)
        return fact is not None and fact.verified

    def record_fields(self, required: Collection[str]) -> frozenset[str] | None:
        """The fields of a record that it reads, if it states those of a shape with these ``required`` fields."""
        names = self.value("record_fields")
        fields = frozenset(map(str, names)) if isinstance(names, list | tuple) else frozenset()
        return fields if fields.issuperset(required) else None

    def unread_fields(self, shape: str) -> frozenset[str]:
        """The fields of records of a shape that it does not read, though it does in other shapes."""
        names = self.value("unread_fields")
        pairs = (str(name).partition(".") for name in (names if isinstance(names, list) else ()))
        return frozenset(field for name, _, field in pairs if name == shape)

    @property
    def unread_texts(self) -> Sequence[str]:
        """The fields of a message with a text beside its content that are left out without a word."""
        if self.value("refusals") == "ignored":
            return ["refusal"]
        known = self.value("message_fields")
        if not isinstance(known, list) or self.value("unknown_fields") != "ignored":
            return []
        return [field for field in MESSAGE_TEXTS if field not in known]

    def epochs(self, examples: int) -> int | None:
        """The default number of epochs, or None if the target does not state it.

        Some targets choose more for very few examples, and fewer for very many.
        """
        usual = self.number("default_epochs")
        if usual is None or not examples:
            return usual
        fewest, most = self.number("default_examples_least"), self.number("default_examples_most")
        if fewest is not None and examples * usual < fewest:
            return min(self.number("default_epochs_most") or fewest, max(fewest // examples, 1))
        if most is not None and examples * usual > most:
            return max(self.number("default_epochs_least") or 1, most // examples)
        return usual

    def model(self, name: str) -> Model:
        """The model of that name, that alias, or the base of the fine-tuned model of that name."""
        found = _named(name, self.models)
        if found is not None:
            return found
        elsewhere = [other for other in target_names() if _named(name, load_target(other).models)]
        if elsewhere:
            raise UsageError(f'{self.name} trains no model "{name}"; it belongs to {" and ".join(elsewhere)}')
        raise UsageError(f'no model "{name}"{_near(name, self.models)} (ftlint target {self.name})')


@cache
def target_names() -> tuple[str, ...]:
    """The names of all targets, in alphabetical order."""
    return tuple(sorted(_files()))


@cache
def load_target(name: str) -> Target:
    """The target of that name. Raises UsageError for an unknown one, suggesting the nearest."""
    if name not in target_names():
        raise UsageError(f'no target "{name}"{did_you_mean(name, target_names())} (ftlint target --all)')
    return parse_target(name, _files()[name].read_text(encoding="utf-8"))


def find_model(name: str) -> tuple[Target | None, Model]:
    """The model of that name and the target that trains it, over all targets.

    If several targets train it, it is ambiguous: the target is None, and the model is the one that has a
    price and the lowest limit.
    """
    targets = [load_target(known) for known in target_names()]
    found = [(target, model) for target in targets if (model := _named(name, target.models))]
    if not found:
        models = [model for target in targets for model in target.models]
        raise UsageError(f'no model "{name}"{_near(name, models)} (ftlint target --all)')
    if len(found) == 1:
        return found[0]
    return None, min((model for _, model in found), key=lambda model: (model.price is None, model.limit))


def parse_target(name: str, text: str) -> Target:
    """Parse a target from a file's text. Raises UsageError that names the location and the nearest known key.

    A ``source`` is a key of the table ``[sources]``, whose value is shown to users.
    """
    import tomllib

    where = f"rules/targets/{name}.toml"
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{where}: {error}") from None
    _known_keys(table, {*Target.__struct_fields__, "sources"} - {"name"}, where)
    sources = _table(table.pop("sources", {}), f"{where}: sources")
    facts = _table(table.pop("facts", {}), f"{where}: facts")
    _known_keys(facts, KNOWN_FACTS, f"{where}: facts")
    models = table.pop("models", [])
    target = _convert({**table, "name": name, "facts": {}}, Target, where)
    return msgspec.structs.replace(
        target,
        facts={fact: _fact(fact, entry, sources, f"{where}: facts.{fact}") for fact, entry in facts.items()},
        models=tuple(
            _sourced(entry, Model, sources, f"{where}: models[{i}]") for i, entry in enumerate(models)
        ),
    )


@cache
def _files() -> "Mapping[str, Traversable]":
    """The file of each target, by its name: ftlint's own, and those in folders of plug-ins."""
    from importlib.resources import files

    found = {}
    for path in (files("ftlint.rules") / "targets").iterdir():
        if path.name.endswith(".toml"):
            found[path.name[:-5]] = path
    owners = dict.fromkeys(found, "ftlint's own")
    for offer in plugins.offered(plugins.TARGETS).values():
        loaded = offer.load()
        if not getattr(loaded, "__path__", None):
            raise UsageError(f"{offer}: that is no package with the TOML files of targets")
        for path in files(loaded).iterdir():
            name = path.name[:-5]
            if path.name.endswith(".toml"):
                if name in found:
                    raise UsageError(f"{offer}: the target {name} is taken by {owners[name]}")
                found[name], owners[name] = path, str(offer)
    return found


def _fact(name: str, entry: Any, sources: Mapping[str, str], where: str) -> Fact:
    fact = _sourced(entry, Fact, sources, where)
    choices = CHOICES.get(name)
    if choices is not None and fact.value not in choices:
        near = did_you_mean(str(fact.value), choices)
        raise UsageError(f'{where}: no value "{fact.value}"{near} ({", ".join(choices)})')
    return fact


def _sourced(entry: Any, kind: type[Sourced], sources: Mapping[str, str], where: str) -> Sourced:
    entry = _table(entry, where)
    _known_keys(entry, kind.__struct_fields__, where)
    key = entry.get("source", "")
    if key not in sources:
        raise UsageError(f'{where}: no source "{key}" in [sources]{did_you_mean(str(key), sources)}')
    return _convert({**entry, "source": sources[key]}, kind, where)


def _convert(table: dict[str, Any], kind: type[Struct], where: str) -> Struct:
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        raise UsageError(f"{where}: {error}") from None


def _table(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UsageError(f"{where}: a table is wanted here")
    return value


def _known_keys(keys: Iterable[str], known: Iterable[str], where: str) -> None:
    for key in sorted(set(keys) - set(known)):
        raise UsageError(f'{where}: unknown name "{key}"{did_you_mean(key, known)}')


def _base_name(name: str) -> str:
    """The base of a fine-tuned model's name: ``ft:gpt-4o-…:org::id``, ``curie:ft-org-…``, ``….ft-id``."""
    return re.split(r":|\.ft-", name.strip().casefold().removeprefix("ft:"), maxsplit=1)[0]


def _named(name: str, models: Iterable[Model]) -> Model | None:
    base = _base_name(name)
    return next((model for model in models if base in map(str.casefold, (model.name, *model.aliases))), None)


def _near(name: str, models: Iterable[Model]) -> str:
    known = [known for model in models for known in (model.name, *model.aliases)]
    return did_you_mean(_base_name(name), known)
