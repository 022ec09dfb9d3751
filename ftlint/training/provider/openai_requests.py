"""Build request bodies of the OpenAI API from ftlint's records."""

from typing import Any

from ftlint.training.provider.records import JobRequest, Question


def job(wanted: JobRequest) -> dict[str, Any]:
    """The request body of a job; parameters that are not set are left out, so that the provider chooses."""
    method: dict[str, Any] = {}
    if wanted.parameters:
        method["hyperparameters"] = dict(wanted.parameters)
    if wanted.grader is not None:
        method["grader"] = dict(wanted.grader)
    body: dict[str, Any] = {
        "model": wanted.model,
        "training_file": wanted.training_file,
        "validation_file": wanted.validation_file,
        "method": {"type": wanted.method, wanted.method: method},
        "integrations": [dict(one) for one in wanted.integrations] or None,
        "seed": wanted.seed,
        "suffix": wanted.suffix,
        "metadata": dict(wanted.metadata) or None,
    }
    return {name: value for name, value in body.items() if value is not None}


def question(wanted: Question, answer_limit: str) -> dict[str, Any]:
    """The request body of a question: chat if there are messages, else completion."""
    body: dict[str, Any] = {
        "model": wanted.model,
        "stop": list(wanted.stop) or None,
        "temperature": wanted.temperature,
        "seed": wanted.seed,
    }
    if wanted.messages is None:
        body |= {"prompt": wanted.prompt or "", "max_tokens": wanted.max_tokens, "logprobs": wanted.logprobs}
    else:
        body |= {
            "messages": [dict(message) for message in wanted.messages],
            answer_limit: wanted.max_tokens,
            "tools": [dict(tool) for tool in wanted.tools] or None,
        }
        if wanted.logprobs is not None:
            body |= {"logprobs": True, "top_logprobs": wanted.logprobs}
    return {name: value for name, value in body.items() if value is not None}
