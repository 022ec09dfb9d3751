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
from typing import Any

from ftlint.rule import (
    Annotated,
    Batch,
    Case,
    DatasetRule,
    Job,
    Meta,
    Spoken,
    Spot,
    Verdict,
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
# One language in two scripts.
SERBIAN = re.compile("[јљњђћџЈЉЊЂЋЏđćžčšĐĆŽČŠ]")
HAN = re.compile("[\u3400-\u9fff]")


class OtherScript(DatasetRule):
    """Counts pairs of scripts, told roughly; on a second look, answers that deviate are judged letter by letter."""

    code, name, severity = "Q008", "other-script", "info"

    class Options(RuleOptions):
        """When an answer's script is the usual one."""

        examples: Annotated[int, Meta(ge=2, description="fewest answers to questions in one script")] = 20
        share: Annotated[float, Meta(ge=0.5, le=1, description="share of them in the usual script")] = 0.9

    def observe(self, batch: Batch, job: Job) -> pl.DataFrame | None:
        pairs = _told(batch.spoken).drop_nulls(["asked", "said"])
        return pairs.group_by("asked", "said").agg(n=pl.len().cast(pl.UInt64)) if pairs.height else None

    def combine(self, frames: list[pl.DataFrame], job: Job) -> pl.DataFrame:
        return pl.concat(frames).group_by("asked", "said").agg(pl.col("n").sum())

    def conclude(self, seen: pl.DataFrame | None, job: Job) -> Verdict:
        if seen is None:
            return Verdict()
        usual: dict[str, dict[str, Any]] = {}
        for asked in seen["asked"].unique().sort():
            mine = seen.filter(pl.col("asked") == asked).sort("n", "said", descending=[True, False])
            total, most = int(mine["n"].sum()), int(mine["n"][0])
            if total >= self.options.examples and self.options.share * total <= most < total:
                usual[asked] = {"said": mine["said"][0], "most": most, "total": total}
        return Verdict(decision={"again": True, "usual": usual} if usual else None)

    def again(self, batch: Batch, decision: dict[str, Any], job: Job) -> list[Spot]:
        usual, spots = decision["usual"], []
        pairs = _told(batch.spoken).drop_nulls(["asked", "said"])
        meant = pairs["asked"].replace_strict(
            {asked: told["said"] for asked, told in usual.items()}, default=None
        )
        others = pairs.with_columns(meant=meant).filter(pl.col("said") != pl.col("meant"))
        for i, at, asked, meant_script in others.select("i", "at", "asked", "meant").rows():
            answer, before = (batch.spoken.answers_to(i, at - 1) or [""])[0], batch.spoken.before(i, at)
            script = _deviates(answer, before, asked, meant_script)
            if script:
                told = usual[asked]
                words = f"{told['most']:,} of {told['total']:,} answers to questions in {asked} are in {told['said']}"
                path = batch.example(i).path({"at": at})
                spots.append(Spot(f"the answer is in {script}; {words}", path, batch.rows[i], batch.lines[i]))
        return spots

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


def _told(talk: Spoken) -> pl.DataFrame:
    """i, at, and the scripts of question and answer (asked, said), as their first letters tell; null where unclear."""
    replies = talk.replies.filter(pl.col("asker") == "user")
    return replies.select(
        "i", "at", asked=scripts.likely(replies["prompt"]), said=scripts.likely(replies["content"])
    )


def _deviates(answer: str, before: list[tuple[str | None, str]], asked: str, usual: str) -> str | None:
    """The script of an answer, if that is clearly neither the usual one nor what the messages ask for."""
    prose = BESIDE.sub(" ", answer[:READ])
    script, question = scripts.main(prose, FEWEST), BESIDE.sub(" ", before[-1][1][:READ])
    if script is None or script == usual or scripts.main(question) != asked or LIKE_CODE.search(prose):
        return None
    about = phrases.words(phrases.known("language"))
    if any(about.search(text) for role, text in before if role != "assistant"):
        return None
    if {script, usual} == {scripts.LATIN, "Cyrillic"} and SERBIAN.search(question) and SERBIAN.search(prose):
        return None
    korean = {script, usual} == {"Hangul", "Chinese or Japanese"}
    return None if korean and HAN.search(prose) else script
