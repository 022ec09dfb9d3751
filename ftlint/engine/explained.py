"""Findings that are consequences of other findings: one fault is reported once.

A rule says in ``explained_by`` which rules' faults explain its own, and how near they must be. A finding stays where
the fault that explains it is less severe.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from ftlint._polars import pl
from ftlint.batch.batch import Batch
from ftlint.batch.example import Example
from ftlint.batch.tool_pairing import CALL_KEYS
from ftlint.context import RuleContext
from ftlint.engine.places import place_of
from ftlint.result import SEVERITIES, Severity
from ftlint.rule.base import Near, Rule
from ftlint.rule.errors import Failures, guarding
from ftlint.rule.frame import SchemaRule
from ftlint.rule.matched import MatchedRows
from ftlint.shapes.roles import CALLING_ROLES, RESULT_ROLES, chat_role

if TYPE_CHECKING:
    from ftlint.engine.scan import Match, RuleMatch

# The message of a path: up to its first position, or the field of the record.
MESSAGE = re.compile(r"^(.*?)((?:\[\d+\])+)")
STEP = re.compile(r'[^.\[\]"]+')
IN_TOOLS = re.compile(r"(?:^|\.)(?:tools|functions|toolConfig)(?:$|[.\[])")
# Fields beside what a message says; a wrong one explains nothing.
BESIDE = re.compile(r"\.(?:name|weight|loss|train|training|thinking|reasoning_content|reasoning)$")
# Violations of the schema that hide whose message it is: of a message, of its role, or of the list of all messages.
WHOSE = re.compile(r"(?:\.(?:role|from|tool_call_id)|\])$")
# What is inside a tool beside its name.
IN_SCHEMA = re.compile(r"\.(?:parameters|inputSchema|input_schema|description|strict|response)\b")


class ExplainingMatch(NamedTuple):
    """A match that may explain others of its record: how near they must be, its path, and if a schema rule found it."""

    near: Near
    path: str | None
    of_schema: bool


class Cause(NamedTuple):
    """What may explain findings of a rule: another rule's matches, how near, and whether it is so both ways round."""

    found: "RuleMatch"
    near: Near
    mutual: bool


def without_explained(
    batch: Batch, found: "Sequence[RuleMatch]", context: RuleContext, failures: Failures
) -> "list[RuleMatch]":
    """The matches without those that a match of another rule explains, which is as severe."""
    by_name = {one.rule.name: one for one in found}
    kept = []
    for one in found:
        causes = [
            cause for cause in _causes(one.rule, by_name) if _is_as_severe(cause, one.rule, one.severity)
        ]
        kept.append(_unexplained(batch, one, causes, context, failures) if causes else one)
    return [one for one in kept if one.found]


def explained_rows(
    batch: Batch, rule: Rule, severity: Severity, found: "Sequence[RuleMatch]", context: RuleContext
) -> set[int]:
    """The rows of the batch in which matches of these rules explain what a dataset rule finds."""
    by_name = {one.rule.name: one for one in found}
    rows: set[int] = set()
    for cause in _causes(rule, by_name):
        if _is_as_severe(cause, rule, severity):
            faults = _faults([cause], None, batch, context, {})
            rows |= {
                batch.rows[i]
                for i, places in faults.items()
                if any(_is_near(place, None, batch.example(i)) for place in places)
            }
    return rows


def _causes(rule: Rule, by_name: "Mapping[str, RuleMatch]") -> Iterator[Cause]:
    for near, names in rule.explained_by.items():
        for name in names:
            if name in by_name:
                other = by_name[name]
                mutual = any(rule.name in those for those in other.rule.explained_by.values())
                yield Cause(other, near, mutual)


def _is_as_severe(cause: Cause, rule: Rule, severity: Severity) -> bool:
    ranks = SEVERITIES.index(cause.found.severity), SEVERITIES.index(severity)
    first = cause.found.rule.code < rule.code
    return ranks[0] < ranks[1] or (ranks[0] == ranks[1] and (first or not cause.mutual))


def _faults(
    causes: Iterable[Cause], records: set[int] | None, batch: Batch, context: RuleContext, failures: Failures
) -> dict[int, list[ExplainingMatch]]:
    """The matches that may explain others, by record; of all records without ``records``."""
    faults: dict[int, list[ExplainingMatch]] = {}
    for cause in causes:
        rule = cause.found.rule
        for match in _of_records(cause.found, records):
            with guarding(rule, failures, batch, match.i):
                if rule.explains(match, context):
                    path = place_of(batch, cause.found, match, context)
                    fault = ExplainingMatch(cause.near, path, isinstance(rule, SchemaRule))
                    faults.setdefault(match.i, []).append(fault)
    return faults


