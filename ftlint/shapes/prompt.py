"""``{"prompt": …}``: a prompt alone, whose answers the model in training gives itself."""

from ftlint.shapes.answers import unanswered
from ftlint.shapes.completion import Completion
from ftlint.shapes.shape import Conversation, Names, Record
from ftlint.shapes.spans import Span, Spans, is_messages, optional_spans

# Fields in which an answer may stand: with one of them a prompt is not alone.
ANSWERS = {
    *(*Completion.required, *Completion.aliases["completion"]),
    *("completions", "labels", "answers", "chosen", "rejected", "chosen_response", "rejected_response"),
}
# Fields that stand beside a prompt and are no answer to it: what it is, and what a reward is worked out from.
BESIDE = {
    *("system", "tools", "id", "idx", "index", "uid", "uuid", "prompt_id", "source", "dataset", "split"),
    *("data_source", "ability", "reward_model", "extra_info", "ground_truth", "solution", "test_cases"),
    *("image", "images"),
}


class Prompt(Spans):
    """A text or messages, for GRPO and the like."""

    name = "prompt"
    required = ("prompt",)
    optional = ("system", "tools")
    answered = False
    whole = "completion"
    beyond = ("tools", "reward_model", "ground_truth", "solution", "test_cases")

    def recognise(self, record: Record, names: Names) -> bool:
        prompt = record[names["prompt"]]
        keys = {key.strip().casefold() for key in record if key != names["prompt"]}
        if is_messages(prompt):
            return keys.isdisjoint(ANSWERS)
        # Beside a text any other text could be the answer under a name that nobody knows.
        return not isinstance(prompt, list | dict) and keys <= BESIDE

    def spans(self, record: Record, names: Names) -> list[Span]:
        return [*optional_spans(record, names, [("system", "system")]), Span((names["prompt"],), "user")]

    def write(self, conversation: Conversation) -> Record:
        record: Record = {"prompt": unanswered(conversation)}
        if conversation.tools:
            record["tools"] = conversation.tools
        return record
