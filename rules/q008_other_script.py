"""An answer is in another script than nearly all answers to such questions.

Where questions in Chinese are answered in Chinese, one that is answered in English was mostly written by a model that
fell back into the language it knows best. The one that learns from it does so too.

There is no fix: write the answer anew, or drop the example.

Scripts are told from the first letters of question and answer. An answer is found where nine tenths of at least 20
answers to questions in its question's script (the options `share` and `examples`) are in one script, and four fifths
of its own letters, 20 or more, in another one.

Silent where the messages speak of a language or of translation, for code, JSON, numbers and addresses, and between
scripts of one language: kana and Chinese characters, which count as one, hangul and Chinese characters, Serbian in
Cyrillic and Latin. Silent too for answers that are not wanted or have weight 0.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import Any

from ftlint.rule import (
    Annotated,
    AssistantTurns,
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    FileGroup,
    Location,
    Meta,
    RuleContext,
    Violation,
    phrases,
    pl,
    scripts,
)
from ftlint.rule import Options as RuleOptions

READ = 4000
"""Characters that a text which seems to deviate is judged by."""
FEWEST = 20
"""Letters of an answer that can be told to be in another script."""
BESIDE = re.compile(
    r"(?s)```.*?(?:```|\Z)|`[^`\n]*`|(?:https?://|www\.)\S+|\S+@\S+|\$[^$\n]*\$|</?[a-z][^>]*>|\{\{.*?\}\}"
)
LIKE_CODE = re.compile(
    r"^\s*(?:[\[{<]|SELECT |def |import |#include|from \w+ import|\w+\(|[\w.]+ ?= ?)|[;{}]\s*\n|=>|==|</|\(\)|\w_\w"
)
JUDGED = 256
"""Answers of one pair in one batch that are judged at once: what is kept of a file stays small."""
PLACES = ("asked", "said", "path", "row", "line", "script", "beside")
# One language in two scripts.
SLAVIC = {scripts.LATIN: "Cyrillic", "Cyrillic": scripts.LATIN}
KOREAN = {"Hangul": "Chinese or Japanese", "Chinese or Japanese": "Hangul"}
SERBIAN = re.compile("[јљњђћџЈЉЊЂЋЏđćžčšĐĆŽČŠ]")
HAN = re.compile("[\u3400-\u9fff]")


class OtherScript(DatasetRule):
    """Counts pairs of scripts, told roughly, and judges answers of rare pairs letter by letter.

    What is rare in a batch mostly is in the whole. Where it is not, the file is read a second time.
    """

    code, name, severity = "Q008", "other-script", "info"

    class Options(RuleOptions):
        """When an answer's script is the usual one."""

        examples: Annotated[int, Meta(ge=2, description="fewest answers to questions in one script")] = 20
        share: Annotated[float, Meta(ge=0.5, le=1, description="share of them in the usual script")] = 0.9

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        pairs = _told(batch.assistant_turns).drop_nulls(["asked", "said"])
        if not pairs.height:
            return None
        counts = pairs.group_by("asked", "said").agg(n=pl.len().cast(pl.UInt64))
        counts = counts.sort("asked", "n", "said", descending=[False, False, True])
        rare = (pl.col("asked") == pl.col("asked").shift(-1)) & (pl.col("n") <= JUDGED)
        counts = counts.with_columns(unjudged=pl.when(rare.fill_null(False)).then(0).otherwise("n"))
        judged = counts.filter(pl.col("unjudged") == 0)
        own = pairs.join(judged, on=["asked", "said"], how="semi", maintain_order="left")
        return pl.concat([counts, _judged(batch, own)], how="diagonal")

    def suspects(self, group: FileGroup, context: RuleContext) -> Collection[int]:
        replies = Counter(group.of_each(_told(group.batch.assistant_turns)["i"]))
        return [number for number, n in replies.items() if n >= self.options.examples]

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        seen = pl.concat(frames, how="diagonal")
        counts = seen.filter(pl.col("n").is_not_null()).group_by("asked", "said")
        sums = counts.agg(pl.col("n").sum(), pl.col("unjudged").sum())
        return pl.concat([sums, seen.filter(pl.col("n").is_null())], how="diagonal")

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        usual: dict[str, dict[str, Any]] = {}
        unjudged, counts = 0, observed.filter(pl.col("n").is_not_null())
        for asked in counts["asked"].unique().sort():
            mine = counts.filter(pl.col("asked") == asked).sort("n", "said", descending=[True, False])
            total, most = int(mine["n"].sum()), int(mine["n"][0])
            if total >= self.options.examples and self.options.share * total <= most < total:
                usual[asked] = {"said": mine["said"][0], "most": most, "total": total}
                unjudged += int(mine["unjudged"][1:].sum())
        if unjudged:
            return Conclusion(decision={"again": True, "usual": usual})
        return Conclusion(_violations(observed.filter(pl.col("n").is_null()), usual) if usual else [])

    def second_pass(self, batch: Batch, decision: dict[str, Any], context: RuleContext) -> list[Violation]:
        usual = decision["usual"]
        pairs = _told(batch.assistant_turns).drop_nulls(["asked", "said"])
        mine = [
            (pl.col("asked") == asked) & (pl.col("said") != told["said"]) for asked, told in usual.items()
        ]
        return _violations(_judged(batch, pairs.filter(pl.any_horizontal(mine))), usual)

    cases = (
        Case(
            why="one answer in English among Russian ones, and one in Russian among Chinese ones",
            wrong=[
                *(
                    {
                        "prompt": f"Расскажи мне о городе номер {n}.",
                        "completion": f"Этот город лежит у моря, и ему {n} лет.",
                    }
                    for n in range(20)
                ),
                {
                    "prompt": "Расскажи мне о реке.",
                    "completion": "The river begins in the hills and ends in the sea.",
                },
                *(
                    {
                        "prompt": f"请介绍一下第{n}座城市。",
                        "completion": f"这座城市在海边，已经有{n}年的历史了。",
                    }
                    for n in range(20)
                ),
                {
                    "prompt": "请介绍一下这条河。",
                    "completion": "Эта река начинается в горах и впадает в море.",
                },
            ],
            found=[(21, "completion"), (42, "completion")],
        ),
        Case(
            why="in conversations, where the usual script is another one than the question's",
            wrong=[
                *(
                    {
                        "messages": [
                            {"role": "user", "content": f"Tell me about town number {n}, please."},
                            {
                                "role": "assistant",
                                "content": f"{n}번째 도시는 바닷가에 있고 사람이 많이 삽니다.",
                            },
                        ]
                    }
                    for n in range(20)
                ),
                {
                    "messages": [
                        {"role": "user", "content": "Tell me about the river, please."},
                        {
                            "role": "assistant",
                            "content": "The river begins in the hills and ends in the sea.",
                        },
                    ]
                },
            ],
            found=[(21, "messages[1].content")],
        ),
        Case(
            why="translations, languages, code, JSON, addresses, numbers, names and short answers",
            right=[
                *(
                    {
                        "prompt": f"请介绍一下第{n}座城市。",
                        "completion": f"这座城市在海边，已经有{n}年的历史了。",
                    }
                    for n in range(120)
                ),
                {
                    "prompt": "把这句话翻译成英文：你好吗？",
                    "completion": "How are you doing today, my friend?",
                },
                {"prompt": "用英语写一句话。", "completion": "The town by the sea has a harbour."},
                {
                    "prompt": "请写一个加法。",
                    "completion": "def add(first, second):\\n    return first + second",
                },
                {
                    "prompt": "请写一个加法。",
                    "completion": "```python\\nprint(first_number + second_number)\\n```",
                },
                {"prompt": "请给出结果。", "completion": '{"name": "the town by the sea", "value": 1}'},
                {
                    "prompt": "请给出网站。",
                    "completion": "https://example.org/the/town/by/the/sea/and/its/harbour",
                },
                {"prompt": "他是谁？", "completion": "Arnold Miller"},
                {"prompt": "请计算结果是多少。", "completion": "1234567890 1234567890 1234567890"},
                {
                    "prompt": "町について教えてください。",
                    "completion": "この町は海のそばにあって、とても古いです。",
                },
            ],
        ),
        Case(
            why="Serbian in two scripts, Korean with Chinese characters",
            right=[
                *(
                    {"prompt": f"Где лежи њихов град {n}?", "completion": f"Њихов град {n} лежи поред мора."}
                    for n in range(20)
                ),
                {
                    "prompt": "Где лежи њихова река?",
                    "completion": "Njihova reka počinje u brdima i teče ka moru.",
                },
                *(
                    {
                        "prompt": f"{n}번째 도시를 소개해 주세요.",
                        "completion": f"{n}번째 도시는 바닷가에 있습니다.",
                    }
                    for n in range(20)
                ),
                {
                    "prompt": "강을 소개해 주세요.",
                    "completion": "大韓民國首都漢城市長江山水花鳥風月歷史文化財團國立中央博物館所藏",
                },
            ],
        ),
        Case(
            why="a mixture, and few examples",
            right=[
                *(
                    {
                        "prompt": f"请介绍一下第{n}座城市。",
                        "completion": ("这座城市在海边。", "It is a town by the old grey sea.")[n % 4 > 2],
                    }
                    for n in range(24)
                ),
                *(
                    {"prompt": f"Где город {n}?", "completion": f"Этот город {n} лежит у моря."}
                    for n in range(10)
                ),
                {"prompt": "Где река?", "completion": "The river begins in the hills and ends in the sea."},
            ],
        ),
    )


