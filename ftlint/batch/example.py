"""One example for fixes and record rules: read and edit its texts, messages and tools by location.

Also the rewrite of legacy tools (``functions``, ``function_call`` and the role ``function``) in the current form.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from ftlint.batch.messages import signature
from ftlint.batch.records import BROKEN, bare_objects, unknown_fields
from ftlint.batch.tool_pairing import ToolCalls, ToolResult, fresh_ids, pair_calls
from ftlint.context import RuleContext
from ftlint.path import Steps, format_path
from ftlint.schema.likely_field import likely_field
from ftlint.shapes.detect import DetectedShape
from ftlint.shapes.shape import CannotHold, Message, NoBetterAnswer, Record, follow


class Location(NamedTuple):
    """A location in a record: the index of a message, a field, and the index of a part in it (-1: none)."""

    at: int
    field: str = "content"
    part: int | None = None


class Example(Struct):
    """A record with its detected shape. Fixes change ``record`` in place; ``drop`` excludes it from the output."""

    record: Record
    sighting: DetectedShape
    row: int
    line: int
    dropped: bool = False

    def drop(self) -> None:
        """Exclude this example from the output."""
        self.dropped = True

    @property
    def shape(self) -> str:
        """The name of the record's shape."""
        return self.sighting.shape.name

    def messages(self) -> list[Message]:
        """The messages in the chat form. Only for the chat shape are they objects of the record itself."""
        view: object = self.sighting.shape.view(self.record, self.sighting.fields)
        # Another rule reports a value that is not a list of messages.
        return view if isinstance(view, list) else []

    def roles(self) -> str:
        """The roles of the messages, one letter each, as in the frame ``examples``."""
        return signature(self.messages())

    def path_to(self, location: Location) -> Steps:
        """The path of a location into the record."""
        return self.sighting.shape.steps(self.record, self.sighting.fields, *location)

    def path(self, location: Location) -> str:
        """The path of a location as a string, as in findings."""
        return format_path(self.path_to(location))

    def get(self, steps: Steps) -> Any:
        """The value at a path of the record, or None."""
        return follow(self.record, steps)

    def set(self, steps: Steps, value: Any) -> None:
        """Set the value at a path whose parent exists."""
        parent = self.get(steps[:-1])
        if isinstance(parent, dict | list):
            parent[steps[-1]] = value  # type: ignore[index]

    def rename(self, names: Mapping[str, str]) -> None:
        """Rename fields of the record (old to new names); the order of the fields stays."""
        renamed = {names.get(key, key): value for key, value in self.record.items()}
        self.record.clear()
        self.record.update(renamed)

    def resolve_pointer(self, pointer: str) -> Steps:
        """The path of a JSON pointer (RFC 6901) in this record."""
        steps: Steps = ()
        for token in pointer.split("/")[1:]:
            in_list = isinstance(self.get(steps), list)
            steps = (*steps, int(token) if in_list else token.replace("~1", "/").replace("~0", "~"))
        return steps

    def remove_unknown_fields(self, context: RuleContext) -> None:
        """Remove every field that the schema has no place for, but for those that are part of the example."""
        for pointer in unknown_fields(self.record, self.sighting, context):
            *parents, key = self.resolve_pointer(pointer)
            holder = self.get(tuple(parents))
            if isinstance(holder, dict):
                holder.pop(key, None)

    def bare_objects(self, pointers: Sequence[str]) -> frozenset[str]:
        """The JSON pointers of the objects within the record that have no other fields than these."""
        return bare_objects(self.record, pointers)

    def likely_field(self, steps: Steps, missing: str) -> str | None:
        """The key of the object at a path that probably is its missing field, under another name."""
        return likely_field(self.get(steps), missing)

    def text(self, location: Location) -> str | None:
        """The text at a location, or None where there is none."""
        return self.sighting.shape.text(self.record, self.sighting.fields, *location)

    def set_text(self, location: Location, text: str) -> None:
        """Write a changed text back to its location."""
        self.sighting.shape.put(self.record, self.sighting.fields, *location, text)

    def remove(self, at: int) -> None:
        """Remove a message from the record."""
        self.sighting.shape.remove(self.record, self.sighting.fields, at)

    def says_which_is_better(self) -> bool:
        """Whether the record says which of its answers is better, where its shape has a field for that."""
        try:
            self.sighting.shape.read(self.record, self.sighting.fields)
        except NoBetterAnswer:
            return False
        except (CannotHold, *BROKEN):
            # Other rules report what cannot be read.
            return True
        return True

    def tools(self) -> list[Any]:
        """The declared tools in the chat form, in order."""
        return self.sighting.shape.tools(self.record, self.sighting.fields)

    def tool_steps(self, nth: int) -> Steps:
        """The path of the nth declared tool, or of all tools where they are JSON text."""
        return self.sighting.shape.tool_steps(self.record, self.sighting.fields, nth)

    def tool_path(self, nth: int, field: str = "") -> str:
        """The tool's path as a string; of one ``field`` of the tool if the file has it in the chat form."""
        steps = self.tool_steps(nth)
        tool = self.get(steps)
        for step in ("function", field) if field else ():
            if isinstance(tool, dict) and step in tool:
                steps, tool = (*steps, step), tool[step]
        return format_path(steps)

    def tool_calls(self) -> ToolCalls:
        """The tool calls of the record and their results, paired by the rules of its shape."""
        shape, names = self.sighting.shape, self.sighting.fields
        rejected: object = shape.rejected_view(self.record, names) if shape.is_preference else []
        rejected = rejected if isinstance(rejected, list) else []
        answer = shape.answer_size(self.record, names) if rejected else 0
        return pair_calls(self.messages(), rejected, answer, by_ids=shape.call_ids)

    def rename_calls(self, places: Collection[tuple[int, int]], pattern: str | None) -> None:
        """Give the calls at these locations (at, part) new unique ids, and their results the same ids.

        ``pattern`` is the target's pattern for ids. Calls stay unchanged where no id form of ftlint matches it.
        """
        conversation = self.tool_calls()
        taken = {call.id for call in conversation.calls if isinstance(call.id, str)}
        taken |= {
            i for result in conversation.results if isinstance(i := result.message.get("tool_call_id"), str)
        }
        ids = fresh_ids(taken, pattern)
        for call in conversation.calls:
            if (call.at, call.part) in places and (new := next(ids, None)) is not None:
                self.set_text(Location(call.at, "call_id", call.part), new)
                for at, part in call.results:
                    self.set_text(Location(at, "tool_call_id", part), new)


