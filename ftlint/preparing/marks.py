"""The marks of prompts and completions as they were written: what a tuned model has to be asked with."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ftlint import endings
from ftlint import task as tasks
from ftlint.job import Job
from ftlint.lazy import pl
from ftlint.task import Task

if TYPE_CHECKING:
    from polars import DataFrame

    from ftlint.batch import Batch


@dataclass(slots=True)
class Marks:
    """What prompts and completions, batch by batch, have in common; and the labels, where they are ``labelled``."""

    labelled: bool = True
    prompts: "list[DataFrame]" = field(default_factory=list)
    answers: "list[DataFrame]" = field(default_factory=list)
    labels: "list[DataFrame]" = field(default_factory=list)
    systems: set[str | None] = field(default_factory=set)

    def see(self, batch: "Batch") -> None:
        """Look at a batch that is written."""
        if self.labelled and len(batch):
            self.labels.append(batch.answers)
        pairs = (
            batch.pairs if any(kind.shape.name == "completion" for kind, _ in batch.counted_kinds()) else None
        )
        if pairs is not None and pairs.height:
            self.prompts.append(endings.observe(pairs["prompt"], endings.PROMPT_CANDIDATES, choose=False))
            self.answers.append(endings.observe(pairs["completion"], endings.STOPS, choose=False))
        elif batch.plain is not None and not batch.plain.roles.is_in(["system", "developer"]).any():
            self.systems.add(None)
        elif len(self.systems) < 2:
            led = batch.examples["roles"].str.contains("^[sd]")
            if not led.all():
                self.systems.add(None)
            if led.any():
                told = batch.messages.filter(
                    (pl.col("at") == 0) & pl.col("role").is_in(["system", "developer"])
                )
                self.systems.update(told["content"].unique(maintain_order=True).head(2).to_list())

    def join(self, part: "Marks") -> None:
        """Add what was seen of the next part of the file."""
        self.prompts += part.prompts
        self.answers += part.answers
        self.labels += part.labels
        self.systems |= part.systems

    def task(self, job: Job) -> Task:
        """What was written teaches."""
        return tasks.conclude(tasks.combine(self.labels) if self.labels else None, job)

    @property
    def separator(self) -> str | None:
        """What ends every prompt and can be told from its text."""
        ends = endings.conclude(pl.concat(self.prompts) if self.prompts else None, endings.PROMPT_CANDIDATES)
        return (ends.strong_mark or ends.mark) if ends is not None and ends.n > 1 and ends.distinct else None

    @property
    def stop(self) -> str | None:
        """What ends every completion and can be told from its text."""
        ends = endings.conclude(pl.concat(self.answers) if self.answers else None, endings.STOPS)
        if ends is None or ends.n < 2 or not ends.distinct:
            return None
        # One sign that sentences end in, too, would cut the answer at the first of them.
        return ends.sign or (ends.mark if ends.mark is not None and len(ends.mark) > 1 else None)

    @property
    def system(self) -> str | None:
        """The system message of all examples, if it is one."""
        return next(iter(self.systems)) if len(self.systems) == 1 else None
