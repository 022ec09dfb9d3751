"""The legacy form of tools, ``functions``, ``function_call`` and the role ``function``, written in today's."""

from typing import Any

from ftlint.example import Example
from ftlint.shapes.shape import Message
from ftlint.talk import Result, fresh_ids


class Legacy:
    """What a record has of the legacy form, each message and result in its place."""

    def __init__(self, example: Example) -> None:
        self.example = example
        names = example.sighting.names
        self.key = names.get("functions", "functions")
        self.tools_key = names.get("tools", "tools")
        declares = "functions" in example.sighting.shape.declares
        self.functions = (example.record.get(self.key) if declares else None) or None
        talk = example.talk()
        self.calls = [call for call in talk.calls if call.part < 0]
        self.results = [result for result in talk.results if result.role == "function"]
        called = {call.at for call in self.calls}
        self.misplaced = [
            at
            for at, message in enumerate(example.messages())
            if at not in called
            and isinstance(message, dict)
            and isinstance(message.get("function_call"), dict)
        ]
        """Messages with a call that nobody can make, such as a result that calls."""

    def words(self) -> str:
        """What there is, counted."""
        counts = ((len(self.calls) + len(self.misplaced), "function_call"), (len(self.results), "result"))
        said = ["functions"] if self.functions else []
        said += [f"{n} {what}{'s' if n > 1 else ''}" for n, what in counts if n]
        return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)

    def path(self) -> str:
        """Where the first of it is."""
        if self.functions:
            return self.key
        places: list[tuple[int, str, int | None]] = [(call.at, "call", -1) for call in self.calls]
        places += [(at, "call", -1) for at in self.misplaced]
        places += [(result.at, "role", None) for result in self.results]
        at, field, part = min(places, default=(0, "role", None), key=lambda place: place[0])
        return self.example.path({"at": at, "field": field, "part": part})

    def is_whole(self) -> bool:
        """Whether all of it can be written in today's form."""
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
        """Write all of it in today's form, with ids that match the pattern."""
        talk = self.example.talk()
        taken = [call.id for call in talk.calls] + [r.message.get("tool_call_id") for r in talk.results]
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
        """A result as a tool message that names its call."""
        rest = {key: value for key, value in message.items() if key not in ("role", "name", "tool_call_id")}
        if rest.get("content") is None:
            rest["content"] = ""
        message.clear()
        message.update(role="tool", tool_call_id=ids.get(id(call.message), call.id), **rest)

    def _has_functions_in_order(self) -> bool:
        functions, tools = self.functions, self.example.record.get(self.tools_key)
        if functions is None:
            return True
        known = isinstance(functions, list) and all(isinstance(function, dict) for function in functions)
        return known and (tools is None or isinstance(tools, list))

    def _has_its_call(self, result: Result) -> bool:
        call, name = result.call, result.message.get("name")
        if call is None or name not in (None, call.name):
            return False
        return call.part < 0 or isinstance(call.id, str)

    def _is_own(self, at: int, message: Message) -> bool:
        """Whether the file has the message as the chat form writes it, so that a change of it lasts."""
        steps = self.example.steps({"at": at, "field": "role"})
        return self.example.get(steps[:-1]) is message


def _replace(holder: dict[str, Any], old: str, new: str, value: object) -> None:
    """Put a value under a new key in the place of an old one."""
    items = [(new, value) if key == old else (key, item) for key, item in holder.items() if key != new]
    holder.clear()
    holder.update(items)
