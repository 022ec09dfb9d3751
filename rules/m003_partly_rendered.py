"""The chat template leaves out a thought, a name or a part of a text.

Templates of models that think cut the thoughts out of earlier answers, and some out of all, as they are not wanted in
the context of the next question. In training this means that only the last thought is learned, or none. A template
that cuts at a mark such as `</think>` also cuts texts that only mention it. Names of speakers are left out by most.

There is no fix. Where the thoughts are to be learned, make an example of each answer, so that it is the last one
(`ftlint convert --untrained split`), or use a template for training that keeps them.

Only with `--chat-template`, or a `--tokenizer` whose folder has a chat template. Texts that are missing as a whole are
not-rendered.
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, MatchedRow, RuleContext, pl, quote

USER = {"role": "user", "content": "How is the weather in Bonn?"}
THINKS = {"role": "assistant", "content": "<think>A question about weather.</think>Rain."}
THOUGHT = {"role": "assistant", "content": "Rain.", "reasoning_content": "A question about weather."}
TURNS = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
CUT = TURNS.replace("m.content", "m.content.split('</think>')[-1]")


class PartlyRendered(FrameRule):
    """Missing thoughts and names, and texts that are not whole."""

    code, name, severity = "M003", "partly-rendered", "warning"
    frame = "rendered_parts"
    columns = ("text", "left_out", "spans", "field")

    def when(self, context: RuleContext) -> pl.Expr:
        # The name of a result is that of its call.
        name = (pl.col("field") == "name") & ~pl.col("role").is_in(["tool", "function"])
        missing = (pl.col("spans") == 0) & (name | (pl.col("field") == "reasoning_content"))
        return missing | (pl.col("left_out") != "")

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        if match["spans"]:
            return f"the chat template leaves out a part of the text: {quote(match['left_out'], 60)}"
        what = "name" if match["field"] == "name" else "thought"
        return f"the chat template leaves out the {what}: {quote(match['text'], 60)}"

    cases = (
        Case(
            why="a thought that is split off",
            wrong=[{"messages": [USER, THINKS]}],
            found=[(1, "messages[1].content")],
            settings={"template_text": CUT},
        ),
        Case(
            why="a thought in a field of its own, and a name",
            wrong=[{"messages": [{**USER, "name": "Ann"}, THOUGHT]}],
            found=[(1, "messages[0].name"), (1, "messages[1].reasoning_content")],
            settings={"template_text": TURNS},
        ),
        Case(
            why="a thought that is written in another place",
            right=[{"messages": [USER, THINKS]}],
            settings={
                "template_text": TURNS.replace(
                    "{{ m.content }}",
                    "[{{ m.content.split('</think>')[0].split('<think>')[-1] }}] {{ m.content.split('</think>')[-1] }}",
                )
            },
        ),
        Case(
            why="the name of a result is that of its call",
            right=[{"messages": [USER, {"role": "tool", "name": "get_weather", "content": "Rain."}]}],
            settings={"template_text": TURNS},
        ),
        Case(right=[{"messages": [USER, THINKS]}], settings={"template_text": TURNS}),
        Case(why="no template is known", right=[{"messages": [{**USER, "name": "Ann"}, THOUGHT]}]),
    )
