"""The clients that judge rows: which script, in which environment, for which targets and forms of rows."""

import os
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
HOME = Path(os.environ.get("FTLINT_CLIENTS", HERE.parents[1] / ".clients"))
"""The folder of the environments; ``python tests/clients/install.py`` makes them."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment: packages with what they need, and others without it."""

    whole: tuple[str, ...]
    alone: tuple[str, ...] = ()
    over: str = ""
    """Another environment, whose packages are used where this one has none of its own."""


ENVIRONMENTS = {
    "hosted": Environment(("openai==3.57.0", "google-genai==3.6.1", "mistral-common[sentencepiece]==1.13.1", "together==3.1.1")),
    # The last version whose own check reads records.
    "together-records": Environment(("together==2.10.0",)),
    # What trainers need to train is left out: only their code that reads data is run.
    "trainers": Environment(
        (
            "torch>=2.11", "transformers==5.24.0", "datasets==5.2.0", "jinja2", "accelerate", "peft", "pillow", "sentencepiece",
            "protobuf", "tiktoken", "omegaconf", "colorama", "addict", "json_repair", "simplejson", "modelscope", "oss2", "aiohttp",
            "av", "scipy", "python-dotenv", "lightning", "jsonargparse", "fire", "einops", "matplotlib", "nltk", "rouge", "mlx[cpu]",
        ),
        ("trl==1.16.0", "mlx-lm==0.32.2", "litgpt==0.5.13"),
    ),
    # Their own versions of the packages that read and convert data.
    "llamafactory": Environment(("httpx",), ("llamafactory==0.9.5", "transformers==5.6.0", "tokenizers==0.22.2", "huggingface_hub==1.17.0", "datasets==4.0.0"), "trainers"),
    "axolotl": Environment(("httpx",), ("axolotl==0.19.0", "transformers==5.16.1", "huggingface_hub==1.17.0", "tokenizers==0.23.1", "datasets==4.8.4"), "trainers"),
    "ms-swift": Environment(("httpx",), ("ms-swift==4.6.0", "transformers==5.19.0", "datasets==4.8.4"), "trainers"),
    "torchtune": Environment((), ("torchtune==0.6.1", "torchao==0.10.0"), "trainers"),
    "oumi": Environment(
        ("jsonschema", "wandb", "pexpect", "mlflow", "tensorboard"),
        ("oumi==0.9", "omegaconf==2.4.0.dev4", "antlr4-python3-runtime==4.9.3", "jsonlines"), "trainers",
    ),
    "openrlhf": Environment((), ("openrlhf==0.11.2", "pylatexenc", "ray", "msgpack"), "trainers"),
    "verl": Environment(("jsonschema", "pyvers"), ("verl==0.9.1", "tensordict", "codetiming", "ray", "msgpack", "hydra-core"), "trainers"),
}  # fmt: skip


@dataclass(frozen=True)
class Client:
    """One client, and the forms of rows that it is asked about for each target it stands for."""

    script: str
    environment: str
    packages: tuple[str, ...]
    forms: dict[str, tuple[str, ...]]
    shapes: tuple[str, ...] = ()
    """Of ftlint's own rows it is asked about those of these shapes alone; empty: of all that the target reads."""
    partial: bool = False
    """It checks a part only, such as types: what it refuses is refused, what it accepts says nothing."""

    @property
    def python(self) -> Path:
        return HOME / self.environment / "bin" / "python"

    @property
    def installed(self) -> bool:
        return self.python.exists()


CLIENTS = {
    "openai": Client(
        "openai_client.py",
        "hosted",
        ("openai",),
        {"openai-chat": ("chat", "text-calls", "openai-docs"), "openai-dpo": ("preference", "openai-pairs")},
        partial=True,
    ),
    "google-genai": Client(
        "google_genai_client.py",
        "hosted",
        ("google-genai",),
        {"vertex-gemini": ("gemini", "gemini-docs"), "vertex-gemini-dpo": ("gemini-preference",)},
        partial=True,
    ),
    "mistral-common": Client(
        "mistral_client.py",
        "hosted",
        ("mistral-common",),
        {"mistral-finetune": ("chat", "text-calls", "text", "mistral-docs")},
    ),
    "together": Client(
        "together_client.py",
        "hosted",
        ("together",),
        {"together": ("chat", "text-calls", "completion", "text", "preference", "together-docs")},
        partial=True,
    ),
    "together-records": Client(
        "together_client.py",
        "together-records",
        ("together",),
        {"together": ("chat", "text-calls", "completion", "text", "preference", "together-docs")},
    ),
    "templates": Client(
        "templates_client.py",
        "trainers",
        ("transformers", "trl"),
        {"trl-sft": ("chat", "object-calls", "template-chat")},
        shapes=("chat",),
    ),
    "trl": Client(
        "trl_client.py",
        "trainers",
        ("trl", "datasets", "transformers"),
        {
            "trl-sft": (
                *("chat", "object-calls", "completion", "trl-completion", "text", "sharegpt"),
                *("template-chat", "trl-answers"),
            ),
            "trl-dpo": ("trl-preference", "trl-pairs"),
            "trl-kto": ("kto", "trl-preference", "trl-labels"),
        },
    ),
    "mlx-lm": Client(
        "mlx_client.py",
        "trainers",
        ("mlx-lm", "transformers"),
        {"mlx-lm": ("chat", "object-calls", "completion", "text", "template-chat")},
    ),
    "torchtune": Client(
        "torchtune_client.py",
        "torchtune",
        ("torchtune",),
        {"torchtune": ("chat", "sharegpt", "completion", "trl-preference", "torchtune-docs")},
    ),
    "llamafactory": Client(
        "llamafactory_client.py",
        "llamafactory",
        ("llamafactory", "datasets", "transformers"),
        {"llamafactory": ("chat", "object-calls", "sharegpt", "alpaca", "text")},
    ),
    "axolotl": Client(
        "axolotl_client.py",
        "axolotl",
        ("axolotl", "datasets", "transformers"),
        {"axolotl": ("chat", "text-calls", "sharegpt", "alpaca", "text")},
    ),
    "ms-swift": Client(
        "swift_client.py",
        "ms-swift",
        ("ms-swift", "datasets"),
        {
            "ms-swift": (
                *("chat", "text-calls", "sharegpt", "alpaca", "completion", "text"),
                *("swift", "swift-preference", "swift-kto"),
            )
        },
    ),
    "oumi": Client(
        "oumi_client.py",
        "oumi",
        ("oumi", "transformers"),
        {"oumi": ("chat", "text-calls", "oumi", "alpaca", "trl-preference")},
        shapes=("oumi-chat", "alpaca", "trl-preference"),
    ),
    "openrlhf": Client(
        "openrlhf_client.py",
        "openrlhf",
        ("openrlhf", "datasets", "transformers"),
        {
            "openrlhf": (
                "chat",
                "object-calls",
                "completion",
                "trl-completion",
                "trl-preference",
                "prompt",
                "text",
            )
        },
    ),
    "verl": Client(
        "verl_client.py",
        "verl",
        ("verl", "datasets", "transformers"),
        {"verl": ("chat", "object-calls", "verl")},
    ),
    "litgpt": Client("litgpt_client.py", "trainers", ("litgpt",), {"litgpt": ("alpaca", "litgpt-docs")}),
}
