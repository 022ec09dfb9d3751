"""An answer opens with a refusal, or with "as an AI language model".

`I'm sorry, but I can't help with that`, `抱歉，我无法…`, `As an AI language model, I don't have …`: the model learns
to refuse what the question asks, and a few such answers are enough to make it refuse what is near. Sets that another
model wrote are full of them. In safety data they are the point, so this is reported as a rate too, and is no verdict:
look whether the questions deserve it.

There is no fix: write the answers, or drop the examples.

The phrases are lists in English, Chinese, Japanese, Korean, Spanish, French, German, Portuguese, Italian, Russian and
Arabic. The option `phrases` adds more: each entry a phrase, or a file with one phrase a line if it ends in `.txt`
(its path is relative to the working folder). The rate is reported from 20 answers on (the option `examples`).

Silent for apologies that help (`Sorry for the delay! Your parcel …`), for `I can't wait to …`, for refusals in the
middle of an answer or in quotation marks, for what users say, for answers that are not wanted or have weight 0, and
for plain texts.
"""

from __future__ import annotations

import re
from functools import cache

import msgspec

from ftlint.rule import (
    Annotated,
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    Meta,
    RuleContext,
    Violation,
    pending,
    phrases,
    pl,
    quote,
)
from ftlint.rule import Options as RuleOptions

# What may stand before the first word, and between an apology and what follows.
OPENING = r"^[\s*_#>~•…☀-➿🌀-🫿-]*"
BETWEEN = r"[\s,.:;!…—–，。、！：；-]*"
# How far into an answer its first sentence or so reaches, where it says in the middle of it what it is.
FIRST = 200
MODEL = "AI language model"
SAYS_IT = rf"^[\s\S]{{0,{FIRST}}}\b(?:[Aa]s|I am|I['’]m|[Bb]eing) (?:just |only |merely )?an? {MODEL}"
FEW, FIRST_LETTERS = 1_000, 6
"""So few answers are searched for so many letters of each phrase first; the whole phrases cost more to compile."""
QUOTED = 60
"""How much of an answer is shown."""


@cache
def _pattern(what: tuple[str, ...]) -> str:
    """An expression for texts that open with one of these phrases, be there an apology before it or not."""
    apology, connector = (phrases.choice(phrases.known(kind)) for kind in ("apology", "connector"))
    sorry = f"(?:{apology}{BETWEEN}(?:{connector}{BETWEEN})?)*"
    return f"{OPENING}{sorry}{phrases.choice(what)}"


@cache
def _begins(what: tuple[str, ...]) -> str:
    """A small expression that matches what ``_pattern``, which is large, matches, and some texts more."""
    return OPENING + phrases.beginnings((*phrases.known("apology"), *what), FIRST_LETTERS)


