"""How much goes to which side of a split: what is asked for, and what the target takes for validation."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftlint.errors import UsageError

if TYPE_CHECKING:
    from ftlint.target import Target

Share = float | int
"""A float below 1 is a share of the examples, a whole number is a number of examples."""
USUAL = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What a split is asked for. ``valid`` None is the ``usual`` share or number, or as much of it as the target takes;
    what is asked for by name and goes against the target is refused.
    """

    valid: Share | None = None
    usual: Share = USUAL
    test: Share = 0
    seed: int = 0
    stratify: bool = True

    @property
    def validation(self) -> Share:
        """The share for validation, or the number."""
        return self.usual if self.valid is None else self.valid

    def check(self) -> None:
        """Refuse what cannot be, whatever the data. Raises UsageError."""
        for name, share in (("valid", self.validation), ("test", self.test)):
            if not _is_share(share):
                raise UsageError(f"--{name} {share}: a share below 1 (0.1) or a number of examples (200)")
        shares = [share for share in (self.validation, self.test) if isinstance(share, float)]
        if sum(shares) >= 1:
            raise UsageError(f"--valid {self.validation} and --test {self.test} leave nothing for training")
        if not self.validation and not self.test:
            raise UsageError("--valid 0 without --test: nothing would be split off")

    def check_against(self, examples: int) -> None:
        """Refuse numbers that so many examples cannot give. Raises UsageError."""
        numbers = [share for share in (self.validation, self.test) if isinstance(share, int)]
        if sum(numbers) >= examples > 0:
            asked = " and ".join(
                f"--{name} {share}"
                for name, share in (("valid", self.validation), ("test", self.test))
                if isinstance(share, int) and share
            )
            raise UsageError(
                f"{asked}: there are only {examples:,} examples, and some must be left for training"
            )


def share_of(text: str, option: str) -> Share:
    """``0.1`` and ``10%`` as a share, ``200`` as a number. Raises UsageError for anything else."""
    try:
        if text.endswith("%"):
            return _checked(float(text[:-1]) / 100)
        return int(text) if text.isascii() and text.isdigit() else _checked(float(text))
    except ValueError:
        raise UsageError(
            f"{option} {text}: write a share below 1 (0.1, 10%) or a number of examples (200)"
        ) from None


def _checked(share: float) -> float:
    if not 0 <= share < 1:
        raise ValueError
    return share


def _is_share(share: object) -> bool:
    if isinstance(share, bool):
        return False
    return share >= 0 if isinstance(share, int) else isinstance(share, float) and 0 <= share < 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a target takes for validation, and what training needs. None: it says nothing.

    ``share`` is of the training examples and of the training file, where more than ``share_above`` are trained.
    """

    who: str = "nobody"
    examples: int | None = None
    bytes: int | None = None
    share: float | None = None
    share_above: int = 0
    required: bool = False
    fewest_trained: int | None = None
    most_together: int | None = None

    @property
    def mind_bytes(self) -> bool:
        """Whether the size of the examples matters."""
        return self.bytes is not None or self.share is not None

    def refuse(self, shares: Shares) -> None:
        """Refuse shares that go against the target, whatever the data. Raises UsageError."""
        if self.required and not shares.validation:
            raise UsageError(f"--valid {shares.valid}: {self.who} demands a validation file")
        if shares.valid is not None and isinstance(shares.valid, int):
            self._refuse_examples(shares, shares.valid)

    def refuse_for(self, shares: Shares, examples: int, size: int) -> None:
        """Refuse shares that go against the target, for so many examples of so many bytes."""
        if shares.valid is None or not examples:
            return
        exact = isinstance(shares.valid, int)
        share = shares.valid / examples if exact else shares.valid
        self._refuse_examples(shares, int(shares.valid if exact else share * examples))
        if self.bytes is not None and share * size > self.bytes:
            raise UsageError(
                f"--valid {shares.valid}: about {int(share * size):,} bytes;"
                f" {self.who} takes at most {self.bytes:,} for validation"
            )
        # Who asks for the very share that the target names gets as much of it as there may be.
        to_training = share / (1 - share) if exact else share
        if self.share is not None and examples * (1 - share) > self.share_above and to_training > self.share:
            raise UsageError(
                f"--valid {shares.valid}: {self.who} takes, for validation,"
                f" at most {self.share * 100:g} % of what is trained"
            )

    def _refuse_examples(self, shares: Shares, wanted: int) -> None:
        if self.examples is not None and wanted > self.examples:
            raise UsageError(
                f"--valid {shares.valid}: {wanted:,} examples;"
                f" {self.who} takes at most {self.examples:,} for validation"
            )

    def most(self, examples: int, size: int) -> tuple[int, int]:
        """The most examples and the most bytes for validation, of so many examples and bytes on both sides."""
        most_examples = self.examples if self.examples is not None else examples
        most_bytes = self.bytes if self.bytes is not None else size
        if self.share is not None:
            # Validation to training as the share to one.
            part = self.share / (1 + self.share)
            if examples * (1 - part) > self.share_above:
                most_examples = min(most_examples, int(part * examples))
                most_bytes = min(most_bytes, int(part * size))
        return most_examples, most_bytes

    def warnings(self, trained: int, validated: int) -> list[str]:
        """What the target will say to a split into so many examples."""
        said = []
        if self.fewest_trained is not None and trained < self.fewest_trained:
            said.append(
                f"{trained:,} examples are left for training;"
                f" {self.who} takes no job with fewer than {self.fewest_trained:,}"
            )
        if self.most_together is not None and trained + validated > self.most_together:
            said.append(
                f"{trained + validated:,} examples for training and validation;"
                f" {self.who} takes at most {self.most_together:,} together"
            )
        return said


def limits_of(target: "Target | None") -> Limits:
    """The limits that a target states."""
    if target is None:
        return Limits()
    share = target.value("max_validation_share")
    return Limits(
        who=target.name,
        examples=target.number("max_validation_examples"),
        bytes=target.number("max_validation_bytes"),
        share=float(share) if isinstance(share, int | float) else None,
        share_above=target.number("validation_share_above") or 0,
        required=target.value("min_validation") == "required",
        fewest_trained=target.number("min_examples"),
        most_together=target.number("max_total_examples"),
    )
