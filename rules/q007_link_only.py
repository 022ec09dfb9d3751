"""A question asks about a page and only gives its address.

`Summarise https://example.org/article`: the model that is trained does not see the page. It learns to make up what
might stand there, from the words in an address.

There is no fix: put the text of the page into the question, or drop the example.

Found where the first thing that a user says is an address and at most twelve words (24 characters in scripts without
blanks), one of them of reading: `summarise`, `read`, `translate`, `这篇文章`, a list in eleven languages, more by the
option `phrases`.

Silent where tools are declared or called, where instructions speak of browsing or search, where the answer says that
it cannot see the page, where the message holds an image, and where the task is about the address itself (its domain,
whether it is phishing, code that fetches it).
"""

from __future__ import annotations

import re

import msgspec

from ftlint.rule import (
    Annotated,
    AssistantTurns,
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

LONGEST = 800
"""Bytes of a question that is little more than an address."""
ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"'，。）」]+", re.I)
MOST_WORDS, MOST_CHARACTERS = 12, 24
UNSPACED = re.compile(f"[{phrases.UNSPACED}]")
FIRST = 300
"""How much of an answer is searched for words that say that the page cannot be seen."""
CANNOT = re.compile(
    r"(?:can(?:no|['’])t|unable to|not able to|don['’]t have|do not have|no) (?:\w+ )?(?:access|open|view|visit|browse|see|read)"
    r"|无法|不能|できません|없습니다|no puedo|ne peux pas|nicht (?:öffnen|zugreifen)|kann .{0,40}nicht|не могу|não posso"
    r"|non posso|لا أستطيع|لا يمكنني|paste|past the|copy the text",
    re.I,
)
PAGE = "https://example.org/news/the-town-by-the-sea"


class LinkOnly(DatasetRule):
    """A cheap expression picks short questions with an address; Python counts the words around it."""

    code, name, severity = "Q007", "link-only", "info"

    class Options(RuleOptions):
        """More words that ask for what stands on a page."""

        phrases: Annotated[
            tuple[str, ...], Meta(description="more words of reading, or files of them (.txt)")
        ] = ()

    def __init__(self, options: msgspec.Struct | None = None) -> None:
        super().__init__(options)
        self.phrases = phrases.known("reading") + phrases.added(self.options.phrases)

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        text, turns = pl.col("content"), batch.assistant_turns
        short = (text.str.len_bytes() <= LONGEST) & (pl.col("n_media") == 0)
        reads = text.str.contains(phrases.within(self.phrases))
        found = turns.select_questions(short, text.str.contains_any(["://", "www."]), reads)
        if not found:
            return None
        able = set(batch.tools["i"]) | set(batch.calls["i"])
        notes = [
            (i, at, "", f"all that there is of the page is its address: {quote(address)}")
            for i, at, said in found
            if i not in able and (address := self._asked(said)) and self._is_blind(turns, i, at)
        ]
        return pending.pending_frame(batch, notes) if notes else None

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        return Conclusion(pending.to_violations(observed))

    def _asked(self, said: str) -> str:
        """The address that a question is about, if it has little more than that and asks to read."""
        found = ADDRESS.search(said)
        around = ADDRESS.sub(" ", said)
        unspaced = len(UNSPACED.findall(around))
        few = unspaced <= MOST_CHARACTERS if unspaced else len(around.split()) <= MOST_WORDS
        about_it = phrases.words(phrases.known("address")).search(around)
        return (
            found.group()
            if found and few and not about_it and phrases.words(self.phrases).search(around)
            else ""
        )

    def _is_blind(self, turns: AssistantTurns, i: int, at: int) -> bool:
        before = turns.preceding(i, at)
        browsing = phrases.words(phrases.known("browsing"))
        if any(role not in ("system", "developer") or browsing.search(text) for role, text in before):
            return False
        return not any(CANNOT.search(answer[:FIRST]) for answer in turns.answers_to(i, at))

    cases = (
        Case(
            why="an address and an instruction, in many languages",
            wrong=[
                {"prompt": text, "completion": "The town by the sea has a harbour."}
                for text in (
                    f"Summarise {PAGE}",
                    f"What is this article about? {PAGE}",
                    f"请总结这篇文章：{PAGE}",
                    f"この記事を要約してください。{PAGE}",
                    f"이 기사를 요약해 주세요: {PAGE}",
                    f"Resume este artículo: {PAGE}",
                    f"Résume cet article : {PAGE}",
                    f"Fasse diesen Artikel zusammen: {PAGE}",
                    f"Resuma este artigo: {PAGE}",
                    f"Riassumi questo articolo: {PAGE}",
                    f"Перескажи эту статью: {PAGE}",
                    f"لخص هذا المقال: {PAGE}",
                )
            ]
            + [
                {
                    "instruction": "Summarize the following article.",
                    "input": PAGE,
                    "output": "The town has a harbour.",
                }
            ],
            found=[*((n, "prompt") for n in range(1, 13)), (13, "instruction")],
        ),
        Case(
            why="the text is there too, or what is asked needs no page",
            right=[
                {
                    "prompt": f"Summarise this: {PAGE}\n"
                    + "The town by the sea has a harbour and a church. " * 2,
                    "completion": "b",
                },
                {"prompt": f"Is this address phishing? {PAGE}", "completion": "no"},
                {"prompt": f"Extract the domain of {PAGE}", "completion": "example.org"},
                {"prompt": f"Write a Python script that reads {PAGE}", "completion": "b"},
                {"prompt": f"Shorten {PAGE}", "completion": "b"},
                {"prompt": f"My homepage is {PAGE}", "completion": "Thank you."},
                {"prompt": f"这个域名安全吗，请分析 {PAGE}", "completion": "b"},
                {"prompt": PAGE, "completion": "news"},
                {"prompt": "Summarise the article.", "completion": f"See {PAGE}"},
            ],
        ),
        Case(
            why="somebody can read it, or says that it cannot",
            right=[
                {
                    "prompt": f"Summarise {PAGE}",
                    "completion": "I'm sorry, I can't open links. Please paste the text.",
                },
                {"prompt": f"总结这篇文章 {PAGE}", "completion": "抱歉，我无法访问网页。"},
                {
                    "messages": [
                        {"role": "system", "content": "You can browse the web."},
                        {"role": "user", "content": f"Summarise {PAGE}"},
                        {"role": "assistant", "content": "The town has a harbour."},
                    ]
                },
                {
                    "messages": [
                        {"role": "user", "content": f"Summarise {PAGE}"},
                        {"role": "assistant", "content": "The town has a harbour."},
                    ],
                    "tools": [{"type": "function", "function": {"name": "fetch"}}],
                },
                {
                    "messages": [
                        {"role": "user", "content": "The town by the sea has a harbour."},
                        {"role": "assistant", "content": "I see."},
                        {"role": "user", "content": f"Summarise it; it is from {PAGE}"},
                        {"role": "assistant", "content": "It has one."},
                    ]
                },
            ],
        ),
        Case(
            why="a word of your own",
            wrong=[{"prompt": f"Gist of {PAGE}", "completion": "The town has a harbour."}],
            found=[(1, "prompt")],
            options={"phrases": ["gist"]},
        ),
    )
