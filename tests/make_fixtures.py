"""Makes the fixtures that no editor writes: workbooks, Parquet, packed files, odd bytes, and the messy table.

Run by hand, ``python tests/make_fixtures.py``, then ``pytest --update-fixtures``. Running it again gives the
same bytes; another version of openpyxl, polars or zstd may pack the same content in other ones.
"""

import gzip
import io
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parent.parent / "fixtures"
BOM = "\ufeff"
THE_DAY = (2026, 5, 4, 12, 0, 0)
EXCELS_LONGEST_CELL = 32_767

# A table as a person has it. Every fault in it is one that people really send.
MESSY = f"""{BOM} Question ;ANSWER;Notes
Do I have to be a member to borrow a drill?;Yes. Membership is 24 euros a year, and the first month is free.;checked
How long may I keep a tool?;Seven days. You can renew once, online or by phone.;checked
Is there a chainsaw?;;ask Pavel
Where are you?;Mill\u200b Lane 4, behind the swimming pool.;copied from the website
What do I need to bring?;"1. Your member card
2. A photo ID
3. A bag for the small parts";
What is the deposit for the cement mixer?;NA;no deposit any more
Can I reserve by phone?;"Yes, call 0555 0147; we answer from nine to noon.";checked
How long may I keep a tool?;Seven days. You can renew once, online or by phone.;from the old list
Do you deliver?;"No; but a hand cart waits at the door.";
"What does ""fair wear"" mean?";Scratches and blunt blades are on us. Lost parts and burnt motors are not.;checked
Who sharpens the saws?;Zoë does, every other Thursday.;
;;
Can my neighbour bring a tool back for me?;Yes, anybody can bring it back. Only the member can take it out.;checked
What happens if I am late?;One euro a day for each tool, and nothing at all if you tell us before.;
 How long may I keep a tool? ;Seven days. You can renew once, online or by phone.;
Do you take donations?;Gladly, if the tool works and its plug is whole.;checked
When are you open?;Tuesday to Friday from 3 to 7, Saturday from 10 to 1.;summer hours?
"""

WINDOWS_1252 = """prompt,completion
What is the soup today?,Leek and potato.
How much is the menu?,Twelve fifty – with coffee 14 €.
Do you have crêpes?,Yes: “à la maison” with caramel.
Is there a vegan dish?,The lentils are.
"""

UTF_16 = """{"messages": [{"role": "user", "content": "Is the gate open?"}, {"role": "assistant", "content": "Until dusk."}]}
{"messages": [{"role": "user", "content": "May we grill?"}, {"role": "assistant", "content": "Yes, on the south meadow."}]}
"""

JOINED = f"""{BOM}{{"messages": [{{"role": "user", "content": "What is a haiku?"}}, {{"role": "assistant", "content": "Three lines, seventeen syllables."}}]}}
{{"messages": [{{"role": "user", "content": "What is a limerick?"}}, {{"role": "assistant", "content": "Five lines and a joke."}}]}}
{BOM}{{"messages": [{{"role": "user", "content": "What is a sonnet?"}}, {{"role": "assistant", "content": "Fourteen lines with a turn."}}]}}
"""

WINDOWS_LINES = """{"messages": [{"role": "user", "content": "Which bus goes uphill?"}, {"role": "assistant", "content": "The 7."}]}
{"messages": [{"role": "user", "content": "And at night?"}, {"role": "assistant", "content": "The N2, once an hour."}]}
"""

COPIED_FROM_THE_WEB = """{"messages": [{"role": "user", "content": "The address?"}, {"role": "assistant", "content": "Harbour Street 9\u2028Back yard, first floor"}]}
{"messages": [{"role": "user", "content": "The phone?"}, {"role": "assistant", "content": "0555 0199\u0085Mornings only"}]}
"""

QUESTIONS = [
    ["question", "answer", "asked on", "times", "price", "public"],
    ["How tall does the hazel get?", "Five metres if you let it.", date(2026, 3, 2), 4, 12.5, True],
    ["May I prune it in March?", "Yes, before the leaves come.", date(2026, 3, 9), 11, 0, True],
    ["Does it need a partner?", "Yes, or it bears no nuts.", date(2026, 4, 21), 2, 19.95, False],
    ["Which pot for a fig?", "30 litres,\nwith a hole.", None, None, None, None],
]
TO_CHECK = [["question", "answer"], ["Is the yew poisonous?", "All of it but the red flesh."]]
TWO_YEARS = {
    "2026": [["prompt", "completion"], ["Who rings the bell?", "The youngest."], ["When?", "At noon."]],
    "2025": [["prompt", "completion"], ["Who lights the fire?", "The eldest."]],
    "empty": [],
}
ERRORS = [
    ["prompt", "completion", "price"],
    ["What does the blue one cost?", "See the list.", 14],
    ["And the red one?", "#REF!", 15],
    ["And the green one?", "The same.", "#N/A"],
    ["How much for all three?", "=B2&B4", 40],
]


