"""The example says nearly the same as another one.

Near duplicates weigh double in training as duplicates do, and teach by heart what they share. They come from crawled
pages, from several versions of one file, and from models that were asked for the same thing twice.

Examples are compared by their shingles, every three words that follow one another (the option `shingle`), whatever
their case, punctuation and blanks. Where a script puts no spaces between words, as Chinese, Japanese and Thai, two
letters count as a word. Two examples are near duplicates when of all their shingles 85 % (the option `threshold`) are
in both, with and without the system prompt; when as much of each answer is the same, since that is what is trained;
and when their tools, labels, references and images are equal. At three words and 85 %, one changed word in 35 makes a
near duplicate, two do not. Examples are compared exactly up to 1,024 shingles of a role, longer ones by a sample.

Near duplicates of near duplicates are one group, which is named by its first line. The finding says how much of the
two is the same, by way of others where that is less than the threshold. Of an exact copy of the first line only
duplicate-example speaks, and where that is off, nobody does.

The fix keeps the first of a group, and its exact copies, and drops the others. It is unsafe, because two texts that
differ in one word may differ in the one that matters. In a dataset full of copies a second run may find a few more.

Silent where examples are fillings of one template: where three or more differ only in what each has to itself, that
is compared alone, and so is what two examples have beside text that stands in more than ten. So a long instruction
before every question, or a form with other numbers in it, makes no near duplicates. Silent for short texts that differ
in a word, for the same question with another answer, and for examples that only share a system prompt.
"""

from __future__ import annotations

from ftlint.rule import (
    Annotated,
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    Meta,
    RuleContext,
    Violation,
    near_duplicates,
    pl,
)
from ftlint.rule import Options as RuleOptions

TEA = (
    "To make a good pot of tea, bring fresh water to the boil and warm the pot with a little of it. Put in one "
    "spoon of leaves for each cup and one for the pot, pour the water over them, and let it stand for four minutes "
    "before you stir it once and pour it through a strainer into cups that have been warmed as well."
)
KETTLE = TEA.replace("a strainer", "a sieve")
JAR = KETTLE.replace("four minutes", "five minutes")
LID = JAR.replace("fresh water", "clean water")
RULES = (
    "You are given a message that a customer wrote to the support of a shop. Decide which of the departments has to "
    "answer it: orders, payments, returns, or complaints about the staff. Write nothing but the name of the "
    "department in small letters, without a full stop, and never explain your choice, even if the customer asks you "
    "to do so. If a message is about several things, name the one that the customer seems to mind the most. "
)
CHINESE = (
    "泡一壶好茶的方法是：先把新鲜的水烧开，用少量开水温一温茶壶，然后按每杯一勺的量放入茶叶，再为茶壶多加一勺，"
    "把开水倒在茶叶上，静置四分钟，搅拌一次，最后用滤网把茶倒进事先温过的杯子里，趁热和朋友们一起慢慢地喝。"
)
THAI = (
    "วิธีชงชาให้อร่อยคือต้มน้ำสะอาดให้เดือดแล้วเทน้ำร้อนเล็กน้อยเพื่ออุ่นกาน้ำชาจากนั้นใส่ใบชาหนึ่งช้อนต่อหนึ่งถ้วยและเพิ่มอีกหนึ่งช้อนสำหรับกา"
    "เทน้ำเดือดลงบนใบชาทิ้งไว้สี่นาทีคนหนึ่งครั้งแล้วกรองชาใส่ถ้วยที่อุ่นไว้แล้ว"
)
ARABIC = (
    "لتحضير إبريق جيد من الشاي اغل ماء نقيا ثم دفئ الإبريق بقليل منه وضع فيه ملعقة من أوراق الشاي لكل كوب وملعقة أخرى "
    "للإبريق ثم صب الماء المغلي فوق الأوراق واتركه أربع دقائق قبل أن تحركه مرة واحدة وتصبه من خلال مصفاة في أكواب دافئة"
)
CODE = """def total(rows, tax=0.19):
    result = 0
    for row in rows:
        if row["price"] is None or row["amount"] <= 0:
            continue
        price = row["price"] * row["amount"]
        result = result + price * (1 + tax / 2 if row.get("reduced") else 1 + tax)
    return round(result, 2)
"""
FORM = (
    '{{"invoice": "{0}", "date": "{1}", "customer": {{"name": "{2}", "city": "{3}", "vip": false}}, '
    '"items": [{{"name": "{4}", "amount": {5}, "price": {6}}}], "currency": "EUR"}}'
)
SPACED = FORM.replace('": ', '":  ').replace(", ", ",\n")
INVOICES = [
    ("A-17", "2024-03-01", "Ada Smith", "Leeds", "garden chair", 4, 39.5),
    ("B-912", "2023-11-23", "Omar Haddad", "Lyon", "desk lamp", 1, 18.0),
    ("A-233", "2024-01-30", "Mei Lin", "Kyoto", "rain coat", 2, 77.25),
]
ASK = "How do I make tea?"


