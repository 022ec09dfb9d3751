"""An answer says the same over and over.

`I do not know. I do not know. I do not know. …`: the model that wrote the answer was caught in a loop, mostly until
its limit of tokens was reached. The one that learns from it loops sooner.

There is no fix: cut the answer by hand, or drop the example.

A loop is a phrase that stands at the end of the answer at least five times in succession, word for word, ten times if
it is shorter than ten characters, and takes at least 100 characters (the option `characters`) in all.

Silent for what repeats without being words (`-----`, `0 0 0`, `AAAA`, emoji), for code, tables and tags, for laughter
and singing (`ha ha ha`, `la la la`, `哈哈哈`) below 400 characters, for fewer than 200 labels one a line, or one word and
nothing else (`neutral neutral neutral`), for words in capitals (`NN NN DT`), for conversations that ask to repeat or to
sing (a list of words in eleven languages), for answers that are not wanted or have weight 0, and for plain texts.
"""

from __future__ import annotations

import re

from ftlint.rule import (
    Annotated,
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    Meta,
    RuleContext,
    pending,
    phrases,
    pl,
    quote,
)
from ftlint.rule import Options as RuleOptions

FEWEST, FEWEST_SHORT = 5, 10
"""How often a phrase is said in succession, and a short one."""
SHORT = 10
TAIL = 24
"""Characters of the end that are looked for once more, farther up. A phrase may be longer or shorter."""
WINDOW = 400
# Signs of code, tables, markup and data.
DATA = re.compile(r"[|{}<>=;\\`\t$%^~/_#]|\d")
LAUGHTER = re.compile(
    r"^(?:[\W\d_]*(?:(?:ha|he|hi|ho|hu|ja|je|ji|ka|ke|ah|eh|oh|lol|la|na|da|doo|du|dum|tra|fa|sha|ya|yeah|hey|ooh|bla|"
    r"blah|beep|boop|tick|tock|knock|ding|dong|quack|meow|woof|moo|ха|хе|хи|ля|ла|на|ну|هه|ها|哈|呵|嘻|嘿|啦|呜|喵|"
    r"ㅋ|ㅎ|하|호|はは|わ|ワ|ラ|ら|ว|ฮา|อิ)+))+[\W\d_]*$",
    re.I,
)
LONG_LAUGHTER = 400
MANY_LABELS = 200
UNSPACED = re.compile(f"[{phrases.UNSPACED}]")


