"""Options of a preparation: its purpose, its limits, and its output."""

from pathlib import Path

from msgspec import Struct

DEFAULT_TARGET = "openai-chat"
# The removed OpenAI tool reserved a fifth for validation, and at most a thousand rows.
VALID_SHARE = 0.2
MOST_VALID = 1000


class PrepareOptions(Struct, frozen=True, kw_only=True):
    """The user's intent for a preparation. ``only`` and ``skip`` name proposed fixes by rule, as ``--select``
    and ``--ignore`` do.

    ``split`` None splits the examples if their answers are classes; ``valid`` is a share (below 1) or a
    number of examples.
    """

    target: str = DEFAULT_TARGET
    system: str | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    expand_turns: bool = False
    split: bool | None = None
    valid: float | None = None
    seed: int = 0


class PrepareOutput(Struct, frozen=True, kw_only=True):
    """Output of a preparation: the file instead of ``…_prepared.jsonl``, and one for rejected rows.

    ``stats`` says whether tokens are counted, for the cost of training.
    """

    output: Path | None = None
    rejects: Path | None = None
    keep_lost: bool = True
    """Whether values that the new file does not contain are stored in a file next to it."""
    stats: bool = True
