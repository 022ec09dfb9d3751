"""Who a file is for: providers and trainers, their models, limits and prices, each fact with its source.

The facts are data, one file a target in ``rules/targets``. A fact that a rule asks for, or a file states,
must be in :data:`KNOWN_FACTS`, so that a misspelt name is an error and never silently nothing.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

from ftlint.errors import UsageError
from ftlint.nearest import did_you_mean

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

Status = Literal["live", "winding-down", "retired"]
Struct = TypeVar("Struct", bound=msgspec.Struct)
Filled = Annotated[str, Meta(min_length=1)]

KNOWN_FACTS: dict[str, str] = {
    "containers": "File formats that can be uploaded.",
    "record_fields": "Fields of a record that the target knows.",
    "message_fields": "Fields of a message that the target knows.",
    "unknown_fields": "What happens to other fields: rejected, ignored or unsure.",
    "roles": "Roles that a message may have.",
    "system_role": "The role that carries instructions.",
    "trained_roles": "Roles whose messages are learnt.",
    "first_role": "Roles that may speak first, after a system message.",
    "last_role": "The role that must speak last.",
    "repeat_roles": "Two messages of one role in a row: allowed, rejected or unsure.",
    "late_system": "A system message that is not first, or a second one: allowed, rejected or unsure.",
    "weights": "Values that a message's weight may have.",
    "weighted_roles": "Roles whose messages may have a weight.",
    "name_pattern": "Regular expression for a message's name.",
    "arguments": "How a call gives its arguments: text (a JSON string), object or either.",
    "tool_content": "What a tool message may hold: text (a string only) or parts.",
    "call_id_pattern": "Regular expression for the id of a tool call.",
    "function_name_pattern": "Regular expression for the name of a function.",
    "legacy_functions": "functions and function_call instead of tools: allowed, deprecated or rejected.",
    "max_tools": "Most tools that a record may declare.",
    "special_tokens": "Texts that may not stand in a record because a tokenizer reserves them.",
    "reserved_words": "Words that may not stand in a record, in whatever case.",
    "bom": "A byte order mark: rejected or optional.",
    "min_examples": "Fewest examples that a job takes.",
    "few_examples": "Below this many examples little is learnt.",
    "good_examples": "From this many examples on a generation can be expected to work.",
    "max_examples": "Most examples that a job takes.",
    "examples_per_class": "Fewest examples of each class that are advised.",
    "max_work": "Most examples times epochs that a job takes.",
    "max_token_work": "Most tokens times epochs that a job takes.",
    "max_validation_examples": "Most validation examples.",
    "max_validation_share": "Largest validation file, as a share of the training file.",
    "max_validation_bytes": "Largest validation file, in bytes.",
    "file_bytes": "Largest file, in bytes.",
    "upload_bytes": "Largest file sent in parts, in bytes.",
    "tokens": "Tokens of one example that are trained on, unless a model says otherwise.",
    "over_length": "An example with more tokens is: cut, dropped or rejected.",
    "encoding": "The vocabulary that tokens are counted with, unless a model says otherwise.",
    "message_tokens": "Tokens that each message costs beside its text.",
    "name_tokens": "Tokens that a message's name costs beside its text.",
    "reply_tokens": "Tokens that each example costs beside its messages.",
    "default_epochs": "Epochs that are trained when none are asked for.",
    "default_epochs_least": "Fewest epochs chosen by default, when there are very many examples.",
    "default_epochs_most": "Most epochs chosen by default, when there are very few examples.",
    "default_examples_least": "Default epochs rise until examples times epochs reach this.",
    "default_examples_most": "Default epochs fall until examples times epochs are below this.",
    "max_epochs": "Most epochs that can be asked for.",
    "suffix_characters": "Most characters of the name given to a trained model.",
    "images_per_example": "Most images in one example.",
    "image_bytes": "Largest image, in bytes.",
    "image_types": "Image formats that are read.",
    "image_roles": "Roles whose messages may hold images.",
    "image_sources": "How an image may be given: http, https, data, s3, gs.",
    "image_details": "Values that an image's detail may have.",
    "image_low_tokens": "Tokens that an image of low detail costs.",
    "max_image_examples": "Most examples with images.",
    "empty_prompt": "An empty prompt: allowed or rejected.",
    "leading_space": "Whether a completion should start with a space.",
    "separator": "The text that is advised for the end of every prompt.",
    "separators": "Texts tried in turn as the end of every prompt; the last one always serves.",
    "stops": "Texts tried in turn as the end of every completion; the last one always serves.",
    "long_characters": "Characters of prompt and completion together above which an example is probably too long.",
    "wind_down_announced": "The day the end was announced.",
    "closed_to_newcomers": "From this day only organisations that trained before can start jobs.",
    "closed_to_idle": "From this day only organisations that still use their trained models can start jobs.",
    "no_new_jobs": "From this day nobody can start a job.",
    "retired": "The day the last model was shut down.",
}
"""Every fact a target may state: its name and what it means."""

CHOICES: dict[str, tuple[str, ...]] = {
    "unknown_fields": ("rejected", "ignored", "unsure"),
    "repeat_roles": ("allowed", "rejected", "unsure"),
    "late_system": ("allowed", "rejected", "unsure"),
    "arguments": ("text", "object", "either"),
    "tool_content": ("text", "parts"),
    "legacy_functions": ("allowed", "deprecated", "rejected"),
    "bom": ("rejected", "optional"),
    "over_length": ("cut", "dropped", "rejected"),
    "empty_prompt": ("allowed", "rejected"),
}
"""Facts that are one of a few words."""


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing a target demands or offers, with the source that says so and the day that was read."""

    value: Any
    source: Filled
    checked: date
    verified: bool
    note: str = ""


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A model that a target trains. ``limit`` is in tokens an example, ``price`` in USD a million trained tokens."""

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
    """A provider or trainer: the shape and schema of its records, its facts and its models."""

    name: Filled
    title: Filled
    shape: Filled
    schema: Filled
    status: Status
    summary: Filled
    facts: dict[str, Fact]
    models: tuple[Model, ...] = ()

    def fact(self, name: str) -> Fact | None:
        """The fact with its source, or None where the target says nothing. Raises UsageError for an unknown name."""
        if name not in KNOWN_FACTS:
            raise UsageError(f'no fact "{name}"{did_you_mean(name, KNOWN_FACTS)}')
        return self.facts.get(name)

    def value(self, name: str) -> object | None:
        """The value of a fact, or None where the target says nothing."""
        fact = self.fact(name)
        return None if fact is None else fact.value

    def number(self, name: str) -> int | None:
        """The value of a fact that is a whole number, else None."""
        value = self.value(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def text(self, name: str) -> str | None:
        """The value of a fact that is a text, else None."""
        value = self.value(name)
        return value if isinstance(value, str) else None

    def verified(self, name: str) -> bool:
        """Whether a primary source states the fact; false where the target says nothing."""
        fact = self.fact(name)
        return fact is not None and fact.verified

    def model(self, name: str) -> Model:
        """The model of that name, an alias of it or a fine-tuned model made from it."""
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
    return tuple(sorted(entry.name[:-5] for entry in _folder().iterdir() if entry.name.endswith(".toml")))


@cache
def load_target(name: str) -> Target:
    """The target of that name. Raises UsageError for an unknown one, naming the nearest."""
    if name not in target_names():
        raise UsageError(f'no target "{name}"{did_you_mean(name, target_names())} (ftlint target --all)')
    return parse_target(name, (_folder() / f"{name}.toml").read_text(encoding="utf-8"))


def find_model(name: str) -> tuple[Target | None, Model]:
    """The model of that name and the target that trains it, over all targets.

    Where several targets train it, none is meant: the target is None, and the model is the one that has a
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
    """The target that a file's text describes. Raises UsageError that names the place and the nearest known key.

    A ``source`` is a key of the table ``[sources]``, whose value is what readers see.
    """
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


def _folder() -> "Traversable":
    from importlib.resources import files

    return files("ftlint.rules") / "targets"


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
    """The model that a fine-tuned one was made from: ``ft:gpt-4o-…:org::id``, ``curie:ft-org-…``, ``….ft-id``."""
    return re.split(r":|\.ft-", name.strip().casefold().removeprefix("ft:"), maxsplit=1)[0]


def _named(name: str, models: Iterable[Model]) -> Model | None:
    base = _base_name(name)
    return next((model for model in models if base in map(str.casefold, (model.name, *model.aliases))), None)


def _near(name: str, models: Iterable[Model]) -> str:
    known = [known for model in models for known in (model.name, *model.aliases)]
    return did_you_mean(_base_name(name), known)
