"""The shapes ftlint knows, in the order in which a record is tried against them."""

from ftlint import plugins
from ftlint.errors import UsageError
from ftlint.shapes.alpaca import Alpaca
from ftlint.shapes.alpaca_pair import AlpacaPair
from ftlint.shapes.chat import Chat
from ftlint.shapes.chat_pair import ChatPair
from ftlint.shapes.claude import Claude
from ftlint.shapes.cohere import Cohere
from ftlint.shapes.completion import Completion
from ftlint.shapes.gemini import Gemini
from ftlint.shapes.gemini_pair import GeminiPair
from ftlint.shapes.kto import KTO
from ftlint.shapes.labelled import AlpacaKTO, ChatKTO, ShareGPTKTO
from ftlint.shapes.mistral import Mistral
from ftlint.shapes.nova import Nova
from ftlint.shapes.nova_pair import NovaPair
from ftlint.shapes.preference import Preference
from ftlint.shapes.prompt import Prompt
from ftlint.shapes.ranked_pair import RankedPair
from ftlint.shapes.reinforcement import Reinforcement
from ftlint.shapes.segments import Segments
from ftlint.shapes.shape import CannotHold, Conversation, Shape
from ftlint.shapes.sharegpt import ShareGPT
from ftlint.shapes.sharegpt_pair import ShareGPTPair
from ftlint.shapes.stepwise import Stepwise
from ftlint.shapes.text import Text
from ftlint.shapes.trl_completion import TrlCompletion
from ftlint.shapes.trl_preference import TrlPreference

__all__ = ["SHAPES", "CannotHold", "Conversation", "Shape"]

SHAPES: dict[str, Shape] = {
    shape.name: shape
    for shape in (
        # Two answers
        GeminiPair(),
        NovaPair(),
        Preference(),
        ShareGPTPair(),
        ChatPair(),
        RankedPair(),
        AlpacaPair(),
        TrlPreference(),
        # Answers with labels
        Stepwise(),
        ChatKTO(),
        ShareGPTKTO(),
        AlpacaKTO(),
        KTO(),
        # One answer, or several turns
        TrlCompletion(),
        Gemini(),
        Nova(),
        Mistral(),
        Segments(),
        Claude(),
        Cohere(),
        Reinforcement(),
        Chat(),
        ShareGPT(),
        Alpaca(),
        Completion(),
        # No answer, or nothing else
        Prompt(),
        Text(),
    )
}
"""By name. What plug-ins offer comes last, so that it changes nothing for records that are of ftlint's own shapes."""

for _offer in plugins.offered(plugins.SHAPES, SHAPES).values():
    _shape = _offer.load()
    _shape = _shape() if isinstance(_shape, type) else _shape
    if not isinstance(_shape, Shape) or _shape.name != _offer.name:
        raise UsageError(f"{_offer}: that is no shape called {_offer.name}")
    SHAPES[_shape.name] = _shape
