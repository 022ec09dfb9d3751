"""A record's digest is its own: the same alone, beside any other, as objects and as columns."""

import copy
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from casework import as_bytes
from examples import few_quick, some
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from public import check
from test_laws import RECORD

from ftlint.batch.batch import batch_of
from ftlint.batch.columns import read_columns
from ftlint.batch.digest import stable_digests
from ftlint.batch.records import RecordReader
from ftlint.io.block import ReadOptions
from ftlint.io.columnar import ColumnarRecords
from ftlint.io.reader import open_reader
from ftlint.io.source import Source
from ftlint.rule import Batch, RuleContext

Record = dict[str, Any]
SHAPES = [
    json.loads(line)
    for path in sorted((Path(__file__).parents[1] / "fixtures" / "shapes").glob("*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
]
NONE = object()
KNOWN = ("user", "assistant", "system", "developer", "tool", "human", "gpt", "User", " user")
UNKNOWN = (
    "wizard",
    "witch",
    "Wizard",
    "",
    "?",
    '?"wizard"',
    5,
    "5",
    5.5,
    True,
    [],
    ["user"],
    {},
    {"a": 1},
    None,
)
laws = settings(
    max_examples=some(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def with_roles(record: Record, roles: Sequence[Any]) -> Record:
    """The record with these roles one after the other, again and again; NONE leaves a role out, ... as it is."""
    left = iter(roles * 20)

    def changed(value: Any) -> Any:
        if isinstance(value, list):
            return [changed(item) for item in value]
        if not isinstance(value, dict):
            return value
        found = {}
        for key, item in value.items():
            new = next(left) if key in ("role", "from") else changed(item)
            if new is not NONE:
                found[key] = item if new is ... else copy.deepcopy(new)
        return found

    return changed(record)


ROLE = st.sampled_from([..., ..., ..., NONE, *KNOWN, *UNKNOWN])
MADE = st.builds(with_roles, st.sampled_from(SHAPES), st.lists(ROLE, min_size=1, max_size=4))


def digests(batch: Batch) -> list[tuple[Any, ...]]:
    """The digests of each record: those of one run, and the number for all machines."""
    own = {row: digest for row, *digest in batch.digests.select("row", "high", "low", "prompt").rows()}
    return [(own.get(row), number, prompt) for row, number, prompt in stable_digests(batch).rows()]


def of_objects(records: Sequence[Record]) -> list[tuple[Any, ...]]:
    places = list(range(1, len(records) + 1))
    return digests(Batch(records, places, places, RecordReader(), RuleContext()))


def of_file(records: Sequence[Record], block_bytes: int = 1 << 20) -> list[tuple[Any, ...]]:
    source = Source("rows.jsonl", None, as_bytes(records))
    blocks = open_reader(source, ReadOptions(block_bytes=block_bytes)).blocks()
    reader = RecordReader()
    return [digest for block in blocks for digest in digests(batch_of(block, reader, RuleContext()))]


@laws
@given(st.lists(MADE | RECORD, min_size=2, max_size=5))
@example(
    [
        {"messages": [{"role": "user", "content": "a"}, {"content": "b", "weight": 1}]},
        {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b", "weight": 1}]},
    ]
)
def test_the_records_beside_it_change_no_digest(records: list[Record]) -> None:
    assert of_objects(records) == [of_objects([record])[0] for record in records]


@laws
@given(st.lists(MADE, min_size=1, max_size=4), st.sampled_from([1, 300, 1 << 20]))
def test_columns_and_cutting_change_no_digest(records: list[Record], block_bytes: int) -> None:
    assert of_file(records, block_bytes) == of_objects(records)


@laws
@given(st.sampled_from(SHAPES), st.lists(st.sampled_from(KNOWN), min_size=2, max_size=4), st.integers(1, 6))
@example(
    record={
        "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}],
        "rejected_response": [{"role": "tool_call", "content": "c"}],
    },
    roles=["assistant", "assistant", "user"],
    often=1,
)
def test_plain_columns_change_no_digest(record: Record, roles: list[str], often: int) -> None:
    records = [with_roles(record, roles)] * often
    assert of_file(records) == of_objects(records)


def test_plain_chats_are_read_as_columns() -> None:
    records = [{"messages": [{"role": role, "content": "a"}]} for role in ("user", "assistant", "user")]
    (block,) = open_reader(Source("rows.jsonl", None, as_bytes(records)), ReadOptions(keep_raw=True)).blocks()
    assert isinstance(block.records, ColumnarRecords)
    batch = batch_of(block, RecordReader(), RuleContext())
    assert batch.plain_messages is not None
    assert digests(batch) == of_objects(records)


def chat(role: Any) -> Record:
    said = {"content": "Abracadabra."} if role is NONE else {"role": role, "content": "Abracadabra."}
    return {"messages": [{"role": "user", "content": "Say something."}, said]}


def turns(role: Any) -> Record:
    said = {"value": "Abracadabra."} if role is NONE else {"from": role, "value": "Abracadabra."}
    return {"conversations": [{"from": "human", "value": "Say something."}, said]}


def pair(role: Any) -> Record:
    said = {"content": "Abracadabra."} if role is NONE else {"role": role, "content": "Abracadabra."}
    asked = [{"role": "user", "content": "Say something."}]
    return {"prompt": asked, "chosen": [{"role": "assistant", "content": "Well."}], "rejected": [said]}


@pytest.mark.parametrize("made", [chat, turns, pair])
def test_another_unknown_role_is_another_example(made: Any) -> None:
    records = [made(role) for role in (*UNKNOWN, "user", "assistant", "system", "tool")]
    own, numbers, _ = zip(*of_objects(records), strict=True)
    assert len(set(map(tuple, own))) == len(set(numbers)) == len(records)
    # No role at all is what null is.
    assert of_objects([made(NONE)]) == of_objects([made(None)])


@laws
@given(st.sampled_from(SHAPES), st.sampled_from(UNKNOWN), st.sampled_from(UNKNOWN))
def test_changing_an_unknown_role_changes_the_digest(record: Record, one: Any, other: Any) -> None:
    first, second = with_roles(record, [one]), with_roles(record, [other])
    own, again = of_objects([first])[0], of_objects([second])[0]
    assert (own[:2] == again[:2]) is (json.dumps(first) == json.dumps(second))


def test_messages_that_are_no_objects_are_compared_as_they_are() -> None:
    records = [{"messages": [{"role": "user", "content": "a"}, said]} for said in ("b", "c", 5, None, [], {})]
    own, numbers, _ = zip(*of_objects(records), strict=True)
    assert len(set(map(tuple, own))) == len(set(numbers)) == len(records)


@pytest.mark.parametrize("size", [1, 100, 1 << 20])
@pytest.mark.parametrize("part_bytes", [None, 100])
def test_unknown_roles_are_no_duplicates(size: int, part_bytes: int | None) -> None:
    beside = {
        "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b", "weight": 1}]
    }
    records = [chat("wizard"), chat("witch"), beside, chat("wizard"), chat(5), chat(6), chat("user")]
    file = check(as_bytes(records), select=["D001"], jobs=1, part_bytes=part_bytes, block_bytes=size)
    assert [finding.row for finding in file.findings] == [4]


# Neither trained on nor rewarded: ids (which call a result answers is compared), versions and owners; and the role of
# what holds instructions or results only, which says nothing.
UNCOMPARED = ("id", "tool_call_id", "toolUseId", "schemaVersion", "bucketOwner")
COLUMNS: list[Record] = [
    {
        "prompt": "a",
        "completion": "b",
        "system": "c",
        "history": [["d", "e"]],
        "context": "f",
        "input": ["g"],
    },
    {"system_prompt": "a", "question": "b", "response": "c"},
    {"instruction": "a", "context": "b", "response": "c", "system": "d", "history": [["e", "f"]]},
    {"instruction": "a", "output": ["b"], "images": ["c.png"]},
    {"prompt": "a", "completion": 5, "image": "c.png", "objects": {"bbox": [[1, 2, 3, 4]], "ref": ["d"]}},
    {
        "messages": [
            {"role": "user", "content": "a"},
            {"role": "assistant", "content": {"b": ["c"]}, "weight": 1},
        ],
        "system": "d",
        "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
        "audio": {"path": "e.wav"},
        "weight": 0.5,
    },
    {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": None}], "image": ["c"]},
    {
        "conversations": [{"from": "human", "value": ["a"]}, {"from": "gpt", "value": "b", "loss": 0}],
        "video": "c",
    },
    {"prompt": "a", "chosen": "b", "rejected": "c", "margin": 0.5, "system": "d", "images": ["e"]},
    {"context": "a", "completions": [{"rank": n, "completion": str(n)} for n in range(3)]},
    {
        "prompt": "a",
        "chosen": [{"role": "user", "content": "b"}, {"role": "assistant", "content": "c"}],
        "rejected": [{"role": "user", "content": "b"}, {"role": "assistant", "content": "d"}],
    },
    {"prompt": "a", "completion": "b", "label": True, "score": 3},
    {"prompt": "a", "completions": ["b", 5], "labels": [True, None]},
    {"prompt": [{"role": "user", "content": "a"}], "solution": "b", "difficulty": 3, "tests": [{"in": "c"}]},
    {"segments": [{"label": True, "text": "a"}, {"label": "no", "text": 5}]},
    {"text": ["a"], "image": "b"},
]


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """The (path, value) of all that is neither an object nor a list."""
    if isinstance(value, dict | list) and value:
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, (*path, key))
    else:
        yield path, value


def with_value(record: Record, path: Sequence[Any], value: Any) -> Record:
    """The record with another value at a path."""
    changed: Any = copy.deepcopy(record)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return changed


def other_values(value: Any) -> list[Any]:
    """Values of every type that are not the given one."""
    same: list[Any] = []
    if isinstance(value, str):
        same = [f"{value}x", value.swapcase()]
    elif isinstance(value, bool):
        same = [not value]
    elif isinstance(value, int | float):
        same = [value + 1]
    return [one for one in (*same, "x", 7, ["x"], {"a": "x"}, [["x"]]) if one != value]


def is_read(record: Record, path: Sequence[Any]) -> bool:
    """Whether the value at a path reaches a trained text or a reward."""
    detected = RecordReader().detector.detect(record)
    assert detected is not None
    read = read_columns(detected, RuleContext())
    says_nothing = path[-1] == "role" and detected.shape.name in ("gemini", "nova")
    return (read is None or path[0] in read) and path[-1] not in UNCOMPARED and not says_nothing


@pytest.mark.parametrize(
    "record", few_quick([*SHAPES, *COLUMNS], 8, 40), ids=lambda record: "-".join(record)[:40]
)
def test_records_that_differ_in_anything_that_is_read_are_different(record: Record) -> None:
    changes = [
        (path, other)
        for path, value in leaves(record)
        if is_read(record, path)
        for other in other_values(value)
        # Roles are compared by what they mean.
        if not (
            (path[-1] in ("role", "from", "author") or str(value).casefold() in KNOWN)
            and isinstance(other, str)
            and other.casefold() == str(value).casefold()
        )
    ]
    records = [record, *(with_value(record, *change) for change in changes)]
    together = of_objects(records)
    equal = [
        change
        for nth, change in enumerate(changes, 1)
        if together[0][0] is not None
        and (together[nth][0] == together[0][0] or together[nth][1] == together[0][1])
    ]
    assert equal == []
    assert together[:20] == [of_objects([one])[0] for one in records[:20]]


def called(*results: tuple[str, str]) -> Record:
    """A conversation with two calls, whose results come in this order with these ids."""
    calls = [
        {"id": i, "type": "function", "function": {"name": "f", "arguments": "{}"}}
        for i in ("call_a", "call_b")
    ]
    return {
        "messages": [
            {"role": "user", "content": "a"},
            {"role": "assistant", "content": None, "tool_calls": calls},
            *({"role": "tool", "tool_call_id": i, "content": text} for i, text in results),
        ]
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            called(("call_a", "1"), ("call_b", "2")), called(("call_b", "1"), ("call_a", "2")), id="results"
        ),
        pytest.param(
            {
                "prompt": [{"role": "user", "content": "a"}],
                "chosen": [{"role": "assistant", "content": "b"}, {"role": "assistant", "content": "c"}],
                "rejected": [{"role": "assistant", "content": "d"}],
            },
            {
                "prompt": [{"role": "user", "content": "a"}],
                "chosen": [{"role": "assistant", "content": "b"}],
                "rejected": [{"role": "assistant", "content": "c"}, {"role": "assistant", "content": "d"}],
            },
            id="limits of two answers",
        ),
        pytest.param(
            {
                "prompt": [{"role": "user", "content": "a"}],
                "completion": [
                    {"role": "assistant", "content": "b"},
                    {"role": "user", "content": "c"},
                    {"role": "assistant", "content": "d"},
                ],
            },
            {
                "prompt": [
                    {"role": "user", "content": "a"},
                    {"role": "assistant", "content": "b"},
                    {"role": "user", "content": "c"},
                ],
                "completion": [{"role": "assistant", "content": "d"}],
            },
            id="limits of what is learnt",
        ),
        pytest.param(
            {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": None}]},
            {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": ""}]},
            id="null and an empty text",
        ),
    ],
)
def test_what_no_single_value_tells_is_compared_too(one: Record, other: Record) -> None:
    (own, number, _), (other_own, other_number, _) = of_objects([one, other])
    assert own != other_own
    assert number != other_number
