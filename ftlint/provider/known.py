"""Which providers there are: those of the entry point group ``ftlint.providers``, the built-in ones among them."""

from collections.abc import Callable, Mapping
from typing import cast

from ftlint.errors import UsageError
from ftlint.nearest import did_you_mean
from ftlint.plugins import PROVIDERS, offered
from ftlint.provider import built_in
from ftlint.provider.built_in import Address
from ftlint.provider.patience import Patience
from ftlint.provider.provider import Provider

Make = Callable[[Address, Patience], Provider]
BUILT_IN: Mapping[str, Make] = {
    "openai": built_in.openai,
    "azure": built_in.azure,
    "compatible": built_in.compatible,
}


def provider_names() -> list[str]:
    """The names of all providers, the built-in ones first."""
    return [*BUILT_IN, *offered(PROVIDERS, BUILT_IN)]


def find_provider(name: str, address: Address, patience: Patience) -> Provider:
    """The provider of that name at that address. Raises UsageError for an unknown one, naming the nearest."""
    make = BUILT_IN.get(name) or _plug_in(name)
    if make is None:
        known = provider_names()
        raise UsageError(f'no provider "{name}"{did_you_mean(name, known)} ({", ".join(known)})')
    return make(address, patience)


def _plug_in(name: str) -> Make | None:
    offer = offered(PROVIDERS, BUILT_IN).get(name)
    return cast(Make, offer.load()) if offer is not None else None
