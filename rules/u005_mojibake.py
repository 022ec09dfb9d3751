"""A text is UTF-8 that was read as another encoding (`â€™` for ’, `Ã©` for é).

Somewhere on its way the text was written as UTF-8 and read as Windows-1252, Latin-1, Windows-1251, Mac Roman
or the like. The model learns to write `donâ€™t`, and spends several tokens on an apostrophe. Look at the source
of the data: the whole of it was read with the wrong encoding.

The signs are reported by the library ftfy. The fix reads the text the right way, but only where nothing is lost:
writing the new text the wrong way again must give exactly the old one. Nothing else is changed, neither
quotation marks nor width nor composition. It changes the text that is trained on, so it is unsafe. Where
signs are missing (`Ã` and a blank for à), the finding has no fix.

Silent for accented letters that are right, also where they stand beside quotation marks: `À « l’été… »`, ВГУ,
ΠΡΩΤΑ, ĐẾN. Single controls such as U+0092 are control-character's. Texts that speak of mojibake show it and
are reported; ignore the rule there.
"""

from __future__ import annotations

from ftlint.rule import Case, MatchedRow, RuleContext, TextRule, mojibake, pl, quote


class Mojibake(TextRule):
    """Texts in which ftfy sees UTF-8 that was decoded as a single-byte encoding."""

    code, name, severity, fix = "U005", "mojibake", "warning", "unsafe"

    def when(self, context: RuleContext) -> pl.Expr:
        garbled = mojibake.likely(pl.col("text"))
        return garbled.map_elements(lambda text: bool(mojibake.first_sign(text)), return_dtype=pl.Boolean)

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        old, new = mojibake.first_sign(match["text"]) or ("", "")
        message = f"{quote(old)} was {quote(new)} before it was read with the wrong encoding"
        if mojibake.repaired(match["text"]) == match["text"]:
            return f"{message}; signs are missing, so that it cannot be repaired"
        return message

    def is_fixable(self, match: MatchedRow, context: RuleContext) -> bool:
        return bool(mojibake.repaired(match["text"]) != match["text"])

    def fix_text(self, text: str, match: MatchedRow, context: RuleContext) -> str:
        return mojibake.repaired(text)

    cases = (
        Case(
            why="read as Windows-1252 and as Latin-1",
            wrong=[
                {
                    "prompt": "Itâ€™s the cafÃ©â€”really",
                    "completion": "Ã\u009cber â\u0080\u009cZÃ¼richâ\u0080\u009d",
                },
                {
                    "messages": [
                        {"role": "user", "content": "Â¿CuÃ¡nto cuesta? 20â‚¬"},
                        {"role": "assistant", "content": "Det kostar 20 â‚¬ pÃ¥ nÃ¤tet ðŸ˜€"},
                    ]
                },
            ],
            found=[(1, "completion"), (1, "prompt"), (2, "messages[0].content"), (2, "messages[1].content")],
            fixed=[
                {"prompt": "It’s the café—really", "completion": "Über “Zürich”"},
                {
                    "messages": [
                        {"role": "user", "content": "¿Cuánto cuesta? 20€"},
                        {"role": "assistant", "content": "Det kostar 20 € på nätet 😀"},
                    ]
                },
            ],
        ),
        Case(
            why="Russian, Chinese, Korean, Arabic, Greek and Thai; read as Latin-1, Windows-1251, Mac Roman, in DOS; twice",
            wrong=[
                {
                    "prompt": "Ð\x9fÑ\x80Ð¸Ð²ÐµÑ\x82, ÐºÐ°Ðº Ð´ÐµÐ»Ð°?",
                    "completion": "æ\x9cºå\x99¨å\xad¦ä¹\xa0æ\x98¯ä»\x80ä¹\x88",
                },
                {"prompt": "í•œêµ\xadì–´ ë¬¸ìž¥", "completion": "Ù\x83Ù\x8aÙ\x81 Ø\xadØ§Ù\x84Ù\x83"},
                {"prompt": "Î\x9aÎ±Î»Î·Î¼Î\xadÏ\x81Î±", "completion": "à¸ªà¸§à¸±à¸ªà¸\x94à¸µ"},
                {"prompt": "РџСЂРёРІРµС‚, РєР°Рє РґРµР»Р°?", "completion": "na√Øve √úbung"},
                {"prompt": "na├»ve ├£bung", "completion": "Ã¢Â\x80Â\x9cÃ\x83Â©Ã¢Â\x80Â\x9d"},
            ],
            found=[
                (1, "completion"),
                (1, "prompt"),
                (2, "completion"),
                (2, "prompt"),
                (3, "completion"),
                (3, "prompt"),
                (4, "completion"),
                (4, "prompt"),
                (5, "completion"),
                (5, "prompt"),
            ],
            fixed=[
                {"prompt": "Привет, как дела?", "completion": "机器学习是什么"},
                {"prompt": "한국어 문장", "completion": "كيف حالك"},
                {"prompt": "Καλημέρα", "completion": "สวัสดี"},
                {"prompt": "Привет, как дела?", "completion": "naïve Übung"},
                {"prompt": "naïve Übung", "completion": "“é”"},
            ],
        ),
        Case(
            why="only the garbled piece of a line is read anew",
            wrong=[{"prompt": "“机器” heiÃŸt 机器 — caf\u00e9", "completion": "ok 😀 donâ€™t"}],
            found=[(1, "completion"), (1, "prompt")],
            fixed=[{"prompt": "“机器” heißt 机器 — café", "completion": "ok 😀 don’t"}],
        ),
        Case(
            why="signs are missing: reported, but left",
            wrong=[{"prompt": "voilÃ le travail", "completion": "Â©\nÃ la carte"}],
            found=[(1, "completion"), (1, "prompt")],
            fixed=[{"prompt": "voilÃ le travail", "completion": "©\nÃ la carte"}],
        ),
        Case(
            why="right letters beside quotation marks, blanks and signs: French, German, Portuguese, Turkish, Nordic",
            right=[
                {
                    "prompt": "À « l’été… » où ÊTES-VOUS ? « À L’ŒUVRE »",
                    "completion": "ÄÖÜ „Ö“ ß“ Müller™ 25°C ±5 µm ½",
                },
                {"prompt": "NÃO, AMANHÃ É “CAFÉ”… São Paulo–É", "completion": "İŞÇİ ÇALIŞ “Ş” güneş’te"},
                {"prompt": "Ærø Åse Ø – “Å”, ÅR ÖST", "completion": "¿«Ñandú»? ¡É!"},
            ],
        ),
        Case(
            why="Vietnamese, Polish, Czech, Baltic, Romanian, Greek, Russian, Ukrainian",
            right=[
                {"prompt": "ĐẾN ĐÂU? “Đ” Ở ÂM NHẠC… TẠI SAO", "completion": "Łódź „Żłobek” Ż… ŻÓŁĆ"},
                {"prompt": "Šumava „Ž“ ČŘŽ…", "completion": "„Šaltinis“ Ģ Ķ; Ș Ț «ȘI»"},
                {"prompt": "ΠΡΩΤΑ «ΑΒΓ»… ΕΛΛΑΔΑ™", "completion": "ВГУ «РГГУ» Рівне, Січень; Р. С."},
            ],
        ),
        Case(
            why="frames, faces, formulas, trees of folders",
            right=[
                {
                    "prompt": "├── src\n│   ├── a\n└── b ┌─┬─┐",
                    "completion": "(ﾉ◕ヮ◕)ﾉ*:･ﾟ✧ ಠ_ಠ ¯\\_(ツ)_/¯ (° ͜ʖ °)",
                },
                {"prompt": "√2 ≈ 1.41 ≠ √π", "completion": "「日本語」 …中文。"},
            ],
        ),
    )