def _told(turns: AssistantTurns) -> pl.DataFrame:
    """i, at, and the scripts of question and answer (asked, said), as their first letters tell; null where unclear."""
    replies = turns.replies.filter(pl.col("asker") == "user")
    return replies.select(
        "i", "at", asked=scripts.likely(replies["prompt"]), said=scripts.likely(replies["content"])
    )


def _judged(batch: Batch, pairs: pl.DataFrame) -> pl.DataFrame:
    """Those of the answers that are clearly in a script, and asked for in no other way than by the question's: asked,
    said, path, row, line, script, and beside (the script that it may as well be in).
    """
    rows: list[tuple[Any, ...]] = []
    for i, at, asked, said in pairs.select("i", "at", "asked", "said").rows():
        answer, before = (
            (batch.assistant_turns.answers_to(i, at - 1) or [""])[0],
            batch.assistant_turns.preceding(i, at),
        )
        script, beside = _clearly(answer, before, asked)
        if script:
            path = batch.example(i).path(Location(at))
            rows.append((asked, said, path, batch.rows[i], batch.lines[i], script, beside))
    schema = dict.fromkeys(PLACES, pl.String) | {"row": pl.UInt64, "line": pl.UInt64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _violations(places: pl.DataFrame, usual: dict[str, dict[str, Any]]) -> list[Violation]:
    """The judged answers that are in another script than the usual one."""
    violations: list[Violation] = []
    for asked, said, *where, script, beside in places.select(*PLACES).sort("row", maintain_order=True).rows():
        told = usual.get(asked)
        if told and told["said"] not in (said, script, beside):
            most, total = f"{told['most']:,}", f"{told['total']:,}"
            words = f"{most} of {total} answers to questions in {asked} are in {told['said']}"
            violations.append(Violation(f"the answer is in {script}; {words}", *where))
    return violations


def _clearly(answer: str, before: list[tuple[str | None, str]], asked: str) -> tuple[str | None, str | None]:
    """The script that an answer is clearly in, unless the messages ask for one; and another that is as good."""
    prose = BESIDE.sub(" ", answer[:READ])
    script, question = scripts.main(prose, FEWEST), BESIDE.sub(" ", before[-1][1][:READ])
    if script is None or scripts.main(question) != asked or LIKE_CODE.search(prose):
        return None, None
    about = phrases.words(phrases.known("language"))
    if any(about.search(text) for role, text in before if role != "assistant"):
        return None, None
    beside = None
    if script in SLAVIC and SERBIAN.search(question) and SERBIAN.search(prose):
        beside = SLAVIC[script]
    elif script in KOREAN and HAN.search(prose):
        beside = KOREAN[script]
    return script, beside
