"""Answers to a question with a score each, in columns or objects of their own: the best is chosen, the worst rejected.

- ``{"question": {"full_text": …}, "answer_0": …, "score_0": -1, "answer_1": …, "score_1": 1}``: WebGPT's comparisons.
- ``{"info": {"title": …, "post": …}, "summaries": [{"text": …}, {"text": …}], "choice": 0}``: summarize_from_feedback.
- ``{"title": …, "selftext": …, "answers": {"text": […], "score": […]}}``: ELI5.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from msgspec import Struct

from ftlint.path import Steps
from ftlint.shapes.answers import texts_of_pair
from ftlint.shapes.shape import Conversation, Names, NoBetterAnswer, Record, follow
from ftlint.shapes.spans import MessageSpan, SpanShape

NO_BEST = "needs two answers of which one is better, and the record does not say"


class AnswerRanking(Struct):
    """The paths of the texts of a question, and of the answers with their scores."""

    asked: list[Steps]
    answers: list[Steps]
    scores: list[float]

    def ranked(self, nth: int) -> Steps:
        """The nth answer in order of scores; of equal scores the earlier one is better. Raises TypeError for none."""
        order = sorted(range(len(self.answers)), key=lambda at: (self.scores[at], -at))
        if not order:
            raise TypeError("there are answers")
        return self.answers[order[nth]]


class RankingPair(SpanShape):
    """The view is the question and the best answer."""

    is_preference = True
    has_verdict = True
    tool_fields = ()
    identity_fields = ()
    late = True

    def ranking(self, record: Record, names: Names) -> AnswerRanking:
        """The question, the answers and their scores."""
        raise NotImplementedError

    def spans(self, record: Record, names: Names) -> list[MessageSpan]:
        ranking = self.ranking(record, names)
        if not ranking.asked:
            raise TypeError("a question is a text")
        first, *more = ranking.asked
        return [MessageSpan(first, "user", more=tuple(more)), MessageSpan(ranking.ranked(-1), "assistant")]

    def rejected_spans(self, record: Record, names: Names) -> list[MessageSpan]:
        return [MessageSpan(self.ranking(record, names).ranked(0), "assistant")]

    def beside_view(self, record: Record, names: Names) -> Any:
        return [record[names[name]] for name in self.required]

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        # The roles are those of the columns.
        if field != "role":
            super().put(record, names, at, field, part, text)

    def read(self, record: Record, names: Names) -> Conversation:
        scores = self.ranking(record, names).scores
        if len(scores) < 2 or min(scores) == max(scores):
            raise NoBetterAnswer(NO_BEST)
        return super().read(record, names)


class RatedPair(RankingPair):
    """Two answers with a column of its score each."""

    name = "rated-preference"
    required = ("question", "answer_0", "score_0", "answer_1", "score_1")
    synonyms: ClassVar[Mapping[str, Sequence[str]]] = {"question": ("prompt", "instruction", "query")}

    def recognise(self, record: Record, names: Names) -> bool:
        question, *others = (record[names[name]] for name in self.required)
        asked = question.get("full_text") if isinstance(question, dict) else question
        return not isinstance(asked, list | dict) and not any(
            isinstance(value, list | dict | bool) for value in others
        )

    def ranking(self, record: Record, names: Names) -> AnswerRanking:
        question: Steps = (names["question"],)
        asked = (*question, "full_text") if isinstance(follow(record, question), dict) else question
        sides = ("0", "1")
        return AnswerRanking(
            [asked],
            [(names[f"answer_{side}"],) for side in sides],
            [_number(record[names[f"score_{side}"]]) for side in sides],
        )

    def write(self, conversation: Conversation) -> Record:
        question, chosen, rejected = texts_of_pair(conversation)
        return {"question": question, "answer_0": chosen, "score_0": 1, "answer_1": rejected, "score_1": -1}


class SummaryPair(RankingPair):
    """Two summaries of a post or an article, and the index of the better one."""

    name = "summary-preference"
    required = ("info", "summaries", "choice")
    notation: ClassVar[Mapping[str, Sequence[Any]]] = {"choice": (0, 1)}

    def recognise(self, record: Record, names: Names) -> bool:
        summaries = record[names["summaries"]]
        first = summaries[0] if isinstance(summaries, list) and summaries else None
        return isinstance(record[names["info"]], dict) and isinstance(first, dict) and "text" in first

    def ranking(self, record: Record, names: Names) -> AnswerRanking:
        info, summaries, choice = (names[name] for name in self.required)
        said = [name for name in ("title", "post", "article") if isinstance(record[info].get(name), str)]
        asked = [(info, name) for name in ([name for name in said if record[info][name]] or said[:1])]
        places = range(len(record[summaries]))
        chosen = record[choice] if isinstance(record[choice], int) else None
        return AnswerRanking(
            list(asked), [(summaries, at, "text") for at in places], [float(at == chosen) for at in places]
        )

    def write(self, conversation: Conversation) -> Record:
        question, chosen, rejected = texts_of_pair(conversation)
        return {"info": {"post": question}, "summaries": [{"text": chosen}, {"text": rejected}], "choice": 0}


class ThreadPair(RankingPair):
    """A question with a title, and its answers as a list of texts and one of scores."""

    name = "thread-preference"
    required = ("title", "answers")
    optional: ClassVar[Sequence[str]] = ("selftext",)

    def recognise(self, record: Record, names: Names) -> bool:
        answers = record[names["answers"]]
        return isinstance(answers, dict) and "text" in answers and "score" in answers

    def ranking(self, record: Record, names: Names) -> AnswerRanking:
        key = names["answers"]
        texts, scores = record[key]["text"], record[key]["score"]
        if not isinstance(texts, list) or not isinstance(scores, list) or len(texts) != len(scores):
            raise TypeError("answers have a score each")
        body = [(names[name],) for name in self.optional if name in names and record[names[name]]]
        asked = body if record[names["title"]] == "" and body else [(names["title"],), *body]
        return AnswerRanking(
            list(asked), [(key, "text", at) for at in range(len(texts))], [_number(s) for s in scores]
        )

    def write(self, conversation: Conversation) -> Record:
        question, chosen, rejected = texts_of_pair(conversation)
        return {"title": question, "answers": {"text": [chosen, rejected], "score": [2, 1]}}


def _number(value: Any) -> float:
    """A number, which may be a text. Raises ValueError or TypeError for any other value."""
    if isinstance(value, bool):
        raise TypeError("a score is a number")
    return float(value)
