"""The built-in shapes, in the order in which a record is matched against them."""

from ftlint import plugins
from ftlint.errors import UsageError
from ftlint.shapes.alpaca import Alpaca, AlpacaPair
from ftlint.shapes.answer_ranking import RatedPair, SummaryPair, ThreadPair
from ftlint.shapes.batch_request import BatchRequest, NestedChat
from ftlint.shapes.chat import Chat, Reinforcement
from ftlint.shapes.compared import ArenaPair, ComparedPair
from ftlint.shapes.completion import Completion, Prompt, Segments, Text
from ftlint.shapes.contrastive import Contrastive
from ftlint.shapes.dialogues import Exchanges, Palm, TurnLists, UserAssistant, Xtuner
from ftlint.shapes.factory_blocks import FactoryChat, FactoryPair
from ftlint.shapes.gemini import Gemini, GeminiPair
from ftlint.shapes.json_chat import JsonChat
from ftlint.shapes.message_tree import MessageTree
from ftlint.shapes.nova import Nova, NovaPair
from ftlint.shapes.oumi import OumiChat
from ftlint.shapes.preference import (
    ChatPair,
    MessagesPair,
    Preference,
    RankedPair,
    TextPair,
    TrlPreference,
    WholePair,
)
from ftlint.shapes.query_pair import QueryPair
from ftlint.shapes.responses import Responses
from ftlint.shapes.sampled import SampledAnswers
from ftlint.shapes.scored import ScoredPair
from ftlint.shapes.shape import CannotHold, Conversation, Shape
from ftlint.shapes.sharegpt import ShareGPT, ShareGPTPair
from ftlint.shapes.swift import SwiftChat, SwiftKTO, SwiftPair, SwiftWholePair
from ftlint.shapes.transcript import Transcript
from ftlint.shapes.trl import KTO, AlpacaKTO, ChatKTO, ShareGPTKTO, Stepwise, TrlCompletion
from ftlint.shapes.vendors import Claude, Cohere, Mistral
from ftlint.shapes.verl import VerlPrompt
from ftlint.shapes.votes import VotePair
from ftlint.shapes.xlam import Xlam

__all__ = ["COMPATIBLE", "SHAPES", "CannotHold", "Conversation", "Shape"]

SHAPES: dict[str, Shape] = {}
SHAPES |= {
    shape.name: shape
    for shape in (
        # Two answers
        FactoryPair(),
        SwiftPair(),
        SwiftWholePair(),
        GeminiPair(),
        NovaPair(),
        Preference(),
        ShareGPTPair(),
        ChatPair(),
        RankedPair(),
        AlpacaPair(),
        MessagesPair(),
        WholePair(),
        ArenaPair(),
        VotePair(),
        QueryPair(),
        TextPair(),
        TrlPreference(),
        # Answers with labels
        Stepwise(),
        SwiftKTO(),
        ChatKTO(),
        ShareGPTKTO(),
        AlpacaKTO(),
        KTO(),
        # One answer, or several turns
        TrlCompletion(),
        VerlPrompt(),
        Gemini(),
        Nova(),
        FactoryChat(),
        Mistral(),
        Segments(),
        Exchanges(),
        Contrastive(),
        SwiftChat(),
        Claude(),
        Cohere(),
        Palm(),
        Xtuner(),
        Reinforcement(),
        OumiChat(),
        Chat(),
        JsonChat(),
        ShareGPT(),
        Alpaca(),
        Xlam(),
        Completion(),
        # No answer, or nothing else
        Prompt(),
        Text(),
        # Where no other shape fits
        UserAssistant(),
        ScoredPair(),
        ComparedPair(),
        Responses(),
        BatchRequest(SHAPES),
        NestedChat(SHAPES),
        TurnLists(),
        MessageTree(),
        RatedPair(),
        SummaryPair(),
        ThreadPair(),
        SampledAnswers(),
        Transcript(),
    )
}
"""Shapes by name. Those of plug-ins are last, so that they do not change the detection of built-in shapes."""

for _offer in plugins.offered(plugins.SHAPES, SHAPES).values():
    _shape = _offer.load()
    _shape = _shape() if isinstance(_shape, type) else _shape
    if not isinstance(_shape, Shape) or _shape.name != _offer.name:
        raise UsageError(f"{_offer}: that is no shape called {_offer.name}")
    SHAPES[_shape.name] = _shape

COMPATIBLE = {shape.name: shape.compatible_with for shape in SHAPES.values() if shape.compatible_with}
"""Shapes that may be mixed with another shape in one dataset, mapped to that shape (see ``Shape.compatible_with``)."""
