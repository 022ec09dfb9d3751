"""The content of messages is a list of parts, and all of them are text.

Chat templates of models that see images read parts; those of models of text mostly read one text. Of the 38 templates
in TRL 1.16 more than half print such a list as Python does, brackets and all, leave it out, or stop; where they do not
stop, the training goes on without a word. The template of Qwen 3 leaves it out.

There is no fix: where your model reads parts, the file is right. `ftlint convert` writes parts of text as one text.

Columns around a prompt, which a conversion writes into its text, are no parts. A warning, because the template belongs
to the model. Silent where any example of the file has images or other media, without a target, and for targets that
read parts themselves. Reported once, at the first example.
"""

from __future__ import annotations

from ftlint.rule import Batch, Case, Conclusion, DatasetRule, Location, RuleContext, Severity, Violation, pl

PARTS = [{"type": "text", "text": "What is it?"}]
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
QUESTION, ANSWER = {"role": "user", "content": PARTS}, {"role": "assistant", "content": "A cat."}
TRL = {"target": "trl-sft"}
# Columns of which the texts are parts of the question.
COLUMNS = ("context", "documents", "instruction", "input")
SCHEMA = {"n": "UInt64", "media": "UInt64", "row": "UInt64", "line": "UInt64", "path": "String"}


class TextInParts(DatasetRule):
    """Counts the examples with parts, and those with media."""

    code, name, severity = "S012", "text-in-parts", "warning"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("text_parts")

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        shapes = context.target.shapes if context.target is not None else {}
        found = batch.examples.filter((pl.col("n_parts") > 0) & pl.col("shape").is_in(list(shapes)))
        places = batch.messages.filter(pl.col("kind") == "parts").join(found, on="i", how="semi")
        places = places.group_by("i", maintain_order=True).agg("at") if found.height else places.clear()
        columns = batch.has_any_field(COLUMNS)
        first = (
            (i, _first_list(batch, i, at) if columns else at[0]) for i, at in places.select("i", "at").rows()
        )
        own = {i: at for i, at in first if at is not None}
        found = found.filter(pl.col("i").is_in(list(own)))
        if not found.height:
            return None
        i, row, line = found.select("i", "row", "line").row(0)
        path = batch.example(i).path(Location(own[i]))
        media = found.filter(pl.col("n_media") > 0).height
        types = {name: getattr(pl, kind) for name, kind in SCHEMA.items()}
        return pl.DataFrame([(found.height, media, row, line, path)], schema=types, orient="row")

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        first = pl.col("row", "line", "path").sort_by("row").first()
        return pl.concat(frames).select(pl.col("n", "media").sum(), first)

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        n, media, row, line, path = observed.row(0)
        if media:
            return Conclusion()
        many = f" in {n:,} examples, first here" if n > 1 else ""
        words = f"a content is a list of parts{many}; most chat templates of text models read one text only"
        return Conclusion([Violation(words, path, row, line)])

    cases = (
        Case(
            why="reported once",
            wrong=[
                {"messages": [{"role": "user", "content": "a"}, ANSWER]},
                {"messages": [QUESTION, ANSWER]},
                {"messages": [QUESTION, {"role": "assistant", "content": PARTS}]},
            ],
            found=[(2, "messages[0].content")],
            severity="warning",
            settings=TRL,
        ),
        Case(
            why="columns around a prompt, or beside messages",
            right=[
                {"messages": [{"role": "user", "content": "a"}, ANSWER], "context": "b"},
                {"prompt": "a", "completion": "c", "label": True, "context": "b"},
            ],
            settings=TRL,
        ),
        Case(
            why="a file with images is for a model that reads parts",
            right=[
                {"messages": [QUESTION, ANSWER]},
                {"messages": [{"role": "user", "content": [*PARTS, IMAGE]}, ANSWER]},
            ],
            settings=TRL,
        ),
        Case(
            why="a target that reads parts itself",
            right=[{"messages": [QUESTION, ANSWER]}],
            settings={"target": "openai-chat"},
        ),
        Case(why="without a target nobody knows", right=[{"messages": [QUESTION, ANSWER]}]),
    )


def _first_list(batch: Batch, i: int, places: list[int]) -> int | None:
    """The first of the messages whose content is a list in the record itself, not texts of several columns."""
    example = batch.example(i)
    return next((at for at in places if isinstance(example.get(example.path_to(Location(at))), list)), None)
