"""The example says nearly the same as one in a dataset that the file is held against.

A held example that differs from a trained one in a word or two measures memory nearly as well as a copy does. Near
copies come from several versions of one file, and from models that were asked for the same thing twice.

What is near is reported as by near-duplicate, with the same options: by the shingles that both have, with the
same care for templates. It is opt-in, since it takes a second for some thousand examples.

There is no fix: two texts that differ in one word may differ in the one that matters. `ftlint split` keeps near
duplicates on one side.

Silent for examples that are the same on both sides, which leak tells; for fillings of one template; and for near
duplicates within one file.
"""

from __future__ import annotations

from ftlint.rule import (
    Annotated,
    Batch,
    Case,
    CompareRule,
    Conclusion,
    Meta,
    RuleContext,
    Violation,
    near_duplicates,
    pl,
    quote,
)
from ftlint.rule import Options as RuleOptions

TEA = (
    "To make a good pot of tea, bring fresh water to the boil and warm the pot with a little of it. Put in one "
    "spoon of leaves for each cup and one for the pot, pour the water over them, and let it stand for four minutes "
    "before you stir it once and pour it through a strainer into cups that have been warmed as well."
)
CHINESE = (
    "泡一壶好茶的方法是：先把新鲜的水烧开，用少量开水温一温茶壶，然后按每杯一勺的量放入茶叶，再为茶壶多加一勺，"
    "把开水倒在茶叶上，静置四分钟，搅拌一次，最后用滤网把茶倒进事先温过的杯子里，趁热和朋友们一起慢慢地喝。"
)
ASK = "How do I make tea?"
FORM = "Invoice {0} of {1} for {2}: the customer in {3} bought {4} pieces and pays {5} euros within {6} days, please."
INVOICES = [
    ("A-17", "March", "Ada Smith", "Leeds", 4, 39, 14),
    ("B-912", "July", "Omar Haddad", "Lyon", 1, 18, 30),
    ("A-233", "January", "Mei Lin", "Kyoto", 2, 77, 7),
]


def _pair(prompt: str, completion: str) -> dict[str, str]:
    return {"prompt": prompt, "completion": completion}


class NearLeak(CompareRule):
    """Joins what shares most of its shingles across both sides."""

    code, name, severity = "D006", "near-leak", "warning"
    opt_in = True

    class Options(RuleOptions):
        """How much must be the same, and in pieces of how many words."""

        threshold: Annotated[float, Meta(ge=0.5, le=1, description="least share of shingles in both")] = (
            near_duplicates.THRESHOLD
        )
        shingle: Annotated[int, Meta(ge=1, le=10, description="words of a shingle")] = near_duplicates.WORDS

    def observe_reference(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        return self._sketches(batch)

    def observe_against(
        self, batch: Batch, reference: pl.DataFrame, context: RuleContext
    ) -> pl.DataFrame | None:
        # What is the same on both sides is leak's.
        return self._sketches(batch).join(reference.select("high", "low"), on=["high", "low"], how="anti")

    def _sketches(self, batch: Batch) -> pl.DataFrame:
        digests = batch.digests.select("row", "high", "low")
        return near_duplicates.shingle_sets(batch, self.options.shingle).join(
            digests, on="row", how="left", maintain_order="left"
        )

    def compare(
        self, observed: pl.DataFrame | None, reference: pl.DataFrame, context: RuleContext
    ) -> Conclusion:
        if observed is None:
            return Conclusion()
        found = near_duplicates.near_matches(
            observed.drop("high", "low"), reference.drop("high", "low"), self.options.threshold
        )
        return Conclusion(
            [
                Violation(f"{_share(similarity)} as {quote(file)}, line {there:,}", None, row, line)
                for row, line, file, there, similarity in found.rows()
            ]
        )

    cases = (
        Case(
            wrong=[_pair(ASK, TEA), _pair("How does a kettle work?", "It heats water.")],
            reference=[_pair("Who?", "I"), _pair(ASK, TEA.replace("a strainer", "a sieve"))],
            found=[(1, None)],
        ),
        Case(
            why="the same words with other signs, in two lines; Chinese",
            wrong=[
                _pair(ASK, TEA),
                _pair("怎么泡茶？", CHINESE),
                _pair(ASK.upper(), TEA.replace(",", ";")),
            ],
            reference=[
                _pair(ASK, TEA.replace(".", "!")),
                _pair("怎么泡茶", CHINESE.replace("四分钟", "五分钟")),
            ],
            found=[(1, None), (2, None), (3, None)],
        ),
        Case(why="the same is leak's", right=[_pair(ASK, TEA)], reference=[_pair(ASK, TEA)]),
        Case(
            why="near duplicates on one side",
            right=[_pair(ASK, TEA), _pair(ASK, TEA.replace("a strainer", "a sieve"))],
            reference=[_pair("Who?", "I")],
        ),
        Case(
            why="the same question with another answer",
            right=[_pair(TEA, "yes")],
            reference=[_pair(TEA, "no")],
        ),
        Case(
            why="fillings of one template",
            right=[_pair("Extract.", FORM.format(*values)) for values in INVOICES[:2]],
            reference=[_pair("Extract.", FORM.format(*values)) for values in INVOICES[2:]],
        ),
    )


def _share(similarity: float) -> str:
    return "the same words" if similarity == 1 else f"{min(int(similarity * 100), 99)} % the same"
