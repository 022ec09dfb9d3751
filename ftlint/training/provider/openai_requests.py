"""Build request bodies of the OpenAI API from ftlint's records."""

from typing import Any

from ftlint.training.provider.records import JobRequest, Question


def job(request: JobRequest) -> dict[str, Any]:
    """The request body of a job; parameters that are not set are left out, so that the provider chooses."""
    method: dict[str, Any] = {}
    if request.parameters:
        method["hyperparameters"] = dict(request.parameters)
    if request.grader is not None:
        method["grader"] = dict(request.grader)
    body: dict[str, Any] = {
        "model": request.model,
        "training_file": request.training_file,
        "validation_file": request.validation_file,
        "method": {"type": request.method, request.method: method},
        "integrations": [dict(one) for one in request.integrations] or None,
        "seed": request.seed,
        "suffix": request.suffix,
        "metadata": dict(request.metadata) or None,
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
