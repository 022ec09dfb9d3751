"""The cells of a table are separated by something else than its name says.

Excel writes semicolons where a comma is the decimal mark, and many a .csv is separated by tabs. A reader that expects
commas finds one column, named `prompt;completion`. ftlint reads such a table rightly and says so.

There is no fix and nothing to mend here; convert the file if other tools have to read it. `--delimiter` says which
character it is where ftlint is wrong.
"""

from ftlint.rule import Case, FaultRule


class OtherDelimiter(FaultRule):
    """Semicolons, tabs or bars in a .csv, anything but tabs in a .tsv."""

    code, name, severity = "F017", "other-delimiter", "info"
    fault = "delimiter"

    cases = (
        Case(why="semicolons", name="x.csv", wrong=b"prompt;completion\na, b;c\n", found=[(1, None)]),
        Case(why="tabs", name="x.csv", wrong=b"prompt\tcompletion\na\tb\n", found=[(1, None)]),
        Case(why="commas in a .tsv", name="x.tsv", wrong=b"prompt,completion\na,b\n", found=[(1, None)]),
        Case(why="semicolons in a text", name="x.csv", right=b"prompt,completion\na; b; c,d\n"),
        Case(why="one column", name="x.csv", right=b"text\nHello; you\n"),
    )
