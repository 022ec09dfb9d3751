"""Jinja as transformers sets it up for chat templates, in a sandbox with limits.

What a template finds there follows ``transformers/utils/chat_template_utils.py`` (5.24): blocks are trimmed, loop
controls, ``{% generation %}``, ``tojson``, ``raise_exception``, ``strftime_now``. A template can reach no file, and
cannot hang: see ``limits``.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import wraps
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from ftlint.chat_template.limits import Budget, Endless, check_arguments, check_operator
from ftlint.chat_template.rendering import ENDLESS, Refusal, RenderedText


class ChatTemplateEnvironment(ImmutableSandboxedEnvironment):
    """The sandbox. One rendering at a time: ``budget``, ``written`` and ``generated`` belong to it."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(
            trim_blocks=True, lstrip_blocks=True, extensions=[Generation, "jinja2.ext.loopcontrols"]
        )
        self.budget = Budget(0)
        self.written = 0
        """The number of characters that the template has written."""
        self.generated: list[tuple[int, int]] = []
        """The spans that ``{% generation %}`` marks."""
        self.finalize = self._count_written
        self.filters = {name: self._limited(name, used) for name, used in self.filters.items()}
        self.filters["tojson"] = self._limited("tojson", to_json)
        del self.globals["lipsum"]
        self.globals |= {
            "raise_exception": raise_exception,
            "strftime_now": strftime_now,
            "dict": NewDict(),
            "namespace": SafeNamespace,
        }

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        for repeated in parsed.find_all((nodes.For, nodes.Macro, nodes.CallBlock)):
            body: list[nodes.Node] = getattr(repeated, "body", [])
            body.insert(0, nodes.Output([_call("step")]))
        for holder in list(parsed.find_all(nodes.Node)):
            _limit_literals(holder)
        return parsed

    def step(self) -> str:
        """Called by the template in every iteration and macro."""
        return self.budget.step()

    def count(self, value: Any) -> Any:
        """Called by the template with each list, tuple, dictionary and joined text that it makes."""
        return self.budget.value(value)

    def _count_written(self, value: Any) -> Any:
        return self.budget.value(value)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """An operator between two values."""
        check_operator(operator, left, right, self.budget)
        return self.budget.value(super().call_binop(context, operator, left, right))

    def call(self, context: Any, obj: Any, /, *args: Any, **named: Any) -> Any:
        """A call of a function or method."""
        # The sandbox wraps str.format.
        method = getattr(obj, "__wrapped__", obj)
        owner = getattr(method, "__self__", None)
        if owner is self:
            return obj(*args)
        if isinstance(owner, str):
            args = tuple(list(arg) if isinstance(arg, Iterator) else arg for arg in args)
            check_arguments(method.__name__, owner, args, named, self.budget)
        return self.budget.value(super().call(context, obj, *args, **named))

    def run(self, template: jinja2.Template, variables: dict[str, Any]) -> RenderedText:
        """Render a template of this environment. Raises Refusal where it raises or uses up its limits."""
        self.budget = Budget(_characters(variables))
        self.written, self.generated = 0, []
        pieces: list[str] = []
        try:
            for piece in template.generate(**variables):
                pieces.append(piece)
                self.written += len(piece)
                self.budget.take(len(piece))
        except (RecursionError, Endless):
            raise Refusal(ENDLESS) from None
        except MemoryError:
            raise
        except Exception as error:
            raise Refusal(str(error) or type(error).__name__) from None
        return RenderedText("".join(pieces), tuple(self.generated))

    def _limited(self, name: str, used: Callable[..., Any]) -> Callable[..., Any]:
        """A filter whose arguments and result count."""
        extra = 1 if getattr(used, "jinja_pass_arg", None) is not None else 0

        @wraps(used)
        def limited(*args: Any, **named: Any) -> Any:
            if len(args) > extra:
                if isinstance(args[extra], Iterator) and name != "map":
                    args = (*args[:extra], list(args[extra]), *args[extra + 1 :])
                check_arguments(name, args[extra], args[extra + 1 :], named, self.budget)
            return self.budget.value(used(*args, **named))

        return limited


class Generation(Extension):
    """``{% generation %}…{% endgeneration %}``: the text that the model is trained on."""

    tags = {"generation"}

    def parse(self, parser: Parser) -> nodes.Node:
        """Parse the block."""
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_generated"), [], [], body).set_lineno(line)

    def _generated(self, caller: Callable[[], str]) -> str:
        environment = self.environment
        text = caller()
        if isinstance(environment, ChatTemplateEnvironment):
            environment.generated.append((environment.written, environment.written + len(text)))
        return text


class NewDict:
    """``dict`` without the attributes of the class."""

    def __call__(self, *args: Any, **named: Any) -> dict[Any, Any]:
        """A dictionary."""
        return dict(*args, **named)


class SafeNamespace(Namespace):
    """``namespace`` without names that begin with an underscore."""

    def __init__(*args: Any, **named: Any) -> None:
        self, *rest = args
        values = dict(*rest, **named)
        for name in values:
            _check_name(name)
        Namespace.__init__(self, values)

    def __setitem__(self, name: str, value: Any) -> None:
        _check_name(name)
        Namespace.__setitem__(self, name, value)


def _check_name(name: object) -> None:
    if isinstance(name, str) and name.startswith("_"):
        raise SecurityError(f"a namespace has no attribute {name!r}")


def to_json(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """JSON text. Unlike Jinja's own filter, it does not escape characters of HTML."""
    return json.dumps(
        value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )


def raise_exception(message: object) -> None:
    """How a template refuses a conversation."""
    raise TemplateError(str(message))


def strftime_now(form: str) -> str:
    """The current time."""
    return datetime.now().strftime(form)


def _call(method: str, *args: nodes.Expr) -> nodes.Call:
    return nodes.Call(nodes.EnvironmentAttribute(method), list(args), [], None, None)


def _limit_literals(holder: nodes.Node) -> None:
    """Pass each list, tuple, dictionary and joined text inside a node to ``count``, unless it is assigned to."""
    for name, value in list(holder.iter_fields()):
        if isinstance(value, list):
            setattr(holder, name, [_limited_literal(item) for item in value])
        elif isinstance(value, nodes.Node):
            setattr(holder, name, _limited_literal(value))


def _limited_literal(node: Any) -> Any:
    if isinstance(node, nodes.Concat):
        return _call("count", node)
    if isinstance(node, nodes.Literal) and getattr(node, "ctx", "load") == "load":
        inner = list(node.find_all(nodes.Expr))
        if any(isinstance(item, nodes.Name | nodes.Getattr | nodes.Getitem | nodes.Call) for item in inner):
            return _call("count", node)
    return node


def _characters(value: Any) -> int:
    """The number of characters of the texts in a value, roughly: what bounds the size of its rendering."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(map(_characters, value.values())) + 8 * len(value)
    return sum(map(_characters, value)) if isinstance(value, list | tuple) else 8


__all__ = ["ChatTemplateEnvironment", "jinja2"]
