"""What a file is to be prepared for and how far that may go; and where it is written."""

from dataclasses import dataclass
from pathlib import Path

DEFAULT_TARGET = "openai-chat"
# The removed tool kept a fifth for validation, and never more than a thousand rows.
VALID_SHARE = 0.2
MOST_VALID = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareOptions:
    """What the user wants of a preparation.

    ``only`` and ``skip`` name remedies by rule, as ``--select`` and ``--ignore`` do. ``split`` None divides the
    examples where their answers are classes; ``valid`` is a share (below 1) or a number of examples.
    """

    target: str = DEFAULT_TARGET
    system: str | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    expand_turns: bool = False
    split: bool | None = None
    valid: float | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareOutput:
    """Where a preparation writes: the file instead of ``…_prepared.jsonl``, and one for what is left out.

    ``stats`` says whether tokens are counted, for what training costs.
    """

    output: Path | None = None
    rejects: Path | None = None
    stats: bool = True
