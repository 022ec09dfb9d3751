"""The shapes ftlint knows, in the order in which a record is tried against them."""

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
