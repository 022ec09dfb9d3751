"""The cost of training: epochs by the target's own formula, billed tokens, and prices with their date."""

from collections.abc import Sequence
from dataclasses import dataclass

from ftlint.commands.stats.figures import Cost, Training
from ftlint.commands.stats.survey import Distribution
from ftlint.context import RuleContext
from ftlint.errors import UsageError
from ftlint.shapes import SHAPES
from ftlint.targets.target import Model, Target, load_target, target_names

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class CostOptions:
    """User values that replace the target's: tokens per example, USD per million tokens, and epochs."""

    limit: int | None = None
    price: float | None = None
    epochs: int | None = None

    def __post_init__(self) -> None:
        for name, value, least in (
            ("limit", self.limit, 1),
            ("price", self.price, 0),
            ("epochs", self.epochs, 1),
        ):
            if value is not None and not least <= value < float("inf"):
                raise UsageError(f"--{name} {value}: {least} or more is wanted")


def training(tokens: Distribution, context: RuleContext, terms: CostOptions, shape: str | None) -> Training:
    """The cost of training on examples of these token counts; ``shape`` is that of most examples."""
    target = trainer(context, shape)
    usual = target.epochs(tokens.size) if target is not None else None
    epochs = usual if terms.epochs is None else terms.epochs
    mine, others = _models(context)
    limit = terms.limit or context.limit
    # Tokens beyond the limit of an example are neither trained nor billed.
    billed = {limit: tokens.total(limit) * (epochs or 1) for limit in _limits(context, terms, mine)}
    costs = [_cost(model, context, terms, billed) for model in mine]
    if not costs and terms.price is not None:
        costs = [_cost(None, context, terms, billed)]
    by_default = target is not None and terms.epochs is None and epochs is not None
    return Training(
        epochs=epochs,
        by=target.name if target is not None and by_default else None,
        verified=target.verified("default_epochs") if target is not None and by_default else True,
        tokens=billed[limit],
        limit=limit,
        costs=costs,
        others=[(model.name, model.encoding) for model in others],
    )


def limits(context: RuleContext, terms: CostOptions) -> dict[int, list[str]]:
    """Every applicable limit, with the models, or else the target, that it belongs to."""
    if terms.limit is not None:
        return {terms.limit: []}
    found: dict[int, list[str]] = {}
    for model in _models(context)[0]:
        found.setdefault(model.limit, []).append(model.name)
    if not found and context.limit is not None:
        found[context.limit] = [context.who]
    return found


def trainer(context: RuleContext, shape: str | None) -> Target | None:
    """The target to use; of several that train the same model at the same price, the one for such records."""
    if context.target is not None or context.model is None:
        return context.target
    kind = _kind(shape)
    found = [
        target
        for target in map(load_target, target_names())
        if context.model in target.models and _kind(target.shape) == kind
    ]
    return found[0] if len(found) == 1 else None


def _kind(shape: str | None) -> tuple[bool, bool]:
    known = SHAPES.get(shape or "chat", SHAPES["chat"])
    return known.is_preference, known.answered


def _models(context: RuleContext) -> tuple[Sequence[Model], Sequence[Model]]:
    """The models that have figures, and those that need another vocabulary.

    Models that can no longer be trained are listed only if there are no others.
    """
    if context.model is not None:
        return [context.model], []
    models = context.target.models if context.target is not None else ()
    models = tuple(model for model in models if _status(model, context) != "retired") or models
    if context.tokenizer is not None:
        return models, []
    mine = [model for model in models if model.encoding == context.encoding]
    return mine, [model for model in models if model.encoding != context.encoding]


def _status(model: Model, context: RuleContext) -> str:
    """A model's state on the day of the run: past its shutdown date it is retired."""
    return "retired" if model.retired is not None and model.retired <= context.today else model.status


def _limits(context: RuleContext, terms: CostOptions, models: Sequence[Model]) -> set[int | None]:
    return {terms.limit or limit for limit in (context.limit, *(model.limit for model in models))}


def _cost(
    model: Model | None, context: RuleContext, terms: CostOptions, billed: dict[int | None, int]
) -> Cost:
    limit = terms.limit or (model.limit if model is not None else context.limit)
    own = terms.price is not None or model is None
    price = terms.price if own or model is None else model.price
    return Cost(
        model=model.name if model is not None else None,
        status=_status(model, context) if model is not None else "live",
        retired=model.retired if model is not None else None,
        limit=limit,
        billed=billed[limit],
        price=price,
        checked=None if own or model is None or price is None else model.checked,
        verified=own or model is None or model.verified,
        dollars=None if price is None else billed[limit] / MILLION * price,
    )