def minutes() -> str:
    """A long text, as of a meeting, cut where Excel cuts."""
    points = (
        f"Point {n}: discussed, put off to meeting {n + 3}, Ruth writes it down. " for n in range(1, 700)
    )
    return "".join(points)[:EXCELS_LONGEST_CELL]


def workbook(sheets: dict[str, list[list[Any]]]) -> bytes:
    """An .xlsx with these sheets, and with the dates of its making fixed."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return with_fixed_dates(written.getvalue())


def with_fixed_dates(package: bytes) -> bytes:
    """The same zip archive with one date everywhere, also in the workbook's properties."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w") as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, THE_DAY)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-05-04T12:00:00Z", old.read(name))
            new.writestr(entry, data)
    return out.getvalue()


def parquet() -> bytes:
    """A table with nested messages and a date, as the hubs of datasets keep them."""
    import polars as pl

    rows = [
        ("What is a moraine?", "Rubble that a glacier left behind.", date(2026, 1, 12)),
        ("What is a cirque?", "A bowl that a glacier carved.", date(2026, 1, 12)),
        ("Was ist ein Kar?", "Dasselbe wie ein Zirkus, nur ohne Clowns.", None),
    ]
    frame = pl.DataFrame(
        {
            "messages": [
                [{"role": "user", "content": asked}, {"role": "assistant", "content": said}]
                for asked, said, _ in rows
            ],
            "day": [day for _, _, day in rows],
        }
    )
    out = io.BytesIO()
    frame.write_parquet(out, compression="uncompressed")
    return out.getvalue()


def packed() -> Iterator[tuple[str, bytes]]:
    """The chat of the containers once more, packed in two ways."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd

    chat = (FIXTURES / "containers" / "chat.jsonl").read_bytes()
    squeezed = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=squeezed, mode="wb", mtime=0) as file:
        file.write(chat)
    yield "containers/chat.jsonl.gz", squeezed.getvalue()
    yield "containers/chat.jsonl.zst", zstd.compress(chat)


def odd_bytes() -> dict[str, bytes]:
    """What editors would mend: marks, line ends and other encodings."""
    return {
        "messy.csv": MESSY.replace("\n", "\r\n").encode(),
        "faults/f002_not_utf8.csv": WINDOWS_1252.encode("cp1252"),
        "faults/f002_not_utf8_utf16.jsonl": b"\xff\xfe" + UTF_16.replace("\n", "\r\n").encode("utf-16-le"),
        "faults/f003_byte_order_mark.jsonl": JOINED.partition("\n\ufeff")[0].encode() + b"\n",
        "faults/f025_inner_byte_order_mark.jsonl": JOINED.removeprefix("\ufeff").encode(),
        "faults/f007_carriage_return.jsonl": WINDOWS_LINES.replace("\n", "\r\n").encode(),
        "faults/f012_raw_line_separator.jsonl": COPIED_FROM_THE_WEB.encode(),
    }


def books() -> dict[str, bytes]:
    """The workbooks."""
    cut = [["prompt", "completion"], ["Who came?", "Eleven members."], ["Give me the minutes.", minutes()]]
    return {
        "containers/book.xlsx": workbook({"questions": QUESTIONS, "to check": TO_CHECK}),
        "faults/f018_unread_sheet.xlsx": workbook(TWO_YEARS),
        "faults/f019_error_cell.xlsx": workbook({"prices": ERRORS}),
        "faults/f020_cell_cut.xlsx": workbook({"minutes": cut}),
    }


def all_files() -> Iterable[tuple[str, bytes]]:
    """Every made file by its path in ``fixtures``."""
    yield from odd_bytes().items()
    yield from books().items()
    yield "containers/columns.parquet", parquet()
    yield from packed()


def main() -> None:
    """Write what differs and say so."""
    for name, data in all_files():
        path = FIXTURES / name
        same = path.exists() and path.read_bytes() == data
        if not same:
            path.write_bytes(data)
        print(f"{'same   ' if same else 'written'}  {name}  {len(data):,} bytes")


if __name__ == "__main__":
    main()