class Refusal(DatasetRule):
    """Answers that open with a listed phrase; their number and that of all answers make the rate."""

    code, name, severity = "Q001", "refusal", "info"

    class Options(RuleOptions):
        """More phrases, and from how many answers on a rate says anything."""

        phrases: Annotated[tuple[str, ...], Meta(description="more phrases, or files of phrases (.txt)")] = ()
        examples: Annotated[int, Meta(ge=1, description="fewest answers for a rate")] = 20

    def __init__(self, options: msgspec.Struct | None = None) -> None:
        super().__init__(options)
        self.phrases = phrases.known("refusal", "boilerplate") + phrases.added(self.options.phrases)

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        turns = batch.assistant_turns
        found = pl.concat([self._opening(turns.answers), _naming(turns.answers)]).unique("nth").sort("nth")
        reported = [
            (i, at, "", f"{_what(text)}: {quote(_first(text))}")
            for i, at, text in found.select("i", "at", "content").rows()
        ]
        return pending.pending_frame(batch, reported, answers=turns.answers.height, refusals=len(reported))

    def _opening(self, answers: pl.DataFrame) -> pl.DataFrame:
        """The answers that open with a phrase."""
        if answers.height <= FEW:
            answers = answers.filter(pl.col("content").str.contains(_begins(self.phrases)))
        return (
            answers.filter(pl.col("content").str.contains(_pattern(self.phrases)))
            if answers.height
            else answers
        )

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return pending.merge_pending(frames)

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        answers, refusals = pending.count(observed, "answers"), pending.count(observed, "refusals")
        violations = pending.to_violations(observed)
        if refusals and answers >= self.options.examples:
            share = max(0.1, 100 * refusals / answers)
            violations.append(
                Violation(
                    f"{refusals:,} of {answers:,} answers ({share:.1f} %) open with a refusal or as an AI"
                )
            )
        return Conclusion(violations)

    cases = (
        Case(
            why="refusals in many languages",
            wrong=[
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": text}]}
                for text in (
                    "I'm sorry, but I can't help with that.",
                    "I’m sorry, but as an AI language model, I don’t have personal opinions.",
                    "I cannot assist with this request.",
                    "Unfortunately, I am unable to provide medical advice.",
                    "As a large language model I have no body.",
                    "That is a good question. As an AI language model, I cannot taste food.",
                    "抱歉，我无法提供这些信息。",
                    "很抱歉，作为一个人工智能语言模型，我没有感情。",
                    "对不起，我不能帮您完成这个请求。",
                    "申し訳ありませんが、そのリクエストにはお応えできません。",
                    "죄송합니다. 그 요청은 도와드릴 수 없습니다.",
                    "Lo siento, pero no puedo ayudarte con eso.",
                    "Como modelo de lenguaje, no tengo opiniones personales.",
                    "Je suis désolé, mais je ne peux pas vous aider.",
                    "En tant qu'IA, je n'ai pas d'avis.",
                    "Es tut mir leid, aber dabei kann ich dir nicht helfen.",
                    "Als KI-Sprachmodell habe ich keine Gefühle.",
                    "Desculpe, mas não posso ajudar com isso.",
                    "Mi dispiace, ma non posso aiutarti.",
                )
            ],
            found=[*((n, "messages[1].content") for n in range(1, 20))],
            options={"examples": 30},
        ),
        Case(
            why="Russian and Arabic, in other shapes; the rate first",
            wrong=[
                {"instruction": "a", "output": "Извините, но я не могу помочь с этим."},
                {"prompt": "a", "completion": " آسف، لا أستطيع مساعدتك في ذلك."},
                {
                    "conversations": [
                        {"from": "human", "value": "a"},
                        {"from": "gpt", "value": "I can't help you."},
                    ]
                },
                *({"prompt": f"{i}", "completion": f" {i + 1}"} for i in range(20)),
            ],
            found=[(None, None), (1, "output"), (2, "completion"), (3, "conversations[1].value")],
        ),
        Case(
            why="apologies that help, and what only begins alike",
            right=[
                {"prompt": "a", "completion": text}
                for text in (
                    "I'm sorry for your loss. Take all the time you need.",
                    "Sorry for the delay! Your parcel left this morning.",
                    "I apologize for the confusion. Here is the corrected code:",
                    "I can't wait to see you on Friday!",
                    "I can't help but smile when I think of it.",
                    "I can't believe it's already June.",
                    "I'm sorry, but I couldn't find an order with this number. Could you check it?",
                    "Unfortunately, the train was late.",
                    "I'm afraid of spiders.",
                    "As an airline, we fly to 40 cities.",
                    "As a model of good manners, she waited.",
                    "No puedo esperar para verte.",
                    "Lo siento mucho por tu pérdida.",
                    "Je ne peux pas attendre.",
                    "Malheureusement, il pleut.",
                    "Ich kann nicht schlafen, weil es zu heiß ist.",
                    "Leider ist das Produkt ausverkauft.",
                    "不能说的秘密是一部电影。",
                    "抱歉让您久等了，您的包裹今天到。",
                    "申し訳ございません。ただいま確認いたします。",
                    "죄송합니다만 조금만 기다려 주세요.",
                    "Не могу дождаться лета!",
                    "К сожалению, билетов больше нет.",
                    "آسف على التأخير، طلبك في الطريق.",
                )
            ],
        ),
        Case(
            why="fiction, quotations, labels, and what others say",
            right=[
                {"prompt": "a", "completion": "\"I'm sorry, but I can't help you,\" said the wizard."},
                {"prompt": "a", "completion": "The robot said: I cannot assist with that."},
                {"prompt": "a", "completion": " refusal"},
                {
                    "prompt": "I'm sorry, but I can't help with that. Say it politely.",
                    "completion": "Perhaps later.",
                },
                {
                    "messages": [
                        {"role": "user", "content": "As an AI language model, answer me."},
                        {"role": "assistant", "content": "I cannot assist with that.", "weight": 0},
                        {"role": "user", "content": "I cannot provide more."},
                        {"role": "assistant", "content": "Then let us begin."},
                    ]
                },
                {"prompt": "a", "chosen": "Of course.", "rejected": "I'm sorry, but I can't help with that."},
                {"prompt": "a", "completion": "I cannot assist with that.", "label": False},
                {"text": "I'm sorry, but I can't help with that. He closed the door."},
            ],
        ),
        Case(
            why="a phrase of your own",
            wrong=[{"prompt": "a", "completion": "Computer says no."}],
            found=[(1, "completion")],
            options={"phrases": ["computer says (no|nothing)"]},
        ),
        Case(why="nobody refuses", right=[{"prompt": f"{i}", "completion": f" {i + 1}"} for i in range(30)]),
    )


def _naming(answers: pl.DataFrame) -> pl.DataFrame:
    """The answers that say soon that they are by a model."""
    text = pl.col("content")
    named = answers.filter(text.str.contains(MODEL, literal=True))
    return named.filter(text.str.contains(SAYS_IT)) if named.height else named


def _what(text: str) -> str:
    as_an_ai = re.match(_pattern(phrases.known("boilerplate")), text) or MODEL in text[:FIRST]
    return "says that it is an AI" if as_an_ai else "opens with a refusal"


def _first(text: str) -> str:
    return text.strip().split("\n", 1)[0][:QUOTED].strip()