def _unexplained(
    batch: Batch, one: "RuleMatch", causes: Sequence[Cause], context: RuleContext, failures: Failures
) -> "RuleMatch":
    faults = _faults(causes, _records(one), batch, context, failures)
    if not faults:
        return one
    kept = []
    for nth, match in enumerate(one.found):
        stays = match.i not in faults
        if not stays:
            with guarding(one.rule, failures, batch, match.i):
                here = place_of(batch, one, match, context)
                example = batch.example(match.i)
                stays = not any(_is_near(fault, here, example) for fault in faults[match.i])
        if stays:
            kept.append(nth)
    rows = one.found
    left = MatchedRows(rows.frame[kept]) if isinstance(rows, MatchedRows) else [rows[nth] for nth in kept]
    return structs.replace(one, found=left)


def _records(one: "RuleMatch") -> set[int]:
    if isinstance(one.found, MatchedRows):
        return set(one.found.frame["i"]) if "i" in one.found.frame.columns else set()
    return {match.i for match in one.found}


def _of_records(one: "RuleMatch", records: set[int] | None) -> "Sequence[Match]":
    if not isinstance(one.found, MatchedRows):
        return [match for match in one.found if records is None or match.i in records]
    if "i" not in one.found.frame.columns:
        return ()
    if records is None:
        return one.found
    return MatchedRows(one.found.frame.filter(pl.col("i").is_in(list(records))))


def _is_near(fault: ExplainingMatch, here: str | None, example: Example) -> bool:
    near, there, of_schema = fault
    if near == "tools":
        return there is not None and IN_TOOLS.search(there) is not None and IN_SCHEMA.search(there) is None
    if near == "message" and here is not None and there is not None and _is_within(here, there):
        return True
    if there is not None and (IN_TOOLS.search(there) or BESIDE.search(there)):
        return False
    if near in ("record", "earlier", "later"):
        if of_schema and there is not None and not _hides_speakers(there, example):
            return False
        return near == "record" or _is_in_order(near, here, there)
    if here is None or there is None:
        return False
    return _is_same(here, there) if near == "message" else _is_adjacent(near, here, there, example.record)


def _hides_speakers(path: str, example: Example) -> bool:
    """Whether a violation of the schema there leaves open who speaks: of a message, its role, or all messages."""
    if WHOSE.search(path):
        return True
    required, names = example.sighting.shape.required, example.sighting.fields
    return "[" not in path and path.partition(".")[0] in {names.get(field, field) for field in required}


def _is_in_order(near: Near, here: str | None, there: str | None) -> bool:
    """Whether ``there`` is in the message of ``here`` or on the other side of it, or in another list of messages."""
    one, other = _numbered(here or ""), _numbered(there or "")
    if one is None or other is None or one[0] != other[0]:
        return True
    return other[1] <= one[1] if near == "earlier" else other[1] >= one[1]


def _is_same(here: str, there: str) -> bool:
    """Whether both places are in one message."""
    one, other = MESSAGE.match(here), MESSAGE.match(there)
    return one is not None and other is not None and one.group() == other.group()


def _is_within(here: str, there: str) -> bool:
    """Whether the places are one, or one of them is within the other."""
    return any(
        inner.startswith(outer) and inner[len(outer) : len(outer) + 1] in ("", ".", "[")
        for inner, outer in ((here, there), (there, here))
    )


def _is_adjacent(near: Near, here: str, there: str, record: object) -> bool:
    """Whether ``there`` is in a message before or after ``here``, with nothing but calls and results between."""
    if there in here and MESSAGE.match(there) is None:
        # The list of the messages itself.
        return True
    one, other = _numbered(here), _numbered(there)
    if one is None or other is None or one[0] != other[0]:
        return False
    at, cause = one[1], other[1]
    if at == cause:
        return True
    if (near == "before") != (cause < at):
        return False
    messages = record
    for step in STEP.findall(one[0]):
        messages = _follow(messages, step)
    between = messages[min(at, cause) + 1 : max(at, cause)] if isinstance(messages, list) else []
    return all(isinstance(message, dict) and _is_of_calls(message) for message in between)


def _numbered(path: str) -> tuple[str, int] | None:
    """The list of the message of a path, and the message's position in it."""
    found = MESSAGE.match(path)
    if found is None:
        return None
    *lists, last = STEP.findall(found.group(2))
    return found.group(1) + "".join(f"[{step}]" for step in lists), int(last)


def _follow(value: object, step: str) -> object:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and step.isdigit() and int(step) < len(value):
        return value[int(step)]
    return None


def _is_of_calls(message: dict[str, object]) -> bool:
    role = message.get("role", message.get("from"))
    calls = role in CALLING_ROLES or any(message.get(key) for key in CALL_KEYS)
    return calls or chat_role(role) in RESULT_ROLES