def _pair(prompt: str, completion: str) -> dict[str, str]:
    return {"prompt": prompt, "completion": completion}


def _chat(*texts: str) -> dict[str, list[dict[str, str]]]:
    roles = ("system", "user", "assistant")[-len(texts) :]
    return {"messages": [{"role": r, "content": t} for r, t in zip(roles, texts, strict=True)]}


class NearDuplicate(DatasetRule):
    """Joins what shares most of its shingles."""

    code, name, severity, fix = "D003", "near-duplicate", "warning", "unsafe"
    opt_in = True

    class Options(RuleOptions):
        """How much must be the same, and in pieces of how many words."""

        threshold: Annotated[float, Meta(ge=0.5, le=1, description="least share of shingles in both")] = 0.85
        shingle: Annotated[int, Meta(ge=1, le=10, description="words of a shingle")] = 3

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        sketches = near_duplicates.shingle_sets(batch, self.options.shingle)
        return sketches.join(batch.digests.drop("line", "exact"), on="row", how="left", maintain_order="left")

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        found = near_duplicates.clusters(observed.drop("high", "low"), self.options.threshold)
        own = observed.select("row", "high", "low")
        first = own.select(first_row="row", first_high="high", first_low="low")
        found = found.join(own, on="row", how="left").join(first, on="first_row", how="left")
        equal = (pl.col("high") == pl.col("first_high")) & (pl.col("low") == pl.col("first_low"))
        reported = found.filter(~equal).sort("row")
        violations = [
            Violation(self._words(similarity, first), None, row, line)
            for row, line, first, similarity in reported.select(
                "row", "line", "first_line", "similarity"
            ).rows()
        ]
        return Conclusion(violations, drop=reported["row"].to_list())

    def _words(self, similarity: float, first: int) -> str:
        if similarity == 1:
            return f"the same words as line {first:,}"
        said = f"{min(int(similarity * 100), 99)} % the same as line {first:,}"
        return said if similarity >= self.options.threshold else f"{said}, by way of others in between"

    cases = (
        Case(
            wrong=[_pair(ASK, TEA), _pair("How does a kettle work?", "It heats water."), _pair(ASK, KETTLE)],
            found=[(3, None)],
            fixed=[_pair(ASK, TEA), _pair("How does a kettle work?", "It heats water.")],
        ),
        Case(
            why="case, punctuation and blanks do not count",
            wrong=[_chat(ASK, TEA), _chat(ASK.upper(), TEA.replace(", ", "  ").replace(".", "!"))],
            found=[(2, None)],
            fixed=[_chat(ASK, TEA)],
        ),
        Case(
            why="near to one that is near: one group",
            wrong=[_pair(ASK, text) for text in (TEA, KETTLE, JAR, LID)],
            found=[(2, None), (3, None), (4, None)],
            fixed=[_pair(ASK, TEA)],
        ),
        Case(
            why="Chinese",
            wrong=[_pair("怎么泡茶？", CHINESE), _pair("怎么泡茶", CHINESE.replace("四分钟", "五分钟"))],
            found=[(2, None)],
            fixed=[_pair("怎么泡茶？", CHINESE)],
        ),
        Case(
            why="Thai",
            wrong=[{"text": THAI}, {"text": THAI.replace("สี่นาที", "ห้านาที")}],
            found=[(2, None)],
            fixed=[{"text": THAI}],
        ),
        Case(
            why="Arabic",
            wrong=[_chat("كيف أحضر الشاي؟", ARABIC), _chat("كيف أحضر الشاي", ARABIC.replace("أربع", "خمس"))],
            found=[(2, None)],
            fixed=[_chat("كيف أحضر الشاي؟", ARABIC)],
        ),
        Case(
            why="code with another name in one place",
            wrong=[_pair("Add up the rows.", CODE), _pair("Add up the rows.", CODE.replace("0.19", "0.21"))],
            found=[(2, None)],
            fixed=[_pair("Add up the rows.", CODE)],
        ),
        Case(
            why="JSON spaced otherwise",
            wrong=[
                _pair("Extract.", FORM.format(*INVOICES[0])),
                _pair("Extract.", SPACED.format(*INVOICES[0])),
            ],
            found=[(2, None)],
            fixed=[_pair("Extract.", FORM.format(*INVOICES[0]))],
        ),
        Case(
            why="twice the same is reported once, by duplicate-example",
            wrong=[_pair(ASK, TEA), _pair(ASK, TEA), _pair(ASK, KETTLE)],
            found=[(3, None)],
            fixed=[_pair(ASK, TEA), _pair(ASK, TEA)],
        ),
        Case(
            why="a lower threshold, longer shingles",
            wrong=[
                _pair(ASK, "Boil water and pour it over the leaves."),
                _pair(ASK, "Boil water and pour it."),
            ],
            found=[(2, None)],
            options={"threshold": 0.5, "shingle": 2},
            fixed=[_pair(ASK, "Boil water and pour it over the leaves.")],
        ),
        Case(
            why="one template with other content, long and short",
            right=[
                _pair(RULES + f"Message: {message}", department)
                for message, department in (
                    ("Where is my parcel? It should have been here on Monday.", "orders"),
                    ("You charged my card twice for the same lamp.", "payments"),
                    ("The chair has a broken leg, I want to send it back.", "returns"),
                    ("Has my order left your warehouse yet?", "orders"),
                    ("Refund?", "returns"),
                    ("Parcel?", "orders"),
                    ("Can I still change the address of my order?", "orders"),
                )
            ],
        ),
        Case(
            why="a short template",
            right=[
                _pair(f"Is this review good or bad? I {felt} every page of it.", "good")
                for felt in ("loved", "liked", "enjoyed")
            ],
        ),
        Case(
            why="short answers",
            right=[_pair("Is the sky blue?", "yes"), _pair("Is the grass red?", "no")],
        ),
        Case(
            why="other numbers in otherwise equal texts",
            right=[
                _pair("A train goes 120 km in 2 hours. How fast is it?", "120 / 2 = 60 km an hour"),
                _pair("A train goes 150 km in 3 hours. How fast is it?", "150 / 3 = 50 km an hour"),
                _pair("What is -5 + 2?", "-3"),
                _pair("What is 5 + 2?", "3"),
            ],
        ),
        Case(
            why="only the system prompt is the same",
            right=[
                _chat(RULES, "Where is my parcel?", "orders"),
                _chat(RULES, "Where is my money?", "payments"),
            ],
        ),
        Case(
            why="another document in the system prompt",
            right=[
                _chat(text, "Is this about tea? Answer with yes or no.", "yes")
                for text in (TEA, CHINESE, ARABIC)
            ],
        ),
        Case(
            why="the same question with another answer",
            right=[
                _pair(RULES + "Message: The lamp came late and broken.", "orders"),
                _pair(RULES + "Message: The lamp came late and broken.", "returns"),
                _pair(RULES + "What now?", "The department is orders."),
                _pair(RULES + "What now?", "The department is payments."),
            ],
        ),
        Case(
            why="forms with other values",
            right=[_pair("Extract.", FORM.format(*values)) for values in INVOICES],
        ),
        Case(
            why="other labels, other images",
            right=[
                {"prompt": ASK, "completion": TEA, "label": True},
                {"prompt": ASK, "completion": KETTLE, "label": False},
                *(
                    {
                        "messages": [
                            {
                                "role": "user",
                                "content": [
                                    {"type": "text", "text": RULES + "What is in this picture?"},
                                    {
                                        "type": "image_url",
                                        "image_url": {"url": f"https://example.com/{n}.png"},
                                    },
                                ],
                            },
                            {"role": "assistant", "content": "A teapot."},
                        ]
                    }
                    for n in range(2)
                ),
            ],
        ),
        Case(
            why="calls of one tool with other arguments",
            right=[
                {
                    "messages": [
                        {"role": "user", "content": RULES + "Book it, please."},
                        {
                            "role": "assistant",
                            "tool_calls": [{"id": "1", "type": "function", "function": call}],
                        },
                    ]
                }
                for call in (
                    {"name": "book", "arguments": '{"city": "Rome"}'},
                    {"name": "book", "arguments": '{"city": "Oslo"}'},
                )
            ],
        ),
        Case(why="nothing said", right=[_pair("", ""), _pair("", " "), {"messages": []}]),
    )
