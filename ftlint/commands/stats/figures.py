"""The figures of a dataset, as every output format and every caller reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Spread:
    """How some numbers are spread; quantiles lie between two of them where none is in the middle."""

    least: int
    p5: float
    median: float
    mean: float
    p95: float
    most: int


@dataclass(frozen=True, slots=True)
class Bar:
    """How many examples have at least ``start`` and fewer than ``end`` tokens."""

    start: int
    end: int
    examples: int


@dataclass(frozen=True, slots=True)
class Cut:
    """What a limit does: examples with more tokens, and those of them whose last answer is lost as a whole.

    ``of`` names the models, or else the target, whose limit this is; it is empty for a usual limit. ``unless`` is the
    trainer's setting that says otherwise, where there is one.
    """

    limit: int
    examples: int
    lost: int
    of: Sequence[str] = ()
    unless: str | None = None


@dataclass(frozen=True, slots=True)
class Uncounted:
    """Examples with tools or media, whose tokens are not in the figures because nobody says how they are counted.

    ``low_images`` are the images of low detail; each costs ``low_tokens``, where the target says so.
    """

    tools: int = 0
    media: int = 0
    images: int = 0
    low_images: int = 0
    low_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What it costs to train one model.

    ``billed`` are the tokens of all epochs, none beyond ``limit`` in an example. ``price`` is in USD for a million of
    them, ``checked`` the day it was read (None for a price of the user's), and ``dollars`` what comes out; both are
    None where no price is known. ``model`` is None where only a price was given. ``status`` is the model's:
    live, winding-down, unsupported or retired, by the day of the run.
    """

    model: str | None
    status: str
    retired: date | None
    limit: int | None
    billed: int
    price: float | None
    checked: date | None
    verified: bool
    dollars: float | None


@dataclass(frozen=True, slots=True)
class Training:
    """What a training would take. ``epochs`` is None where nobody says; tokens are then those of a single one.

    ``by`` names the target whose default the epochs are; None for the user's own number. ``tokens`` are those of all
    epochs, none beyond ``limit`` in an example. ``others`` are models with another vocabulary, and its name: figures
    for them need ``--model``.
    """

    epochs: int | None = None
    by: str | None = None
    verified: bool = True
    tokens: int = 0
    limit: int | None = None
    costs: Sequence[Cost] = ()
    others: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one file, or of several together.

    ``rows`` counts what was read, ``examples`` what of it are examples. ``shapes`` and ``roles`` count examples and
    messages. ``systems`` is the number of different instructions, ``instructed`` that of examples with any. ``turns``
    are messages of the assistant's in an example. ``tokens`` and ``trained`` are totals; ``per_example`` and
    ``per_answer`` spread them over examples and over the assistant's messages. ``duplicates`` are examples that stand
    in a file before; ``shared`` those that stand in an earlier file.
    """

    name: str
    container: str
    bytes: int
    rows: int
    examples: int
    shapes: Mapping[str, int] = field(default_factory=dict)
    roles: Mapping[str, int] = field(default_factory=dict)
    systems: int = 0
    instructed: int = 0
    turns: Spread | None = None
    tokens: int = 0
    trained: int = 0
    per_example: Spread | None = None
    per_answer: Spread | None = None
    bars: Sequence[Bar] = ()
    cuts: Sequence[Cut] = ()
    task: str | None = None
    classes: Sequence[tuple[str, int]] = ()
    duplicates: int = 0
    shared: int = 0
    uncounted: Uncounted = Uncounted()
    training: Training = Training()

    @property
    def pairs(self) -> bool:
        """Whether there are pairs of answers, both of which are counted."""
        from ftlint.shapes import SHAPES

        return any(SHAPES[shape].is_preference for shape in self.shapes if shape in SHAPES)


@dataclass(frozen=True, slots=True)
class Stats:
    """The figures of every file, and of all together where there are several.

    ``vocabulary`` is what tokens were counted with; ``exact`` says whether it is the target's or the model's own.
    """

    files: Sequence[Figures]
    total: Figures | None
    target: str | None
    model: str | None
    vocabulary: str
    exact: bool

    @property
    def all(self) -> Figures:
        """The figures of all files together, also where there is but one."""
        return self.total if self.total is not None else self.files[0]
