"""Numbers keep the text that they have in the file wherever a line is written anew."""

import json
import pickle
import re
from copy import deepcopy
from pathlib import Path

import pytest
from examples import few_quick
from hypothesis import given
from hypothesis import strategies as st

import ftlint
from ftlint.json_values import decode_json, encode_json, encode_sorted_json, parse_json, write_json

NUMBERS = [
    *("0.12345678901234567890", "123456789012345678901234567890", "-0", "-0.0", "-0e0", "1.0", "1.10", "1E5"),
    *("1e+16", "1e16", "1e-400", "-0.50", "18446744073709551616", "-9223372036854775809", "0.1e1"),
]
LINES = {
    "plain": '{{"prompt": "Q{at} ", "completion": "A{at}", "score": {number}}}',
    "nested": '{{"messages": [{{"role": "user", "content": "Q{at} "}}, {{"role": "assistant", "content": "A{at}"}}], '
    '"about": {{"scores": [1, {number}]}}}}',
    "escaped": '{{"prompt": "Q{at}\\u00e4 ", "completion": "A{at}", "score": {number}}}',
    "call": '{{"messages": [{{"role": "user", "content": "Q{at}\u200b"}}, {{"role": "assistant", "tool_calls": [{{"id": "c", '
    '"type": "function", "function": {{"name": "f", "arguments": "{{\\"x\\": {number}}}"}}}}]}}, {{"role": "tool", '
    '"tool_call_id": "c", "content": "R{at}"}}, {{"role": "assistant", "content": "A{at}"}}], "tools": [{{"type": '
    '"function", "function": {{"name": "f", "parameters": {{"type": "object", "properties": {{"x": {{"type": '
    '"number", "default": {number}}}}}}}}}}}]}}',
}  # fmt: skip


def written(folder: Path) -> str:
    """What is in all files but the source."""
    return "".join(path.read_text(encoding="utf-8") for path in sorted(folder.iterdir()) if path.stem != "in")


def numbers_in(text: str) -> list[str]:
    """The texts of the numbers above, where no digit is beside them."""
    return [number for number in NUMBERS if re.search(rf"(?<![\w.+-]){re.escape(number)}(?![\w.])", text)]


@pytest.mark.parametrize(
    "command",
    [
        "fix",
        "fix trl-sft",
        "fix openai-chat",
        "fix llamafactory",
        "openai-chat",
        "trl-sft",
        "llamafactory",
        "gemini",
        "prepare",
    ],
)
@pytest.mark.parametrize("line", few_quick(LINES, 2))
def test_numbers_are_written_as_they_were(line: str, command: str, tmp_path: Path) -> None:
    rows = [LINES[line].format(at=at, number=number) for at, number in enumerate(NUMBERS)]
    path, out, rejects = tmp_path / "in.jsonl", tmp_path / "out.jsonl", tmp_path / "rejects.jsonl"
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    if command.startswith("fix"):
        ftlint.fix(path, out, unsafe=True, target=command[4:] or None, rejects=rejects)
    elif command == "prepare":
        ftlint.prepare(path, out, rejects=rejects, stats=False)
    else:
        ftlint.convert(path, out, command, rejects=rejects)
    assert numbers_in(written(tmp_path)) == NUMBERS


@pytest.mark.parametrize("name", ["in.json", "in.csv"])
def test_numbers_of_other_containers_are_written_as_they_were(name: str, tmp_path: Path) -> None:
    rows = [{"prompt": f"Q{at}", "completion": f"A{at}"} for at in range(len(NUMBERS))]
    if name == "in.json":
        texts = [
            f'{json.dumps(row)[:-1]}, "score": {number}}}' for row, number in zip(rows, NUMBERS, strict=True)
        ]
        data = f"[{', '.join(texts)}]"
    else:
        data = "".join([
            "prompt,completion,score (json)\n",
            *(f'{row["prompt"]},{row["completion"]},"[{number}]"\n' for row, number in zip(rows, NUMBERS, strict=True)),
        ])  # fmt: skip
    (tmp_path / name).write_text(data, encoding="utf-8")
    ftlint.convert(tmp_path / name, tmp_path / "out.jsonl", "openai-chat")
    assert numbers_in(written(tmp_path)) == NUMBERS


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "json"])
def test_numbers_survive_another_container(ending: str, tmp_path: Path) -> None:
    path, table, back = tmp_path / "in.jsonl", tmp_path / f"table.{ending}", tmp_path / "back.jsonl"
    path.write_text(
        "".join(LINES["plain"].format(at=at, number=number) + "\n" for at, number in enumerate(NUMBERS))
    )
    ftlint.convert(path, table, "completion")
    ftlint.convert(table, back, "completion")
    found = back.read_text(encoding="utf-8") + "".join(
        lost.read_text(encoding="utf-8") for lost in tmp_path.glob("*.lost.jsonl")
    )
    assert numbers_in(found) == NUMBERS


def test_a_number_that_is_valid_for_the_schema_stays_valid(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    rows = [LINES["call"].format(at=at, number=number) for at, number in enumerate(NUMBERS)]
    path.write_text("".join(f"{row}\n" for row in rows).replace("\u200b", ""), encoding="utf-8")
    found = {finding.code for finding in ftlint.check(path, target="openai-chat").files[0].findings}
    assert found <= {"F023", "B001", "L007"}


def test_rows_whose_numbers_are_equal_are_duplicates(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    rows = [LINES["plain"].format(at=0, number=number) for number in ("1.1", "1.10", "11e-1")]
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    assert [finding.row for finding in ftlint.check(path, select=["D001"]).files[0].findings] == [2, 3]


@pytest.mark.parametrize("number", ["1.0", "1.00", "0.00"])
def test_a_truth_value_that_is_a_number_is_fixed(number: str, tmp_path: Path) -> None:
    path, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    messages = [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]
    path.write_text(f'{json.dumps({"messages": messages})[:-1]}, "kto_tag": {number}}}\n', encoding="utf-8")
    ftlint.fix(path, out, target="llamafactory", unsafe=True)
    assert json.loads(out.read_text(encoding="utf-8"))["kto_tag"] is (float(number) == 1)


JSON = st.recursive(
    st.sampled_from(NUMBERS)
    | st.floats(allow_nan=False, allow_infinity=False).map(repr)
    | st.integers().map(str),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{','.join(items)}]")
        | st.dictionaries(st.sampled_from("abc"), inner, max_size=3).map(
            lambda fields: "{" + ",".join(f'"{key}":{item}' for key, item in fields.items()) + "}"
        )
    ),
)


@given(JSON)
def test_json_is_written_as_it_was_read(text: str) -> None:
    value = parse_json(text)
    assert write_json(value) == text.replace(",", ", ").replace(":", ": ")
    for copy in (value, deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert encode_json(copy).decode() == text
    assert value == json.loads(text)
    assert (
        encode_sorted_json(value)
        == encode_sorted_json(json.loads(text))
        == encode_sorted_json(decode_json(text))
    )
