"""Registry of providers: the built-in ones and those of the entry point group ``ftlint.providers``.

Keys come from the environment or from the SDK, never from the command line.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from ftlint.display import check_known
from ftlint.errors import UsageError
from ftlint.plugins import PROVIDERS, offered
from ftlint.training.provider.openai_client import OpenAIProvider
from ftlint.training.provider.provider import Provider
from ftlint.training.provider.retry import Retry

if TYPE_CHECKING:
    from openai import OpenAI

KEY = "OPENAI_API_KEY"
# Self-hosted servers often need no key, but the SDK requires one.
NO_KEY = "none"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Address:
    """How to reach a provider: its URL, and the environment variable that holds the key."""

    base_url: str | None = None
    key_name: str | None = None


def openai(address: Address, retry: Retry) -> OpenAIProvider:
    """OpenAI: OPENAI_API_KEY, OPENAI_ORG_ID, OPENAI_PROJECT_ID and OPENAI_BASE_URL, as the SDK reads them."""
    if address.base_url is not None:
        return compatible(address, retry)
    options = {"api_key": _key(address.key_name)} if address.key_name is not None else {}
    client = _client(lambda sdk: sdk.OpenAI(**options), f"set {address.key_name or KEY} to your key")
    return OpenAIProvider("openai", "OpenAI", client, retry)


def azure(address: Address, retry: Retry) -> OpenAIProvider:
    """Azure OpenAI: AZURE_OPENAI_ENDPOINT, OPENAI_API_VERSION, and AZURE_OPENAI_API_KEY or AZURE_OPENAI_AD_TOKEN."""
    options: dict[str, Any] = {}
    if address.base_url is not None:
        options["azure_endpoint"] = address.base_url
    elif not os.environ.get("AZURE_OPENAI_ENDPOINT"):
        raise UsageError("set AZURE_OPENAI_ENDPOINT to the address of your resource, or say --base-url")
    if not os.environ.get("OPENAI_API_VERSION"):
        raise UsageError("set OPENAI_API_VERSION to the version of Azure's API that your resource speaks")
    if address.key_name is not None:
        options["api_key"] = _key(address.key_name)
    remedy = "set AZURE_OPENAI_API_KEY or AZURE_OPENAI_AD_TOKEN"
    client = _client(lambda sdk: sdk.AzureOpenAI(**options), remedy)
    return OpenAIProvider("azure", "Azure OpenAI", client, retry)


def compatible(address: Address, retry: Retry) -> OpenAIProvider:
    """Any server with an OpenAI-compatible API. Its key, if any, is in OPENAI_API_KEY or in the variable
    ``key_name``.
    """
    url = address.base_url or os.environ.get("OPENAI_BASE_URL")
    if not url:
        raise UsageError("say where the server is: --base-url https://…/v1")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError("--base-url: an address is wanted, like https://host/v1")
    if parts.username or parts.password:
        raise UsageError(
            "--base-url: no name and no password in the address; the key belongs into the environment"
        )
    key = _key(address.key_name) if address.key_name is not None else os.environ.get(KEY)
    if key and parts.scheme == "http" and parts.hostname not in LOOPBACK:
        retry.notice(f"the key goes to {parts.hostname} unencrypted: the address begins with http://")
    client = _client(lambda sdk: sdk.OpenAI(base_url=url, api_key=key or NO_KEY), f"set {KEY}")
    return OpenAIProvider("compatible", "the server", client, retry, answer_limit="max_tokens")


def _client(make: Callable[[Any], "OpenAI"], remedy: str) -> "OpenAI":
    try:
        import openai as sdk
    except ImportError:
        raise UsageError('this needs OpenAI\'s SDK: pip install "ftlint[openai]"') from None
    try:
        return make(sdk)
    except (sdk.OpenAIError, ValueError) as error:
        # The SDK's own message names arguments that the user cannot pass.
        del error
        raise UsageError(f"there is no key: {remedy}") from None


def _key(name: str) -> str:
    """The key from an environment variable. The variable's name is never shown: the user may have typed the key
    itself.
    """
    value = os.environ.get(name)
    if not value:
        raise UsageError(
            "--key-env: no environment variable of that name is set (it wants a name such as TOGETHER_API_KEY)"
        )
    return value


Make = Callable[[Address, Retry], Provider]
BUILT_IN: Mapping[str, Make] = {
    "openai": openai,
    "azure": azure,
    "compatible": compatible,
}


def provider_names() -> list[str]:
    """The names of all providers, the built-in ones first."""
    return [*BUILT_IN, *offered(PROVIDERS, BUILT_IN)]


def find_provider(name: str, address: Address, retry: Retry) -> Provider:
    """Get the provider with this name at this URL. Raises UsageError for an unknown one, naming the nearest."""
    check_known(name, provider_names(), "no provider")
    if name in BUILT_IN:
        return BUILT_IN[name](address, retry)
    return cast(Make, offered(PROVIDERS, BUILT_IN)[name].load())(address, retry)
