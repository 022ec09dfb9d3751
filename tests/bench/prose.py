"""Made-up prose with the statistics of real training data: seeded, fast, and never the same sentence twice.

Sentences are two clauses and a link between them. The clauses come from a large pool made once, so that two
gigabytes are written in a minute or two; the combinations are far more than any file has sentences.
"""

from collections.abc import Sequence
from random import Random

COMMON = """
    the of and to a in is it you that he was for on are with as his they be at one have this from or had by hot but
    some what there we can out other were all your when up use word how said an each she which do their time if will
    way about many then them would write like so these her long make thing see him two has look more day could go come
    did my sound no most number who over know water than call first people may down side been now find any new work
    part take get place made live where after back little only round man year came show every good me give our under
    name very through just form much great think say help low line before turn cause same mean differ move right boy
    old too does tell sentence set three want air well also play small end put home read hand port large spell add
"""
RARE = """
    account adapter balance barometer calendar candidate database deadline delivery discount engine estimate evidence
    factory feedback gateway government grammar harbour hypothesis index insurance interface invoice journal keyboard
    laboratory language ledger library magazine measurement message migration museum negotiation network neighbour
    objective observation orchestra package pipeline policy portfolio protein purchase quarterly quotation
    railway recipe reference refund regression relational schedule scientist server shipment signature spreadsheet
    statistical subscription supplier synchronise telescope temperature threshold timetable transaction translation
    unemployment university vaccination variance vegetable vehicle verification warehouse wavelength workflow yesterday
"""
FOREIGN = {
    "German": """der die und für über Straße größer können möchte Rechnung Lieferung heute natürlich Gerät schließlich
        während Verträge Prüfung nächste Woche ähnlich Übersicht gemäß fünf Bücher""",
    "French": """le la des être très déjà façon français élève où même commande reçu problème années évidemment
        après théâtre garçon naïf cœur été hôtel première""",
    "Russian": """который можно сегодня заказ если время работа вопрос ответ данные каждый новый после город
        человек большой должен результат система пример""",
    "Spanish": """qué está después también mañana español año país información número según teléfono más sólo
        reunión próxima pequeño camión días razón""",
}
HAN = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
# Typographers' signs in one sentence of twenty: about a quarter of all texts are not ASCII.
LINKS = (", and ", ", but ", "; ", ", because ", ", so ", ", although ", ": ", ", while ") * 10 + (
    " – ",
    " … ",
)
ENDS = (".", ".", ".", ".", ".", ".", "?", "!") * 4 + (".”",)
SNIPPETS = (
    '```python\ndef total(rows):\n    """Add up."""\n    return sum(row["{a}"] for row in rows if row["{b}"] > 3)\n```',
    '```json\n{{"{a}": "{b}", "items": [1, 2, 3], "note": "say \\"{a}\\""}}\n```',
    "| {a} | {b} |\n|---|---|\n| 12.5 | 7 % |\n| 99.1 | 3 % |",
)
POOL = 20_000


class Writer:
    """Writes texts from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self._common, self._rare = COMMON.split(), RARE.split()
        self._pool = [self._clause() for _ in range(POOL)]
        self._foreign = {language: self._in(words.split()) for language, words in FOREIGN.items()}
        self._foreign["Chinese"] = ["".join(self.random.choices(HAN, k=9)) for _ in range(POOL)]
        self._languages = list(self._foreign)

    def language(self) -> str | None:
        """The language of the next row: English (None) in eleven of twelve."""
        return self.random.choice(self._languages) if self.random.random() < 1 / 12 else None

    def many(self, usual: float, spread: float, most: int) -> int:
        """A number of sentences: mostly a few around the usual, rarely many."""
        return max(1, min(most, int(self.random.lognormvariate(usual, spread))))

    def text(self, sentences: int, language: str | None = None) -> str:
        """So many sentences, with paragraphs, and now and then a list, quoted words or a piece of code."""
        written = self._sentences(sentences, language)
        chance = self.random.random()
        if chance < 0.02:
            words = self.random.choices(self._rare, k=2)
            written.append("\n" + self.random.choice(SNIPPETS).format(a=words[0], b=words[1]))
        if sentences > 3 and chance > 0.85:
            return written[0] + "\n\n- " + "\n- ".join(written[1:])
        if sentences > 4:
            middle = len(written) // 2
            return " ".join(written[:middle]) + "\n\n" + " ".join(written[middle:])
        return " ".join(written)

    def _sentences(self, count: int, language: str | None) -> list[str]:
        pool = self._pool if language is None else self._foreign[language]
        pick = self.random.choices
        firsts, lasts = pick(pool, k=count), pick(pool, k=count)
        return [
            f"{first[:1].upper()}{first[1:]}{link}{last}{end}"
            for first, link, last, end in zip(
                firsts, pick(LINKS, k=count), lasts, pick(ENDS, k=count), strict=True
            )
        ]

    def _clause(self) -> str:
        words = self.random.choices(self._common, k=self.random.randint(3, 7))
        words.insert(self.random.randrange(1, len(words)), self.random.choice(self._rare))
        chance = self.random.random()
        if chance < 0.05:
            words[-1] = f'"{words[-1]}"'
        elif chance < 0.10:
            words.insert(1, f"{self.random.randrange(10_000):,}")
        elif chance < 0.11:
            words[-1] = f"the café’s {words[-1]}"
        return " ".join(words)

    def _in(self, words: Sequence[str]) -> list[str]:
        return [" ".join(self.random.choices(words, k=6)) for _ in range(POOL)]
