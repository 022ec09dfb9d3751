"""Completions share no ending that tells the model where to stop.

A base model tuned on answers without a common ending does not know when it is done: it goes on until the
token limit, often with a new question of its own.

A newline does for answers of one line, such as the turns of a chatbot; ` END` for longer ones. A list of what
was found in a text goes one on a line, sorted or in the order in which the text has them, and ` END` behind the
last: so the model knows what is still to come. One or two epochs are mostly enough for generation; with more,
examples are learnt by heart.

The fix adds one ending to every completion: the first of a newline, ` END`, `***` … that occurs in no
completion. It changes the text that is trained on, so it is unsafe. Ask the tuned model with `stop=` set to
the same ending.

Where at least 95 % of the completions end in the same sign, that is the stop, and each of the others is a finding of
its own. The fix puts it at their end, unless they end in another sign. Of fewer than 20 completions, 95 % are all.

An ending that all completions share does where it is a sign such as `###`, or stands nowhere else in any of
them. A full stop that also ends sentences in the middle tells nothing.

Silent for classification (a label ends by itself: ask with `max_tokens=1`), for open-ended generation, where
all prompts are empty, where all completions are equal, for chat shapes, and where no target asks for a stop.
"""

from __future__ import annotations

from typing import Any

from ftlint.rule import (
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    RuleContext,
    Severity,
    Violation,
    legacy_markers,
    marker_outliers,
    pl,
    quote,
    task_type,
)

LEGACY = {"target": "openai-completions"}


class NoStop(DatasetRule):
    """Needs two things of the whole: what the completions share, and whether they are labels."""

    code, name, severity, fix = "P004", "no-stop", "warning", "unsafe"
    fix_prompt = "Add {stop} to every completion?"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return self.severity if context.requires_markers else None

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        if not batch.prompt_completions.height:
            return None
        asked = batch.prompt_completions.filter(
            (pl.col("prompt") != "") & pl.col("completion").is_not_null()
        ).height
        ends = legacy_markers.completion_endings(batch).with_columns(asked=pl.lit(asked))
        return pl.concat([ends, batch.answer_counts.rename({"n": "rows"})], how="diagonal")

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        ends = legacy_markers.conclude(observed.filter(pl.col("shared").is_not_null()), legacy_markers.STOPS)
        answers = observed.filter(pl.col("rows").is_not_null()).select("label", "rows", "row", "line")
        task = task_type.conclude(task_type.combine([answers.rename({"rows": "n"})]), context)
        if ends is None or ends.n < 2 or not ends.distinct:
            return Conclusion()
        if task.is_classification or not observed["asked"].sum():
            return Conclusion()
        if ends.sign is not None and ends.unmarked:
            return marker_outliers.conclusion(ends, "completion", "stop", ends.sign)
        if ends.is_informative:
            return Conclusion()
        stop = context.stop if context.stop is not None else legacy_markers.choose_stop(ends)
        message = f"{ends.n:,} completions share no ending; end every completion with e.g. {quote(stop)}"
        return Conclusion([Violation(message)], decision={"apply": True, "rows": ends.n, "stop": stop})

    def second_pass(self, batch: Batch, decision: dict[str, Any], context: RuleContext) -> list[Violation]:
        return marker_outliers.violations(batch, "completion", "stop", decision)

    def rewrite_columns(self, decision: dict[str, Any], context: RuleContext) -> dict[str, pl.Expr]:
        return marker_outliers.rewritten("completion", "stop", decision)

    cases = (
        Case(
            wrong=[
                {"prompt": "a ->", "completion": " Once upon a time"},
                {"prompt": "b ->", "completion": " Far away"},
            ],
            found=[(None, None)],
            fixed=[
                {"prompt": "a ->", "completion": " Once upon a time\n"},
                {"prompt": "b ->", "completion": " Far away\n"},
            ],
            settings=LEGACY,
        ),
        Case(
            why="the stop of most; another sign may be meant, and one of a word is its own",
            wrong=[
                *({"prompt": f"{n} ->", "completion": f" It is {n} END"} for n in range(70)),
                {"prompt": "a ->", "completion": " Once at the weekEND"},
                {"prompt": "b ->", "completion": " In C++"},
                {"prompt": "c ->", "completion": " Far away###"},
            ],
            found=[(71, "completion"), (72, "completion"), (73, "completion")],
            fixed=[
                *({"prompt": f"{n} ->", "completion": f" It is {n} END"} for n in range(70)),
                {"prompt": "a ->", "completion": " Once at the weekEND END"},
                {"prompt": "b ->", "completion": " In C++ END"},
                {"prompt": "c ->", "completion": " Far away###"},
            ],
            settings=LEGACY,
        ),
        Case(
            why="an ending that occurs in no completion is chosen",
            wrong=[
                {"prompt": "a ->", "completion": " Once\nupon a time"},
                {"prompt": "b ->", "completion": " Far away"},
            ],
            found=[(None, None)],
            fixed=[
                {"prompt": "a ->", "completion": " Once\nupon a time END"},
                {"prompt": "b ->", "completion": " Far away END"},
            ],
            settings=LEGACY,
        ),
        Case(
            why="a full stop that ends other sentences, too",
            wrong=[
                {"prompt": "a ->", "completion": " Once. And again."},
                {"prompt": "b ->", "completion": " Far away."},
            ],
            found=[(None, None)],
            fixed=[
                {"prompt": "a ->", "completion": " Once. And again.\n"},
                {"prompt": "b ->", "completion": " Far away.\n"},
            ],
            settings=LEGACY,
        ),
        Case(
            why="a full stop that stands nowhere else",
            right=[{"prompt": "a ->", "completion": " Once."}, {"prompt": "b ->", "completion": " Twice."}],
            settings=LEGACY,
        ),
        Case(
            why="no prompts, no questions to stop after",
            right=[{"prompt": "", "completion": " Once"}, {"prompt": "", "completion": " Twice"}],
            settings=LEGACY,
        ),
        Case(
            why="a prompt without a completion is no question",
            right=[
                {"prompt": "", "completion": "Once"},
                {"prompt": "", "completion": "Twice"},
                {"prompt": "a", "completion": None},
            ],
            settings=LEGACY,
        ),
        Case(
            why="a template does it, or nobody knows who it is for",
            right=[{"prompt": "a", "completion": "Once"}, {"prompt": "b", "completion": "Twice"}],
        ),
        Case(
            why="signs that belong to most labels are no stop",
            right=[{"prompt": f"text {i} ->", "completion": " C++" if i else " Java"} for i in range(40)],
            settings=LEGACY,
        ),
        Case(
            why="labels end by themselves",
            right=[{"prompt": f"text {i} ->", "completion": (" yes", " no")[i % 2]} for i in range(20)],
            settings=LEGACY,
        ),
        Case(
            why="told to be a classification",
            right=[{"prompt": "a ->", "completion": " x1"}, {"prompt": "b ->", "completion": " y2"}],
            settings=LEGACY | {"task": "classification"},
        ),
        Case(
            right=[
                {"prompt": "a ->", "completion": " One END"},
                {"prompt": "b ->", "completion": " Two END"},
            ],
            settings=LEGACY,
        ),
    )
