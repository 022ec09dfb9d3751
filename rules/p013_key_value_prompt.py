"""Most prompts are lists of keys and values instead of language.

A language model has read far more sentences than tables. `Item is a handbag. Colour is army green. Size is small.`
tells it more than `Item=handbag, Color=army_green, size=S`: words stand as they do in the texts it learnt from, and
relations are spelled out. Make the sentences by a template when you build the data (`--prompt "Item is a {item}.
Colour is {color}."`), round odd numbers to what a reader would say, and ask the tuned model in the same words.

The finding is about the whole dataset and is a note.

There is no fix: how a key reads as a sentence, only you know.

Silent where half of the prompts or fewer look so, for keys of one letter (maths), for addresses with a query,
and for anything with brackets or quotes (code, JSON). `Colour: green` on lines of its own reads well enough.
"""

from __future__ import annotations

from collections.abc import Collection

from ftlint.rule import Batch, Case, Conclusion, DatasetRule, FileGroup, RuleContext, Violation, pl, quote

# Without limits on the lengths: those make the expression twenty times slower.
KEY = r"[\p{L}_][\p{L}\p{N}_ -]*[\p{L}\p{N}]\s?"
VALUE = r"[^=,;|\n(){}\[\]<>\"'`]+"
PAIR = f"{KEY}={VALUE}"
# The signs behind the last pair are the separator.
PAIRS = rf"^\s*{PAIR}(?:[,;|\n]\s*{PAIR})+[\s,;|#*=<>-]*$"
ANSWER = {"completion": " A fine thing for every day."}


class KeyValuePrompt(DatasetRule):
    """Adds up what the batches counted; the regular expression sees only prompts with a ``=``."""

    code, name, severity = "P013", "key-value-prompt", "info"

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        prompts = batch.exchanges.select("row", "line", "prompt").filter(pl.col("prompt") != "")
        if not prompts.height:
            return None
        likely = prompts.filter(pl.col("prompt").str.contains("=", literal=True))
        # The expression is long: where nothing is likely it is not even compiled.
        pairs = likely.filter(pl.col("prompt").str.contains(PAIRS)).sort("row") if likely.height else likely
        first = pairs.row(0) if pairs.height else (None, None, None)
        schema = {
            "n": pl.UInt64,
            "pairs": pl.UInt64,
            "row": pl.UInt64,
            "line": pl.UInt64,
            "prompt": pl.String,
        }
        return pl.DataFrame([(prompts.height, pairs.height, *first)], schema=schema, orient="row")

    def suspects(self, group: FileGroup, context: RuleContext) -> Collection[int]:
        likely = pl.col("prompt").str.contains("=", literal=True)
        return group.of_records(group.batch.exchanges.filter(likely)["i"])

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        n, pairs = (int(observed[name].sum()) for name in ("n", "pairs")) if observed is not None else (0, 0)
        if observed is None or n < 2 or pairs * 2 <= n:
            return Conclusion()
        line, prompt = observed.drop_nulls("row").sort("row").select("line", "prompt").row(0)
        which = "all" if pairs == n else f"{pairs:,} of"
        said = f"{which} {n:,} prompts are lists of keys and values; sentences do better: {quote(prompt)}"
        return Conclusion([Violation(f"{said} (line {line:,})")])

    cases = (
        Case(
            why="the example of the old guide",
            wrong=[
                {"prompt": "Item=handbag, Color=army_green, price=$99, size=S->", **ANSWER},
                {"prompt": "Item=belt, Color=red, price=$12.50, size=M->", **ANSWER},
            ],
            found=[(None, None)],
        ),
        Case(
            why="lines, bars, semicolons, other scripts, and a chat",
            wrong=[
                {"prompt": "Item=handbag\nColor=red\n\n###\n\n", **ANSWER},
                {"prompt": "Item = handbag | Color = red ->", **ANSWER},
                {"prompt": "品名=手提包;颜色=军绿", **ANSWER},
                {"prompt": "товар=сумка, цвет=зелёный", **ANSWER},
                {"prompt": "Write about this handbag.", **ANSWER},
                {
                    "messages": [
                        {"role": "user", "content": "Item=bag, Color=red"},
                        {"role": "assistant", "content": "A bag."},
                    ]
                },
            ],
            found=[(None, None)],
        ),
        Case(
            why="in sentences",
            right=[
                {"prompt": "Item is a handbag. Colour is army green. Size is small.->", **ANSWER},
                {"prompt": "Item: belt\nColour: red\n->", **ANSWER},
            ],
        ),
        Case(
            why="half of them",
            right=[{"prompt": "Item=belt, Color=red ->", **ANSWER}, {"prompt": "A belt in red ->", **ANSWER}],
        ),
        Case(
            why="addresses, maths, code, equations in a sentence",
            right=[
                {"prompt": text, **ANSWER}
                for text in (
                    "https://example.com/?item=bag,color=red",
                    "x=3, y=4",
                    "Let x=3, y=4. What is x+y?",
                    "foo=bar(1), baz=[2]",
                    'name="a", value="b"',
                    "one=1",
                    "a == b, c == d",
                )
            ],
        ),
        Case(why="one row tells nothing", right=[{"prompt": "Item=belt, Color=red ->", **ANSWER}]),
    )
