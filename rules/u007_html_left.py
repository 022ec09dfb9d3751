"""A text holds HTML tags or entities that were left over from a web page.

`&amp;`, `&nbsp;`, `<div class="…">` or two `<br>` in a row in a text that is not about code were left there
when it was taken from a web page or a shop's export. The model learns to answer with them.

There is no fix: whether `&lt;` is a leftover or the point of the text, only a reader can tell. Unescape and
strip the text where it comes from.

Silent wherever the conversation talks about HTML, templates, web pages or code at all, in fenced blocks and
backticks, in the arguments and results of tools, and for answers that are marked up on purpose: those that
begin and end with a tag or are mostly tags, and where the system message shows tags.

Silent, too, for the tags that Markdown writers use (one `<br>`, `<sub>`, `<details>`, `<kbd>`, `<b>`, `<ul>`,
`<img>` …), for a prompt's own tags (`<context>`, `<think>`), for `List<String>` and `a < b`.
"""

from __future__ import annotations

import re

from ftlint.rule import Case, MatchedRow, RuleContext, TextRule, code_topic, pl, quote

# fmt: off
NAMED = (
    "amp", "nbsp", "lt", "gt", "quot", "apos", "rsquo", "lsquo", "ldquo", "rdquo", "laquo", "raquo", "mdash", "ndash",
    "hellip", "eacute", "egrave", "agrave", "ccedil", "auml", "ouml", "uuml", "szlig", "iacute", "oacute", "aacute",
    "uacute", "ntilde", "copy", "reg", "trade", "euro", "pound", "bull", "middot", "shy",
    "#39", "#34", "#160", "#8217", "#8220", "#8221", "#8230", "#x27", "#x2F", "#x22", "#xa0",
)
# fmt: on
ENTITY = f"&(?:{'|'.join(NAMED)});"
# Tags that nobody writes by hand in Markdown, and paragraphs and line breaks as editors leave them.
TAG = (
    r"</?(?:div|span|font|tbody|thead|td|tr|script|style|iframe|figure|section|article|p)"
    r"(?:\s+[A-Za-z-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+))*\s*/?>"
    r"|<a\s[^<>]*\bhref\b[^<>]*>"
)
BREAKS = r"<br\s*/?>\s*<br\s*/?>"
LEFT = f"{ENTITY}|{TAG}|{BREAKS}"
SIGN = r"&(?:[a-z]+|#x?[0-9A-Fa-f]+);|</[a-z]|<(?:br|div|span|p|font|td|tr|a|iframe)\b"
ANY_TAG = r"</?[A-Za-z][^<>]*>"
MARKUP = 0.4
"""The share of characters in tags from which on a text is marked up on purpose."""


class HtmlLeft(TextRule):
    """Texts with HTML in records that do not talk about code."""

    code, name, severity = "U007", "html-left", "info"

    def when(self, context: RuleContext) -> pl.Expr:
        prose = code_topic.without_code(pl.col("text"))
        return code_topic.leftovers(SIGN, prose.str.contains(LEFT) & ~self._on_purpose(prose))

    @staticmethod
    def _on_purpose(prose: pl.Expr) -> pl.Expr:
        """Whether a text begins and ends with a tag, or is mostly tags."""
        wrapped = prose.str.contains(r"^\s*<[A-Za-z!?][^<>]*>[\s\S]*</[A-Za-z][^<>]*>\s*$")
        tagless = prose.str.replace_all(ANY_TAG, "").str.len_chars()
        return wrapped | (tagless < prose.str.len_chars() * (1 - MARKUP))

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        prose = code_topic.prose(match["text"])
        first, *more = re.findall(LEFT, prose) or [""]
        reported = f"{quote(first)} was left over from HTML"
        return f"{reported}, and {len(more)} more" if more else reported

    cases = (
        Case(
            why="reviews, shops and news as web pages write them",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": "I loved it.<br /><br />The ending was a surprise."},
                        {"role": "assistant", "content": "Tom &amp; Jerry say it&#39;s fine"},
                    ]
                },
                {
                    "prompt": "Größe:&nbsp;XL",
                    "completion": 'The <span class="x">red</span> one has been sold out since last week',
                },
                {
                    "prompt": "这个产品很好，我用了三个月都没有问题。</p><p>我很喜欢，会再买一个送给朋友。",
                    "completion": "L&eacute;on est l&rsquo;auteur",
                },
                {"prompt": "Отличный товар &quot;Мечта&quot;", "completion": "<p>Да, конечно, приходите"},
            ],
            found=[
                (1, "messages[0].content"),
                (1, "messages[1].content"),
                (2, "completion"),
                (2, "prompt"),
                (3, "completion"),
                (3, "prompt"),
                (4, "completion"),
                (4, "prompt"),
            ],
        ),
        Case(
            why="talk about HTML and code, in fences, or in a language of one's own",
            right=[
                {"prompt": "How do I write & in HTML?", "completion": "Write &amp; for it, and &lt; for <."},
                {"prompt": "怎样换行?", "completion": "用 <br><br> 或 </p>"},
                {
                    "prompt": "Write a React button",
                    "completion": 'return <div className="b"><span>Hi</span></div>',
                },
                {
                    "prompt": "Show a box",
                    "completion": 'Like this:\n```\n<div class="box">&nbsp;</div>\n```\nor `<p>`.',
                },
                {"prompt": "Parse <p>one</p>", "completion": "one"},
            ],
        ),
        Case(
            why="answers that are marked up on purpose",
            right=[
                {"prompt": "Describe the chair", "completion": "<p>An oak chair.</p><ul><li>Oak</li></ul>"},
                {
                    "messages": [
                        {"role": "system", "content": "Put names between <strong> and </strong>."},
                        {"role": "user", "content": "Who wrote Faust?"},
                        {"role": "assistant", "content": "It was <strong>Goethe</strong>, of course."},
                    ]
                },
                {"prompt": "List", "completion": 'x <li class="a">a</li><li class="b">b</li>'},
            ],
        ),
        Case(
            why="tags of Markdown and of prompts, generics, comparisons, arguments and results of tools",
            right=[
                {
                    "prompt": "<context>a</context> <document>b</document>",
                    "completion": "<think>c</think>d<answer>e</answer>",
                },
                {
                    "prompt": "H<sub>2</sub>O and x<sup>2</sup>",
                    "completion": "| a<br>b | c |\n<details><summary>s</summary></details>",
                },
                {
                    "prompt": "List<String> and a < b > c, if p<a> x",
                    "completion": "Press <kbd>Ctrl</kbd> & wait; AT&T; R&D;",
                },
                {
                    "messages": [
                        {"role": "user", "content": "Mail her"},
                        {
                            "role": "assistant",
                            "tool_calls": [
                                {
                                    "id": "1",
                                    "type": "function",
                                    "function": {
                                        "name": "mail",
                                        "arguments": '{"body": "<p>Hi</p><br><br>"}',
                                    },
                                }
                            ],
                        },
                        {"role": "tool", "tool_call_id": "1", "content": "<div>sent &amp; done</div> ok"},
                    ]
                },
            ],
        ),
    )
