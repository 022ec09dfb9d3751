"""Why a line is not JSON: the cause in words, with the column."""

import pytest
from test_read_jsonl import read

CAUSES = {
    "cut off in a string": ('{"a": "b', "cut off in the middle of a string that begins here (column 7)"),
    "cut off in a list": ('{"a": [1, 2', "cut off in the middle of a list (column 12)"),
    "cut off after a key": ('{"a":', "cut off in the middle of an object (column 6)"),
    "cut off after a comma": ('{"a": 1,', "cut off after a comma, in the middle of an object (column 9)"),
    "cut off in an escape": ('{"a": "\\u12', "cut off in the middle of"),
    "a comma before a brace": ('{"a": 1, }', 'a comma too many before "}" (column 8)'),
    "a comma before a bracket": ('{"a": [1,]}', 'a comma too many before "]" (column 9)'),
    "a comma after the object": ('{"a": 1},', "a comma after the object (column 9)"),
    "a brace too many": ('{"a": 1}}', 'a "}" too many (column 9)'),
    "a missing comma between keys": ('{"a": 1 "b": 2}', "a comma is missing (column 9)"),
    "a missing comma between objects": ('{"a": [{} {}]}', "a comma is missing (column 11)"),
    "single quotes": ("{'a': None}", "single quotes and None: Python's way to show a dict"),
    "a Python word": ('{"a": True}', "True is not JSON (column 7): write true"),
    "a quote that is not escaped": ('{"a": "say "hi" now"}', "a double quote inside a string is not escaped (column 12)"),
    "typographic quotes": ('{“a”: 1}', "a typographic quote “ where \" must stand (column 2)"),
    "a key without quotes": ("{a: 1}", 'the key "a" stands without double quotes (column 2)'),
    "a missing colon": ('{"a" 1}', "a colon is missing after the key (column 6)"),
    "a comment": ('{"a": 1 // one\t}', "a comment (column 9)"),
    "a line of comment": ("# the data", "a comment: JSON has none"),
    "a raw tab in a string": ('{"a": "x\ty"}', "a raw tab in a string (column 9): write \\t for it"),
    "a raw escape character": ('{"a": "\x1b"}', "a raw control character in a string (column 8): write \\u001b for it"),
    "a wrong escape": ('{"a": "C:\\dir"}', "\\d is no escape of JSON (column 10)"),
    "a number that begins with 0": ('{"a": 007}', "a number begins with 0 (column 8)"),
    "a plus sign": ('{"a": +1}', "a number must begin with a digit"),
    "a bare point": ('{"a": .5}', "a number must begin with a digit"),
    "nested too deep": ('{"a": ' + "[" * 50_000 + "]" * 50_000 + "}", "nested too deep"),
    "an invisible character": ('\u200b{"a": 1}', "a zero-width space, an invisible character, outside a string (column 1)"),
    "HTML": ("<p>Not found</p>", "not JSON but HTML or XML"),
    "a line of a table": ("prompt,completion", "a line of a comma-separated table"),
    "a tab-separated line": ("a b\tc", "a line of a tab-separated table"),
    "plain text": ("Hello there", "not JSON but plain text"),
    "a piece of a document": ("},", "a piece of a JSON document over several lines"),
    "an event stream": ('data: {"a": 1}', "a line of an event stream"),
    "a merge conflict": ("<<<<<<< HEAD", "an unresolved merge conflict"),
    "zero bytes": ("\0\0\0", "3 NUL characters"),
    "something after the value": ('{"a": 1} x', "something follows the value (column 10)"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "words"), CAUSES.values(), ids=CAUSES)
def test_the_cause_is_named(line: str, words: str) -> None:
    faults = read(b'{"b": 1}\n' + line.encode() + b"\n").faults
    assert [(fault.kind, fault.line, fault.row) for fault in faults] == [("bad-json", 2, 2)]
    assert words in faults[0].message


def test_a_message_never_carries_what_could_act_on_a_terminal() -> None:
    (fault,) = read('{"a": 1} \x1b[2J\u202e\n'.encode()).faults
    assert "\x1b" not in fault.message
    assert "\u202e" not in fault.message
