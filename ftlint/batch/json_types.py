"""Count the JSON types at each path of the records, to detect paths with several types."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, repeat
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.batch.chats import ChatColumns, message_of, record_of
from ftlint.batch.tool_calls import frame_of
from ftlint.io.columnar import ColumnarRecords
from ftlint.json_values import SourceFloat, SourceInteger
from ftlint.path import format_path

if TYPE_CHECKING:
    from polars import DataFrame

    from ftlint.batch.batch import Batch

WORDS = {
    dict: "an object",
    list: "a list",
    str: "text",
    int: "a number",
    float: "a number",
    bool: "true or false",
    SourceFloat: "a number",
    SourceInteger: "a number",
}
COLUMNS = {"path": "String", "type": "String", "n": "UInt64", "row": "UInt64", "line": "UInt64"}
# Keys may be data themselves, as in an object of users by name. Of more paths than this the shortest are retained:
# the same ones for every partitioning of the rows.
MAX_PATHS = 20_000
MAX_DEPTH = 24
# The keys below are data (the properties in a tool's schema): hundreds of paths, each in few records.
DATA_KEYED = (".properties",)
Step = tuple[str, ...]
Kind = tuple[str, str, int, int]
"""Path, type, number of values, and the index of the first record with one."""


def types_frame(batch: "Batch", excluded: Collection[int]) -> "DataFrame":
    """One row per path and type: path (``[]`` for the elements of a list), type in words, n values, and the first
    row and line. Null has no type. The records ``excluded`` are skipped.
    """
    if isinstance(batch.records, ColumnarRecords) and not excluded:
        kinds = _of_columns(batch.records.columns)
    elif batch.chats is not None:
        kinds = _of_chats(batch.chats, excluded)
    else:
        places = [i for i in range(len(batch)) if i not in excluded]
        kinds = _of_values((), places, [batch.records[i] for i in places])
    rows = [(path, kind, n, batch.rows[i], batch.lines[i]) for path, kind, n, i in kinds]
    return summed(frame_of(rows, COLUMNS))


def summed(frame: "DataFrame") -> "DataFrame":
    """Sum a frame of types by path and type, and limit the number of paths."""
    sums = frame.group_by("path", "type").agg(pl.col("n").sum(), pl.col("row").min(), pl.col("line").min())
    sums = sums.sort(pl.col("path").str.len_bytes(), "path", "type")
    return sums.filter(pl.col("path").rle_id() < MAX_PATHS)


def _of_columns(columns: "DataFrame") -> Iterator[Kind]:
    """Count types in columnar records: columns of texts, and of lists of objects of texts."""
    for column in columns:
        if column.dtype == pl.String:
            yield format_path((column.name,)), "text", len(column), 0
            continue
        path, inner = format_path((column.name,)), int(column.list.len().sum())
        yield path, "a list", len(column), 0
        yield f"{path}[]", "an object", inner, 0
        for name in column.head(0).explode().struct.fields:
            yield _below(f"{path}[]", name), "text", inner, 0


def _of_chats(chats: ChatColumns, excluded: Collection[int]) -> Iterator[Kind]:
    """Count types in typed chats: once for each form of a message, and for each distinct tool."""
    places = [i for i in range(len(chats.counts)) if i not in excluded]
    records = {beside: record_of(beside) for beside in set(chats.beside)}
    yield from _of_distinct((), records, [(chats.beside[i], i) for i in places])
    forms = dict(enumerate(map(message_of, chats.forms)))
    ends = list(accumulate(chats.counts))
    messages = [(form, i) for i in places for form in chats.form_of[ends[i] - chats.counts[i] : ends[i]]]
    yield from _of_distinct((*_step((), "messages"), "[]"), forms, messages)
    tools = [(tool, i) for i in places for tool in chats.declared[i]]
    yield from _of_distinct((*_step((), "tools"), "[]"), dict(enumerate(chats.written)), tools)


def _of_distinct(steps: Step, values: Mapping[Any, Any], places: Sequence[tuple[Any, int]]) -> Iterator[Kind]:
    """Count types in values that occur several times: ``places`` has the key and the record of each, in order."""
    first = dict(reversed(places))
    times = Counter(key for key, _ in places)
    by_times: dict[int, list[Any]] = {}
    for key in sorted(first, key=first.__getitem__):
        by_times.setdefault(times[key], []).append(key)
    for n, equal in by_times.items():
        kinds = _of_values(steps, [first[key] for key in equal], [values[key] for key in equal])
        yield from ((path, kind, n * each, owner) for path, kind, each, owner in kinds)


def _of_values(steps: Step, owners: Sequence[int], values: Sequence[Any]) -> Iterator[Kind]:
    """Count types at one path and below it. ``owners`` are the indexes of the values' records, in order."""
    kinds = set(map(type, values))
    for kind in kinds if steps else ():
        if kind in WORDS:
            n = len(values) if len(kinds) == 1 else sum(1 for value in values if type(value) is kind)
            first = 0 if len(kinds) == 1 else next(i for i, value in enumerate(values) if type(value) is kind)
            yield "".join(steps), WORDS[kind], n, owners[first]
    if len(steps) >= MAX_DEPTH or steps[-1:] == DATA_KEYED:
        return
    if dict in kinds:
        yield from _of_objects(steps, *_only(dict, kinds, owners, values))
    if list in kinds:
        owners, values = _only(list, kinds, owners, values)
        inner = list(chain.from_iterable(values))
        if inner:
            outer = list(chain.from_iterable(map(repeat, owners, map(len, values))))
            yield from _of_values((*steps, "[]"), outer, inner)


def _of_objects(steps: Step, owners: Sequence[int], values: Sequence[Any]) -> Iterator[Kind]:
    layouts = set(map(tuple, values))
    if len(layouts) == 1:
        for key in next(iter(layouts)):
            yield from _of_values(_step(steps, key), owners, [value[key] for value in values])
        return
    by_key: dict[str, tuple[list[int], list[Any]]] = {}
    for owner, value in zip(owners, values, strict=True):
        for key, item in value.items():
            if key not in by_key:
                by_key[key] = ([], [])
            owners_of_key, items = by_key[key]
            owners_of_key.append(owner)
            items.append(item)
    for key, (owners_of_key, items) in by_key.items():
        yield from _of_values(_step(steps, key), owners_of_key, items)


def _only(
    kind: type, kinds: Collection[type], owners: Sequence[int], values: Sequence[Any]
) -> tuple[Sequence[int], Sequence[Any]]:
    """The values of one type with their owners."""
    if len(kinds) == 1:
        return owners, values
    pairs: Iterable[tuple[int, Any]] = [
        pair for pair in zip(owners, values, strict=True) if type(pair[1]) is kind
    ]
    return [owner for owner, _ in pairs], [value for _, value in pairs]


def _step(steps: Step, key: str) -> Step:
    return (*steps, _below("", key) if steps else format_path((key,)))


def _below(path: str, key: str) -> str:
    return f"{path}{format_path(('', key))[4:]}"
