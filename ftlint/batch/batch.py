"""A batch of some thousand records as columns: the frames that rules read, each built once on first use."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.batch import rendered
from ftlint.batch.chat_calls import ChatCalls, pair_chats
from ftlint.batch.chat_messages import flatten_chats
from ftlint.batch.chat_tools import chat_argument_errors, declared_frame, declared_schema_errors
from ftlint.batch.chats import read_chats
from ftlint.batch.columns import unread_columns_frame
from ftlint.batch.example import Example
from ftlint.batch.frames import (
    completions_frame,
    examples_frame,
    faults_frame,
    messages_frame,
    rejected_frame,
    shape_names,
    texts_frame,
    violations_frame,
    weighted_frame,
)
from ftlint.batch.json_types import types_frame
from ftlint.batch.media import media_frame
from ftlint.batch.messages import MessageColumns, flatten, flatten_plain, shifted
from ftlint.batch.null_padding import padded_calls, padding_frame
from ftlint.batch.pairs import exchanges_frame, preference_frame
from ftlint.batch.records import (
    RecordReader,
    build_records,
    distinct,
    find_violations,
    make_rejected_views,
    make_views,
    read_plain_messages,
)
from ftlint.batch.rendered import RenderedRecord, render_records
from ftlint.batch.speaker import canonical_role
from ftlint.batch.text_calls import text_call_faults
from ftlint.batch.tool_calls import calls_frame, results_frame, tools_frame
from ftlint.batch.tool_pairing import ToolCalls
from ftlint.batch.tool_schema.frames import argument_errors_frame, schema_errors_frame
from ftlint.batch.tools import (
    Declared,
    find_declared_tools,
    find_legacy,
    find_unreadable_tools,
    function_names_frame,
    is_own_message,
    pair_tool_calls,
)
from ftlint.context import RuleContext
from ftlint.io.block import PARTLY_READ, Fault, Record, RecordBlock
from ftlint.io.columnar import ColumnarRecords
from ftlint.io.json.chats import ChatRecords
from ftlint.shapes.detect import DetectedShape
from ftlint.shapes.shape import Message

if TYPE_CHECKING:
    from polars import DataFrame, Series

    from ftlint.batch.answers import AssistantTurns


class Batch:
    """Records and the frames over them. A record without a shape is only in the frame ``schema_violations``."""

    def __init__(
        self,
        records: Sequence[Record],
        rows: Sequence[int],
        lines: Sequence[int],
        reader: RecordReader,
        context: RuleContext,
        faults: Sequence[Fault] = (),
    ) -> None:
        self.rows, self.lines, self.reader, self.context = rows, lines, reader, context
        self.reader_faults = faults
        self._computed: dict[str, Any] = {}
        self.ambiguous_rows = frozenset(fault.row for fault in faults if fault.kind in PARTLY_READ)
        """The rows of which the records have only one of several values that the file has."""
        self.records, self.build_errors, self.violations = build_records(records, reader)
        """``build_errors`` has the reason for each record from which no example can be built."""
        self.source_records = records
        """The records before templates or turns were applied."""
        self.plain_messages = read_plain_messages(self.records, reader, context)
        """The messages of all records as columns, if all messages are plain: a role and a text."""
        self.chats = read_chats(self.records, reader.detector, context)
        """The records as typed chats, if all are chats in the form of OpenAI that may call tools."""
        self.record_shapes: Sequence[DetectedShape | None]
        """The shape of each record; None where no shape matches."""
        if self.plain_messages is None:
            self.record_shapes = (
                self.chats.shapes if self.chats is not None else reader.detector.detect_all(self.records)
            )
            self.detected_shapes = distinct(self.record_shapes)
            self.violations.extend(find_violations(self))
        else:
            self.detected_shapes = [reader.detector.detect(self.records[0])]
            self.record_shapes = self.detected_shapes * len(self.records)
        harmless = ("unknown", "speaker")
        self.invalid_records = frozenset(i for i, kind, *_ in self.violations if kind not in harmless)
        """The records that violate their schema; an unknown field or speaker alone does not make a record invalid."""
        if reader.own_schema is not None:
            self.violations.extend(reader.own_schema.violations(records))

    def __len__(self) -> int:
        return len(self.records)

    def example(self, i: int) -> Example:
        """Record ``i`` for a fix or a record rule. Raises ValueError where it has no shape."""
        shape = self.record_shapes[i]
        if shape is None:
            raise ValueError("a record without a shape is no example")
        return Example(self.records[i], shape, self.rows[i], self.lines[i])

    def shape_counts(self) -> Iterator[tuple[DetectedShape, int]]:
        """Each detected shape with its number of records."""
        alone = len(self.detected_shapes) == 1
        for shape in self.detected_shapes:
            if shape is not None:
                yield shape, len(self) if alone else sum(1 for other in self.record_shapes if other is shape)

    @cached_property
    def keys(self) -> set[str]:
        """The union of the keys of all records."""
        if isinstance(self.records, ColumnarRecords):
            return set(self.records.columns.columns)
        if isinstance(self.records, ChatRecords):
            return self.records.keys
        return set().union(*map(set, self.records)) if len(self) else set()

    def once(self, name: str, compute: Callable[[], Any]) -> Any:
        """What several rules compute from the batch, by a name that they share: computed for the first of them."""
        if name not in self._computed:
            self._computed[name] = compute()
        return self._computed[name]

    def has_computed(self, name: str) -> bool:
        """Whether ``once`` has a result of that name."""
        return name in self._computed

    def has_any_field(self, fields: Sequence[str]) -> bool:
        """Whether any record has one of these fields of its shape, under whatever name it is read."""
        return any(
            shape.fields.get(field, field) in self.keys
            for shape in self.detected_shapes
            if shape is not None
            for field in fields
        )

    @cached_property
    def views(self) -> list[list[Message]]:
        """Each record as messages; empty where it has no shape or no valid messages."""
        return make_views(self)

    @cached_property
    def rejected_views(self) -> list[list[Message]]:
        """The rejected messages of each record; an empty list where no shape of the batch has any."""
        return make_rejected_views(self)

    @cached_property
    def message_columns(self) -> MessageColumns:
        """All messages, flattened."""
        if self.plain_messages is not None:
            return flatten_plain(self.plain_messages)
        if self.chats is not None:
            return flatten_chats(self.chats)
        return flatten(self.views, tame=bool(self.invalid_records) or len(self.detected_shapes) > 1)

    @cached_property
    def rejected_columns(self) -> MessageColumns | None:
        """All rejected messages, flattened; their indexes continue after those of the messages."""
        if not any(self.rejected_views):
            return None
        return shifted(flatten(self.rejected_views, tame=True), self.message_columns.counts)

    @property
    def signatures(self) -> "Series":
        """The roles of each record, one letter per message."""
        return self.message_columns.signatures

    @property
    def odd_messages(self) -> list[tuple[int, int, Message]]:
        """(i, at, message) of every message that is not plain (a role and a text), rejected messages last."""
        rejected = self.rejected_columns.odd if self.rejected_columns is not None else []
        return [*self.message_columns.odd, *rejected]

    @cached_property
    def shape_names(self) -> "Series":
        """The name of each record's shape; null where it has none."""
        return shape_names(self)

    @cached_property
    def examples(self) -> "DataFrame":
        """One row per record: i, row, line, shape, n_messages, roles (one letter per message), n_calls, n_tools,
        n_media, n_parts (messages whose content is a list), legacy (functions, function_call or role function),
        text_bytes (null where nothing limits tokens).
        """
        return examples_frame(self)

    @cached_property
    def messages(self) -> "DataFrame":
        """One row per message: i, at, shape, role, written_role, speaker (the role, or the written value of an
        unknown role), content, kind, n_media, n_calls, name, weight, refusal, beyond (all fields that a plain
        message does not have, as canonical JSON).
        """
        return messages_frame(self)

    @cached_property
    def rejected_messages(self) -> "DataFrame":
        """The messages of rejected answers, with the columns of ``messages``."""
        return rejected_frame(self)

    @cached_property
    def all_messages(self) -> "DataFrame":
        """The messages, including those of rejected answers."""
        rejected = self.rejected_messages
        return pl.concat([self.messages, rejected]) if rejected.height else self.messages

    @cached_property
    def weighted_messages(self) -> "DataFrame":
        """The messages of the records in which any message has a weight: usually few or none."""
        return weighted_frame(self)

    @cached_property
    def texts(self) -> "DataFrame":
        """One row per text, including rejected answers: i, at, part (-1: none), role, field, text, unusual (see
        ``messages.UNUSUAL``), bare (no chat template is applied to it), completion (of a
        record of that shape).
        """
        return texts_frame(self)

    @cached_property
    def unusual_texts(self) -> "DataFrame":
        """The texts with an unusual character: usually few, so that expensive expressions cost little."""
        return self.texts.filter(pl.col("unusual"))

    @cached_property
    def media(self) -> "DataFrame":
        """One row per image, video or audio (see ``media.media_frame``)."""
        return media_frame(self.odd_messages if self.chats is None else (), canonical_role)

    @cached_property
    def declared_tools(self) -> Declared:
        """The declared tools, by record."""
        return find_declared_tools(self)

    @cached_property
    def tool_conversations(self) -> list[tuple[int, ToolCalls]]:
        """The records with calls or results, each with its results paired with its calls, except those that
        ``chat_calls`` pairs.
        """
        return pair_tool_calls(self)

    @cached_property
    def chat_calls(self) -> ChatCalls | None:
        """The calls of typed chats, paired with their results in columns."""
        return pair_chats(self.chats, self.message_columns) if self.chats is not None else None

    @cached_property
    def has_calls(self) -> bool:
        """Whether any message has a call, or is the result of one."""
        return bool((self.messages["n_calls"] > 0).any()) or bool(
            self.messages["role"].is_in(["tool", "function"]).any()
        )

    @cached_property
    def legacy(self) -> set[int]:
        """The records with ``functions``, a ``function_call`` or a message with the role function."""
        return find_legacy(self)

    @cached_property
    def calls(self) -> "DataFrame":
        """One row per tool call (see ``tool_calls.calls_frame``), with padded (its arguments have padding nulls)."""
        wants_text = self.context.fact("arguments") != "object"
        by_ids = self.chat_calls
        paired = by_ids.calls_frame(self.message_columns) if by_ids is not None else None
        frame = calls_frame(
            self.tool_conversations, self.tools, self._is_own, plain=wants_text, paired=paired
        )
        return frame.with_columns(padded=padded_calls(frame, self.tools))

    @cached_property
    def results(self) -> "DataFrame":
        """One row per result of a tool call (see ``tool_calls.results_frame``)."""
        paired = self.chat_calls.results_frame() if self.chat_calls is not None else None
        return results_frame(self.tool_conversations, self._is_own, paired)

    def _is_own(self, i: int, at: int, message: Message) -> bool:
        return is_own_message(self, i, at, message)

    @cached_property
    def tools(self) -> "DataFrame":
        """One row per declared tool (see ``tool_calls.tools_frame``)."""
        if self.chats is not None:
            return declared_frame(self.chats)
        return tools_frame((i, declared, legacy) for i, (declared, legacy) in self.declared_tools.items())

    @cached_property
    def argument_errors(self) -> "DataFrame":
        """One row per schema violation in the arguments of a call of a declared tool: i, at, part, message."""
        if self.chats is not None:
            return chat_argument_errors(self.calls, self.chats)
        calls = [call for _, conversation in self.tool_conversations for call in conversation.calls]
        return argument_errors_frame(
            self.calls, calls, {i: declared for i, (declared, _) in self.declared_tools.items()}
        )

    @cached_property
    def tool_schema_errors(self) -> "DataFrame":
        """One row per error in the parameters schema of a declared tool: i, nth, message, path.

        Tools that are declared in a text which is not a list of tools are an error with a path.
        """
        if self.chats is not None:
            return declared_schema_errors(self.chats)
        declared = ((i, declared) for i, (declared, _) in self.declared_tools.items())
        return schema_errors_frame(declared, self.tools, find_unreadable_tools(self))

    @cached_property
    def function_names(self) -> "DataFrame":
        """One row per function name: i, shape, name, and its location: nth for a declared tool, at and part for a
        call.
        """
        return function_names_frame(self)

    @cached_property
    def text_call_faults(self) -> "DataFrame":
        """One row per fault of a call that is written in a text (see ``text_calls.text_call_faults``)."""
        return text_call_faults(self)

    @cached_property
    def null_padding(self) -> "DataFrame":
        """One row per tool or call with padding nulls (see ``null_padding.padding_frame``)."""
        return padding_frame(self)

    @cached_property
    def preference_pairs(self) -> "DataFrame":
        """One row per preference pair: i, row, line, at and rejected_at (indexes of the first messages), wanted and
        rejected (the canonical answers, equal for equal content), wanted_characters and rejected_characters (of
        their texts), n_wanted and n_rejected (messages), wanted_roles, rejected_roles and input_roles (one letter
        per message; the input is the prompt of both answers).
        """
        return preference_frame(self)

    @cached_property
    def prompt_completions(self) -> "DataFrame":
        """One row per record of the completion shape: i, row, line, prompt, completion (null where not a text)."""
        return completions_frame(self)

    @cached_property
    def exchanges(self) -> "DataFrame":
        """One row per single-turn example: one question and one answer, optional instructions, no calls, and no
        second answer. Columns: i, row, line, shape, prompt, completion (the texts), prompt_at and completion_at
        (their messages; null where there is no single text to replace).

        For the completion shape these are all its ``prompt_completions``, including those with a null; for all other
        shapes the answer is a text.
        """
        return exchanges_frame(self)

    @cached_property
    def rendered_records(self) -> list[RenderedRecord]:
        """The conversations as the chat template of the run renders them; none without a template."""
        return render_records(self)

    @cached_property
    def renderings(self) -> "DataFrame":
        """One row per conversation (see ``rendered.renderings_frame``)."""
        return rendered.renderings_frame(self.rendered_records)

    @cached_property
    def rendered_parts(self) -> "DataFrame":
        """One row per text of a rendered conversation (see ``rendered.rendered_parts_frame``)."""
        return rendered.rendered_parts_frame(self.rendered_records)

    @cached_property
    def rendered_answers(self) -> "DataFrame":
        """One row per assistant message of a rendered conversation (see ``rendered.rendered_answers_frame``)."""
        return rendered.rendered_answers_frame(self.rendered_records)

    @cached_property
    def rendered_tokens(self) -> "DataFrame":
        """One row per answer that begins inside a token (see ``rendered.rendered_tokens_frame``)."""
        return rendered.rendered_tokens_frame(self.rendered_records, self.context)

    @cached_property
    def schema_violations(self) -> "DataFrame":
        """One row per violation of a record's schema: i, kind, pointer, path, message."""
        return violations_frame(self)

    @cached_property
    def unread_columns(self) -> "DataFrame":
        """One row per shape and column that the target, or without one the shape, does not read: shape, key, n
        (its values).
        """
        return unread_columns_frame(self)

    @cached_property
    def types(self) -> "DataFrame":
        """One row per path and JSON type of its values (see ``json_types``), without records that have a value of a
        wrong type.
        """
        wrong = self.schema_violations.filter(pl.col("kind") == "wrong")["i"]
        return types_frame(self, set(wrong))

    @cached_property
    def faults(self) -> "DataFrame":
        """The faults that the reader detected: kind, line, row, path, message, count, healable, severity."""
        return faults_frame(self.reader_faults)

    @cached_property
    def digests(self) -> "DataFrame":
        """One row per example: i, row, line, high and low (two 64-bit digests of its canonical conversation), and
        prompt (a digest of its prompt; see ``digest.fast_digests``), exact (a digest of the example as it is written).
        """
        from ftlint.batch.digest import fast_digests

        return fast_digests(self)

    @cached_property
    def answer_counts(self) -> "DataFrame":
        """Counts of the final answers, from which the task is detected (see ``task_type``)."""
        from ftlint.batch.task_type import observe

        return observe(self)

    @cached_property
    def label_spellings(self) -> "DataFrame":
        """Counts of the same answers by spelling (see ``task_type.spellings``)."""
        from ftlint.batch.task_type import spellings

        return spellings(self)

    @cached_property
    def assistant_turns(self) -> "AssistantTurns":
        """The assistant answers with the messages before them (see ``answers``)."""
        from ftlint.batch.answers import AssistantTurns

        return AssistantTurns(self)


def batch_of(block: RecordBlock, reader: RecordReader, context: RuleContext) -> Batch:
    """Make a batch from a block of records."""
    return Batch(block.records, block.rows, block.lines, reader, context, block.faults)