class Legacy:
    """The legacy tool fields of a record: ``functions``, calls and results."""

    def __init__(self, example: Example) -> None:
        self.example = example
        names = example.sighting.fields
        self.key = names.get("functions", "functions")
        self.tools_key = names.get("tools", "tools")
        declares = "functions" in example.sighting.shape.tool_fields
        self.functions = (example.record.get(self.key) if declares else None) or None
        conversation = example.tool_calls()
        self.calls = [call for call in conversation.calls if call.part < 0]
        self.results = [result for result in conversation.results if result.role == "function"]
        called = {call.at for call in self.calls}
        self.misplaced = [
            at
            for at, message in enumerate(example.messages())
            if at not in called
            and isinstance(message, dict)
            and isinstance(message.get("function_call"), dict)
        ]
        """Messages whose call is invalid for their role, such as a result that calls."""

    def words(self) -> str:
        """A description with counts, for messages."""
        counts = ((len(self.calls) + len(self.misplaced), "function_call"), (len(self.results), "result"))
        phrases = ["functions"] if self.functions else []
        phrases += [f"{n} {what}{'s' if n > 1 else ''}" for n, what in counts if n]
        return " and ".join([", ".join(phrases[:-1]), phrases[-1]] if len(phrases) > 1 else phrases)

    def path(self) -> str:
        """The path of the first legacy field."""
        if self.functions:
            return self.key
        places: list[tuple[int, str, int | None]] = [(call.at, "call", -1) for call in self.calls]
        places += [(at, "call", -1) for at in self.misplaced]
        places += [(result.at, "role", None) for result in self.results]
        at, field, part = min(places, default=(0, "role", None), key=lambda place: place[0])
        return self.example.path(Location(at, field, part))

    def is_whole(self) -> bool:
        """Whether all of it can be rewritten in the current form."""
        messages = [(call.at, call.message) for call in self.calls]
        messages += [(result.at, result.message) for result in self.results]
        return (
            bool(self.functions or self.calls or self.results)
            and not self.misplaced
            and self._has_functions_in_order()
            and all(self._is_own(at, message) for at, message in messages)
            and not any(call.message.get("tool_calls") for call in self.calls)
            and all(self._has_its_call(result) for result in self.results)
        )

    def rewrite(self, pattern: str | None) -> None:
        """Rewrite all of it in the current form, with ids that match the pattern."""
        conversation = self.example.tool_calls()
        taken = [call.id for call in conversation.calls] + [
            r.message.get("tool_call_id") for r in conversation.results
        ]
        fresh = fresh_ids({name for name in taken if isinstance(name, str)}, pattern)
        ids = {id(call.message): next(fresh, "call") for call in self.calls}
        for result in self.results:
            self._answer(result.message, result.call, ids)
        for call in self.calls:
            written = {"id": ids[id(call.message)], "type": "function", "function": call.function}
            _replace(call.message, "function_call", "tool_calls", [written])
        if self.functions:
            self._declare()

    def _declare(self) -> None:
        record = self.example.record
        wrapped = [{"type": "function", "function": function} for function in self.functions or ()]
        tools = record.get(self.tools_key)
        if isinstance(tools, list):
            tools += wrapped
            del record[self.key]
        else:
            record.pop(self.tools_key, None)
            _replace(record, self.key, self.tools_key, wrapped)

    @staticmethod
    def _answer(message: Message, call: Any, ids: dict[int, str]) -> None:
        """Rewrite a result as a tool message with the id of its call."""
        rest = {key: value for key, value in message.items() if key not in ("role", "name", "tool_call_id")}
        if rest.get("content") is None:
            rest["content"] = ""
        message.clear()
        message.update(role="tool", tool_call_id=ids.get(id(call.message), call.id), **rest)

    def _has_functions_in_order(self) -> bool:
        functions, tools = self.functions, self.example.record.get(self.tools_key)
        if functions is None:
            return True
        is_list_of_objects = isinstance(functions, list) and all(
            isinstance(function, dict) for function in functions
        )
        return is_list_of_objects and (tools is None or isinstance(tools, list))

    def _has_its_call(self, result: ToolResult) -> bool:
        call, name = result.call, result.message.get("name")
        if call is None or name not in (None, call.name):
            return False
        return call.part < 0 or isinstance(call.id, str)

    def _is_own(self, at: int, message: Message) -> bool:
        """Whether the view's message is the record's own object, so that a change of it changes the record."""
        steps = self.example.path_to(Location(at, "role"))
        return self.example.get(steps[:-1]) is message


def _replace(holder: dict[str, Any], old: str, new: str, value: object) -> None:
    """Replace a key and its value by a new key and value, in the same position."""
    items = [(new, value) if key == old else (key, item) for key, item in holder.items() if key != new]
    holder.clear()
    holder.update(items)
