"""The figures of a dataset, as every output format and every caller reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Spread:
    """The distribution of some numbers; quantiles are interpolated between two of them."""

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
    """The effect of a limit: examples with more tokens, and those whose last answer is lost entirely.

    ``of`` names the models, or else the target, of the limit; it is empty for a usual limit. ``unless`` is
    the trainer's setting that changes it, if any.
    """

    limit: int
    examples: int
    lost: int
    of: Sequence[str] = ()
    unless: str | None = None


@dataclass(frozen=True, slots=True)
class Uncounted:
    """Examples with tools or media, whose tokens are not in the figures because their count is not
    documented.

    ``low_images`` are the images of low detail; each costs ``low_tokens``, if the target defines them.
    """

    tools: int = 0
    media: int = 0
    images: int = 0
    low_images: int = 0
    low_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of training one model.

    ``billed`` are the tokens of all epochs, none beyond ``limit`` in an example. ``price`` is in USD per
    million tokens, ``checked`` its date (None for a price of the user's), and ``dollars`` the total; both are
    None if no price is known. ``model`` is None if only a price was given. ``status`` is the model's: live,
    winding-down, unsupported or retired, by the day of the run.
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
    """An estimate of a training run.

    ``epochs`` is None if not defined; tokens are then those of a single epoch. ``by`` names the target whose
    default the epochs are; None for the user's own number. ``tokens`` are those of all epochs, none beyond
    ``limit`` in an example. ``others`` are models with another vocabulary, and its name: figures for them
    need ``--model``.
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

    ``rows`` counts all rows read, ``examples`` those that are examples. ``shapes`` and ``roles`` count
    examples and messages. ``systems`` is the number of different instructions, ``instructed`` that of
    examples with any. ``turns`` are messages of the assistant per example. ``tokens`` and ``trained`` are
    totals; ``per_example`` and ``per_answer`` are distributions over examples and over the assistant's
    messages. ``duplicates`` are examples that occur earlier in a file; ``shared`` those that occur in an
    earlier file.
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
    """The figures of every file, and the total if there are several.

    ``vocabulary`` is what tokens were counted with; ``exact`` says whether it is the target's or the model's
    own.
    """

    files: Sequence[Figures]
    total: Figures | None
    target: str | None
    model: str | None
    vocabulary: str
    exact: bool

    @property
    def all(self) -> Figures:
        """The figures of all files together, also if there is only one."""
        return self.total if self.total is not None else self.files[0]