class Loop(DatasetRule):
    """A cheap expression picks the answers whose end stands in them before; Python measures what repeats."""

    code, name, severity = "Q004", "loop", "warning"

    class Options(RuleOptions):
        """How long a loop is at least."""

        characters: Annotated[int, Meta(ge=20, description="characters of the shortest loop")] = 100

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        turns = batch.assistant_turns
        notes = []
        for i, at, text in (
            _likely(turns.answers, self.options.characters).select("i", "at", "content").rows()
        ):
            unit, times = _loop(text)
            # The first or last time may be without the blank between them.
            whole = len(unit) * times + len(unit.strip()) >= len(text.strip())
            if self._is_loop(unit, times, whole=whole):
                notes.append((i, at, "", f"{quote(unit.strip())} stands there {times:,} times in succession"))
        asked = turns.records_mentioning((i for i, _, _, _ in notes), phrases.within(phrases.known("repeat")))
        return (
            pending.pending_frame(batch, [note for note in notes if note[0] not in asked]) if notes else None
        )

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        return Conclusion(pending.to_violations(observed))

    def _is_loop(self, unit: str, times: int, *, whole: bool) -> bool:
        size = len(unit) * times
        if times < (FEWEST_SHORT if len(unit) < SHORT else FEWEST) or size < self.options.characters:
            return False
        if DATA.search(unit) or not any(sign.isalpha() for sign in unit):
            return False
        unspaced = len(UNSPACED.findall(unit))
        if not unspaced and not re.search(r"\s", unit):
            return False
        if LAUGHTER.match(unit) and size < LONG_LAUGHTER:
            return False
        words = unit.split()
        # Labels, one a line or one a word: as many as there are things to be labelled.
        labels = not unspaced and (("\n" in unit and len(words) <= 3) or (whole and len(words) == 1))
        return not all(word.isupper() for word in words) and not (labels and times < MANY_LABELS)

    cases = (
        Case(
            why="words, sentences and lines, in scripts with and without blanks, cut off in the middle",
            wrong=[
                {"prompt": "Is it?", "completion": " Well, " + "no " * 50},
                {"prompt": "Who?", "completion": "I think so. " + "I do not know who it was. " * 6},
                {"prompt": "Who?", "completion": "The answer is not known to me.\n" * 8 + "The answer is"},
                {"prompt": "是谁？", "completion": "我想，" + "我不知道。" * 30},
                {"prompt": "誰？", "completion": "わかりません。" * 20},
                {"prompt": "ใคร", "completion": "ฉันไม่รู้ " * 20},
                {"prompt": "누구?", "completion": "저는 모릅니다. " * 15},
                {"prompt": "Кто?", "completion": "Я не знаю, кто это был. " * 9},
                {"prompt": "من؟", "completion": "لا أعرف من كان هذا. " * 9},
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "assistant", "content": "It is very " + "very " * 40},
                        {"role": "user", "content": "b"},
                        {"role": "assistant", "content": "c"},
                    ]
                },
            ],
            found=[*((n, "completion") for n in range(1, 10)), (10, "messages[1].content")],
        ),
        Case(
            why="lines, numbers, tables, code, art, letters in a row, emoji",
            right=[
                {"prompt": "a", "completion": text}
                for text in (
                    "Title\n" + "=" * 200,
                    "- " * 120,
                    "0 0 0 0 0 0 0 1\n" * 20,
                    "| yes | no | yes |\n" * 20,
                    "<li>item</li>\n" * 20,
                    "add(x);\n" * 30,
                    "print the_value\n" * 20,
                    "░▒▓█▓▒░ " * 40,
                    "A" * 300,
                    "a" * 300 + "!",
                    "QUJD" * 60,
                    "ACGTACGT" * 30,
                    "😂" * 150,
                    "... " * 60,
                    ". . . . . " * 30,
                    "$x$ " * 50,
                    "\\quad a " * 40,
                    "O O O O B I O O O O " * 10,
                    "NN DT " * 40,
                    "positive\n" * 30,
                    "yes\nno\n" * 20,
                    "O\n" * 80,
                    "neutral " * 20,
                    "not spam\n" * 20,
                )
            ],
        ),
        Case(
            why="laughter, singing, emphasis and words about animals",
            right=[
                {"prompt": "a", "completion": text}
                for text in (
                    "ha " * 50,
                    "haha" * 40,
                    "哈" * 150,
                    "ㅋ" * 120,
                    "ja ja " * 25,
                    "хаха " * 30,
                    "555" * 50,
                    "la la la, " * 15,
                    "no no no no no, that is very very very very wrong",
                    "Buffalo buffalo Buffalo buffalo buffalo buffalo Buffalo buffalo",
                    "We will, we will rock you. " * 4,
                )
            ],
        ),
        Case(
            why="it was asked for, or nobody wants it, or it is a text",
            right=[
                {"prompt": "Write 'I must not talk' 30 times.", "completion": "I must not talk. " * 30},
                {"prompt": "把“我爱你”写100遍", "completion": "我爱你，" * 100},
                {"prompt": "「ありがとう」を50回書いて", "completion": "ありがとう。" * 50},
                {"prompt": "Schreib es 20-mal.", "completion": "Ich soll nicht reden. " * 20},
                {"prompt": "Sing the chorus.", "completion": "We are going to the sea. " * 12},
                {"prompt": "a", "chosen": "b", "rejected": "I do not know. " * 30},
                {"text": "I do not know. " * 30},
            ],
        ),
        Case(
            why="repeated in the middle, or a little differently",
            right=[
                {
                    "prompt": "a",
                    "completion": "I have a dream. " * 4 + "And this is what I dream of at night.",
                },
                {
                    "prompt": "a",
                    "completion": "".join(
                        f"In the year of {w} it rained. "
                        for w in ["one", "two", "three", "four", "five", "six", "seven"]
                    ),
                },
            ],
        ),
    )


def _likely(answers: pl.DataFrame, fewest: int) -> pl.DataFrame:
    """The answers whose end stands somewhere above, not far from it."""
    long = answers.filter(pl.col("content").str.len_bytes() >= fewest)
    # Column by column: a filter works out again what stands in it several times.
    long = long.with_columns(window=pl.col("content").str.tail(WINDOW))
    long = long.with_columns(end=pl.col("window").str.tail(TAIL))
    window, end = pl.col("window"), pl.col("end")
    # Somewhere in the window, and not only where it ends.
    return long.filter(window.str.find(end, literal=True) + end.str.len_bytes() < window.str.len_bytes())


def _loop(text: str) -> tuple[str, int]:
    """The phrase that stands at the end of a text again and again, and how often; what is cut off is left out."""
    text = text.rstrip()
    end = text[-TAIL:]
    above = text.rfind(end, 0, len(text) - 1)
    if above < 0:
        return "", 0
    size = len(text) - len(end) - above
    unit = text[-size:]
    start = len(text) - size
    while start >= size and text.startswith(unit, start - size):
        start -= size
    return unit, (len(text) - start) // size
