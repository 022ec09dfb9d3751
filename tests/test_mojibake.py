"""Mojibake: what is read wrongly is read right again, what is right stays, and no other fix comes between."""

import json
from pathlib import Path

import pytest
from public import fix

from ftlint.batch.messages import UNUSUAL
from ftlint.rule import mojibake, pl

CLEAN = Path(__file__).parent.parent / "fixtures" / "clean"
TEXTS = [
    message["content"]
    for file in sorted(CLEAN.glob("*.jsonl"))
    for line in file.read_text(encoding="utf-8").splitlines()
    for message in json.loads(line)["messages"]
]
LINES = sorted({line for text in TEXTS for line in text.split("\n") if not line.isascii()})


def candidates(texts: list[str]) -> list[bool]:
    """Which of the texts get a closer look."""
    frame = pl.DataFrame({"text": texts}).with_columns(unusual=pl.col("text").str.contains(UNUSUAL))
    return frame.select(mojibake.likely(pl.col("text")).is_not_null()).to_series().to_list()


def test_what_is_right_stays() -> None:
    assert [text for text in TEXTS if mojibake.first_sign(text) or mojibake.repaired(text) != text] == []


def test_every_line_read_as_latin_1_is_found_and_repaired() -> None:
    garbled = [line.encode().decode("latin-1") for line in LINES]
    assert [line for line, found in zip(LINES, candidates(garbled), strict=True) if not found] == []
    assert [line for line in LINES if mojibake.repaired(line.encode().decode("latin-1")) != line] == []


@pytest.mark.parametrize("wrong", ["cp1252", "cp1250", "cp1254", "mac_roman", "cp437"])
def test_most_lines_read_in_another_way_are_repaired_and_no_other_text_is_made_of_them(wrong: str) -> None:
    garbled = {line: line.encode().decode(wrong, "ignore") for line in LINES}
    whole = {line: text for line, text in garbled.items() if text.encode(wrong) == line.encode()}
    repaired = {line: mojibake.repaired(text) for line, text in whole.items()}
    assert [line for line, new in repaired.items() if new not in (line, whole[line])] == []
    assert sum(line == new for line, new in repaired.items()) > 0.9 * len(whole)


def test_a_piece_among_right_signs_is_repaired_alone() -> None:
    assert mojibake.repaired("“机器” donâ€™t café") == "“机器” don’t café"


def test_what_is_lost_is_told_but_not_guessed() -> None:
    assert mojibake.first_sign("voilÃ le travail") == ("Ã", "à")
    assert mojibake.repaired("voilÃ le travail") == "voilÃ le travail"


def test_no_other_fix_takes_a_part_of_it_away(tmp_path: Path) -> None:
    answers = [
        "AquÃ\u00ad estÃ¡",
        "Il est lÃ\u00a0",
        "It\u00e2\u0080\u0099s\nit\u0092s",
        r"It\u00e2\u0080\u0099s d\u0092or",
    ]
    rows = [
        {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": answer}]}
        for answer in answers
    ]
    data = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    written, _ = fix(data, unsafe=True, select=["U"])
    fixed = [json.loads(line)["messages"][1]["content"] for line in written.splitlines()]
    assert fixed == ["Aquí está", "Il est là", "It’s\nit’s", "It’s d’or"]
