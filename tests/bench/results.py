"""RESULTS.md: one section for every case, so that a case that is run alone replaces its own and no other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from table import Line, machine, table

PATH = Path(__file__).parent / "RESULTS.md"
MARK = "## "
INTRODUCTION = """\
# How fast ftlint is

Made by `python tests/bench/run.py`; every section says when, where and with what. Every number is a whole process with
all that it starts, from its start to its end, after a run that is not counted (but for what takes minutes, which is run
once). What is compared is run in turn (A B A B …), and a ratio is the median of the ratios of the pairs. MB are 1,000,000
bytes. "Peak RSS" is the most that the largest process held (Linux tells no less than the 20 MB of the one that measures),
"all processes" the most that all together held when they were looked at, with what they share counted once. "Processor"
are the seconds of all cores together. What misses its goal is bold. "Floor" is not ftlint, but the least that a program
can do with the same file (`tests/bench/floor.py`)."""


@dataclass(slots=True)
class Section:
    """What one case measured, and why it broke off, if it did."""

    name: str
    about: str
    lines: list[Line] = field(default_factory=list)
    failed: str = ""

    def markdown(self) -> str:
        """The section as it stands in RESULTS.md."""
        parts = [f"{MARK}{self.name}", self.about, f"*{machine()}*"]
        parts += ["\n".join(table(list(same))) for _, same in groupby(self.lines, type)]
        if self.failed:
            parts.append(f"**Broke off:** {self.failed}")
        return "\n\n".join(parts) + "\n"


def kept(path: Path = PATH) -> dict[str, str]:
    """The sections that are in the file now, by name."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    parts = f"\n{text}".split(f"\n{MARK}")[1:]
    return {part.partition("\n")[0].strip(): f"{MARK}{part.rstrip()}\n" for part in parts}


def document(sections: Mapping[str, str], names: Iterable[str]) -> str:
    """The whole file: the sections of the cases there are, in their order; one without says that it was not run."""
    written: Sequence[str] = [sections.get(name, f"{MARK}{name}\n\nNot run.\n") for name in names]
    return "\n".join([INTRODUCTION, "", *written])


def replace(section: Section, names: Iterable[str], path: Path = PATH) -> None:
    """Put a section in its place and leave the others as they are."""
    text = document({**kept(path), section.name: section.markdown()}, names)
    path.write_text(text, encoding="utf-8", newline="\n")
