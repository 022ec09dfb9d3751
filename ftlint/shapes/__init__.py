"""The built-in shapes, in the order in which a record is matched against them."""

from ftlint import plugins
from ftlint.errors import UsageError
from ftlint.shapes.alpaca import Alpaca, AlpacaPair
from ftlint.shapes.batch_request import BatchRequest
from ftlint.shapes.chat import Chat, Reinforcement
from ftlint.shapes.completion import Completion, Prompt, Segments, Text
from ftlint.shapes.dialogues import Exchanges, Palm, TurnLists, UserAssistant, Xtuner
from ftlint.shapes.factory_blocks import FactoryChat, FactoryPair
from ftlint.shapes.gemini import Gemini, GeminiPair
from ftlint.shapes.nova import Nova, NovaPair
from ftlint.shapes.oumi import OumiChat
from ftlint.shapes.preference import (
    ChatPair,
    MessagesPair,
    Preference,
    RankedPair,
    TrlPreference,
    WholePair,
)
from ftlint.shapes.responses import Responses
from ftlint.shapes.scored import ScoredPair
from ftlint.shapes.shape import CannotHold, Conversation, Shape
from ftlint.shapes.sharegpt import ShareGPT, ShareGPTPair
from ftlint.shapes.swift import SwiftChat, SwiftKTO, SwiftPair, SwiftWholePair
from ftlint.shapes.trl import KTO, AlpacaKTO, ChatKTO, ShareGPTKTO, Stepwise, TrlCompletion
from ftlint.shapes.vendors import Claude, Cohere, Mistral
from ftlint.shapes.verl import VerlPrompt

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
        SwiftChat(),
        Claude(),
        Cohere(),
        Palm(),
        Xtuner(),
        Reinforcement(),
        OumiChat(),
        Chat(),
        ShareGPT(),
        Alpaca(),
        Completion(),
        # No answer, or nothing else
        Prompt(),
        Text(),
        # Where no other shape fits
        UserAssistant(),
        ScoredPair(),
        Responses(),
        BatchRequest(SHAPES),
        TurnLists(),
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
