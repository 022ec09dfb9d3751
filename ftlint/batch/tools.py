"""Seen records as far as tools go: what they declare, who calls what, and who answers, each a frame."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.batch.records import BROKEN, Seen
from ftlint.batch.tool_calls import calls_frame, results_frame, tools_frame, value_of
from ftlint.batch.tool_pairing import CALLING, Talk, walk
from ftlint.batch.tool_schema.frames import breaches_frame, flaws_frame
from ftlint.shapes.shape import Message, follow

if TYPE_CHECKING:
    from polars import DataFrame, Series


class Talked(Seen):
    """The frames over calls, results and tools. Where the messages are flattened tells which records have any."""

    @property
    def odd_messages(self) -> Sequence[tuple[int, int, Message]]:
        """(i, at, message) of every message with more than a role and a text."""
        raise NotImplementedError

    @property
    def _signatures(self) -> "Series":
        """The roles of each record, one letter a message."""
        raise NotImplementedError

    @cached_property
    def calls(self) -> "DataFrame":
        """One row per tool call (see ``ftlint.calls.calls_frame``)."""
        return calls_frame(self._talks, self.tools, self._own)

    @cached_property
    def results(self) -> "DataFrame":
        """One row per result of a tool call (see ``ftlint.calls.results_frame``)."""
        return results_frame(self._talks, self._own)

    @cached_property
    def tools(self) -> "DataFrame":
        """One row per declared tool (see ``ftlint.calls.tools_frame``)."""
        return tools_frame((i, tools, legacy) for i, (tools, legacy) in self._declared.items())

    @cached_property
    def breaches(self) -> "DataFrame":
        """One row per fault in the arguments of a call of a declared tool: i, at, part, message."""
        calls = [call for _, talk in self._talks for call in talk.calls]
        return breaches_frame(self.calls, calls, {i: tools for i, (tools, _) in self._declared.items()})

    @cached_property
    def flaws(self) -> "DataFrame":
        """One row per flaw of a declared tool's parameters: i, nth, message, path.

        Where tools are declared in a text that is no list of tools, that is a flaw, and the path leads to it.
        """
        declared = ((i, tools) for i, (tools, _) in self._declared.items())
        return flaws_frame(declared, self.tools, self._unread())

    @cached_property
    def function_names(self) -> "DataFrame":
        """One row per name of a function: i, name, and its place, nth for a declared tool, else at and part."""
        declared = self.tools.select("i", "name", "nth")
        called = self.calls.select("i", "name", "at", "part")
        names = pl.concat([declared, called], how="diagonal").filter(pl.col("name").is_not_null())
        return names.sort("i", maintain_order=True)

    @cached_property
    def legacy(self) -> set[int]:
        """The records with ``functions``, a ``function_call`` or a message of the role function."""
        found = {i for i, _, message in self.odd_messages if isinstance(message.get("function_call"), dict)}
        found.update(pl.arg_where(self._signatures.str.contains("f", literal=True), eager=True))
        return found | {i for i, (_, legacy) in self._declared.items() if legacy}

    @cached_property
    def _declared(self) -> Mapping[int, tuple[list[Any], int]]:
        """The tools of each record that declares any, and how many of the last of them are legacy functions."""
        kinds = [kind for kind in self.kinds if kind is not None]
        if not any(kind.names.get(name, name) in self.keys for kind in kinds for name in kind.shape.declares):
            return {}
        return {i: declared for i in range(len(self)) if (declared := self.declared(i)) is not None}

    @cached_property
    def _talks(self) -> list[tuple[int, Talk]]:
        """The records with calls or results, each walked through."""
        told = {i for i, _, message in self.odd_messages if not CALLING.isdisjoint(message)}
        told.update(pl.arg_where(self._signatures.str.contains("[tf]"), eager=True))
        told.update(self._unread_calls())
        return [(i, self._talk(i)) for i in sorted(told)]

    def _talk(self, i: int) -> Talk:
        sighting, aside = self.sightings[i], self.asides[i] if self.asides else []
        answer = 0
        if sighting is not None and aside:
            try:
                answer = sighting.shape.answer_size(self.records[i], sighting.names)
            except BROKEN:
                aside = []
        by_ids = sighting is not None and sighting.shape.call_ids
        return walk(self.views[i], aside, answer, by_ids=by_ids)

    def _unread_calls(self) -> Sequence[int]:
        """The records in which a call is spelt in a text that cannot be read as one."""
        raise NotImplementedError

    def _own(self, i: int, at: int, message: Message) -> bool:
        """Whether the file has a message just as the view shows it."""
        sighting = self.sightings[i]
        if sighting is None:
            return False
        try:
            steps = sighting.shape.steps(self.records[i], sighting.names, at, "role", None)
        except BROKEN:
            return False
        return follow(self.records[i], steps[:-1]) is message

    def _unread(self) -> list[tuple[int, str]]:
        """The records that declare tools in a text which is no list of tools, and the key of it."""
        kinds = [kind for kind in self.kinds if kind is not None]
        keys = {kind.names.get(name, name) for kind in kinds for name in kind.shape.declares} & self.keys
        found = []
        for i, sighting in enumerate(self.sightings) if keys else ():
            own = [] if sighting is None else [sighting.names.get(n, n) for n in sighting.shape.declares]
            for key in own:
                text = self.records[i].get(key)
                if isinstance(text, str) and i not in self._declared and not _says_none(text):
                    found.append((i, key))
        return found


def _says_none(text: str) -> bool:
    """Whether a text says that there are no tools."""
    return not text.strip() or value_of(text) in ([], None)
