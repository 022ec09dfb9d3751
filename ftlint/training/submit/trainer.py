"""Resolve provider, method and model of a training, and whether the model can be trained."""

import re
from dataclasses import dataclass
from datetime import date

from ftlint.errors import UsageError
from ftlint.targets.target import Model, Target, load_target
from ftlint.training.submit.parameters import METHODS, check_method

OPENAI = {"supervised": "openai-chat", "dpo": "openai-dpo", "reinforcement": "openai-rft"}
AZURE = {"supervised": "azure-openai", "dpo": "azure-openai-dpo", "reinforcement": "azure-openai-rft"}
# The providers whose models the targets are for.
PROVIDERS = ("openai", "azure")
COMPLETIONS = "openai-completions"
# Models of the API before it had jobs: curie:ft-acme-2023-04-04-03-03-26.
FORMER = re.compile(r"(ada|babbage|curie|davinci):ft-", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Trainer:
    """The target, the method, the model as named by the user, and the known facts about it.

    ``obstacles`` are reasons not to submit that may be outdated in this version; ``notes`` are warnings.
    """

    target: Target
    method: str
    name: str
    model: Model | None
    obstacles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def continued(self) -> bool:
        """Whether a tuned model is trained further."""
        return self.name.startswith("ft:") or ".ft-" in self.name


def trainer_of(
    name: str, *, provider: str, target: str | None, method: str | None, today: date | None = None
) -> Trainer:
    """Resolve the trainer of a model. Raises UsageError for impossible combinations.

    ``provider`` is its registered name; ``target`` and ``method`` are None if not given.
    """
    if FORMER.match(name):
        raise UsageError(_former(name))
    requested = check_method(method) if method is not None else None
    chosen = load_target(target or _default_target(name, provider, requested))
    if provider in PROVIDERS and not chosen.name.startswith(provider):
        raise UsageError(
            f"files for {chosen.name} are not for the provider {provider} (--provider, --target)"
        )
    default_method = _method(chosen)
    if requested is not None and requested != default_method:
        raise UsageError(f"{chosen.name} is for --method {default_method}, not for {requested}")
    base, unknown = _model(name, chosen, provider)
    day = today or date.today()
    # A self-hosted server may still train what others have shut down.
    own_server = target is None and provider not in PROVIDERS
    obstacles = [*unknown, *([] if own_server else _ended(chosen, base, day))]
    notes = []
    if base is None and not obstacles:
        notes.append(f"nothing is known here of the model {name}: no limit of its own and no price")
    return Trainer(chosen, default_method, name, base, tuple(obstacles), tuple(notes))


def provider_for(provider: str | None, base_url: str | None, target: str | None) -> str:
    """The default provider of a model or target."""
    if provider is not None:
        return provider
    if target is not None and target.startswith("azure"):
        return "azure"
    return "compatible" if base_url is not None else "openai"


def _default_target(name: str, provider: str, method: str | None) -> str:
    if provider == "azure":
        return AZURE[method or "supervised"]
    if method is None and _is_known(load_target(COMPLETIONS), name):
        return COMPLETIONS
    if method is None and _is_known(load_target(OPENAI["reinforcement"]), name):
        return OPENAI["reinforcement"]
    return OPENAI[method or "supervised"]


def _is_known(target: Target, name: str) -> bool:
    try:
        target.model(name)
    except UsageError:
        return False
    return True


def _method(target: Target) -> str:
    of_shape = {shape: method for method, shape in METHODS.items()}
    return of_shape.get(target.shape, "supervised")


def _model(name: str, target: Target, provider: str) -> tuple[Model | None, list[str]]:
    try:
        return target.model(name), []
    except UsageError as error:
        # A self-hosted server has models of its own.
        return None, [str(error)] if provider in PROVIDERS else []


def _ended(target: Target, model: Model | None, today: date) -> list[str]:
    """The note that the target or the model no longer accepts jobs; the model's is more specific, unless all of
    them ended.
    """
    last = target.value("no_new_jobs")
    if model is not None and target.status != "retired" and _is_retired(model, today):
        since = f" since {model.retired}" if model.retired else ""
        current = [other.name for other in target.models if not _is_retired(other, today)]
        alternatives = f"; trained are {', '.join(current)}" if current else ""
        return [f"the model {model.name} is shut down{since}{alternatives}"]
    if target.status == "retired" or (isinstance(last, date) and last <= today):
        retired = target.value("retired") or last
        successor = target.text("successor")
        instead = f"; {successor} takes its place (--target {successor})" if successor else ""
        return [f"{target.name} takes no new jobs{f' since {retired}' if retired else ''}{instead}"]
    return []


def _is_retired(model: Model, today: date) -> bool:
    return model.status == "retired" or (model.retired is not None and model.retired <= today)


def _former(name: str) -> str:
    base = name.partition(":")[0].lower()
    model = load_target(COMPLETIONS).model(base)
    since = f" on {model.retired}" if model.retired else ""
    return (
        f"{name} was tuned with the API before jobs, which is gone, and {base} was shut down{since}: it can neither be"
        f" asked nor trained further. Train a new model on all examples (ftlint prepare, then ftlint submit)"
    )
