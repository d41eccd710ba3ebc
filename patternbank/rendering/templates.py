"""Compile templates in a sandbox that lets them loop and branch, and nothing else."""

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, Undefined, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from patternbank.errors import TemplateError
from patternbank.rendering.budget import Budget, weight
from patternbank.rendering.filters import FILTERS, UserText
from patternbank.rendering.metering import meter

BUDGET = "_budget"
LONGEST = 200_000
"""The characters of one template."""
MOST_NODES = 20_000
"""The nodes of one template's syntax tree."""
_TESTS = (
    "boolean",
    "defined",
    "false",
    "integer",
    "mapping",
    "none",
    "number",
    "sequence",
    "string",
    "true",
    "undefined",
)
_ALLOWED = (
    nodes.And,
    nodes.Assign,
    nodes.Call,
    nodes.Compare,
    nodes.CondExpr,
    nodes.Const,
    nodes.Dict,
    nodes.Filter,
    nodes.For,
    nodes.Getattr,
    nodes.Getitem,
    nodes.If,
    nodes.Keyword,
    nodes.List,
    nodes.Macro,
    nodes.Name,
    nodes.Neg,
    nodes.Not,
    nodes.NSRef,
    nodes.Operand,
    nodes.Or,
    nodes.Output,
    nodes.Pair,
    nodes.Template,
    nodes.TemplateData,
    nodes.Test,
    nodes.Tuple,
)


class _Environment(ImmutableSandboxedEnvironment):
    """An environment in which values have keys and positions, and no methods."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if isinstance(obj, (LoopContext, Undefined)):
            return super().getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Mapping) and isinstance(argument, (str, int)) and argument in obj:
            return obj[argument]
        if isinstance(obj, (list, tuple)) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self.undefined(obj=obj, name=str(argument) if isinstance(argument, (str, int)) else "this key")

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(obj, Macro):
            raise SecurityError("only macros of the same template can be called")
        text = super().call(context, obj, *args, **kwargs)
        _budget(context).write(len(text))
        return text


def _budget(context: Context) -> Budget:
    found: Budget = context[BUDGET]
    return found


@pass_context
def _counted(context: Context, iterable: Any, cost: int) -> Any:
    """Let a loop run over a list or a mapping's keys, and count its rounds; a round costs what its body holds."""
    if isinstance(iterable, Undefined):
        iter(iterable)
    if not isinstance(iterable, (list, tuple, Mapping)):
        raise SecurityError(f"a loop needs a list, and this is a {type(iterable).__name__}")
    _budget(context).spend(len(iterable) * cost)
    return iterable


@pass_context
def _called(context: Context, text: str, cost: int) -> str:
    """Count the call of a macro, at the beginning of its body."""
    _budget(context).spend(cost)
    return text


@pass_context
def _weighed(context: Context, value: Any) -> Any:
    """Count what a comparison looks at: lists in lists in lists are quickly written, and take forever to compare."""
    _budget(context).spend(weight(value))
    return value


@pass_context
def _printed(context: Context, value: Any) -> Any:
    """Let only texts, numbers and booleans be printed as they are, and no text of the user."""
    if isinstance(value, UserText):
        raise SecurityError(f"the user's text {str(value)[:40]!r} is printed without a filter")
    if isinstance(value, str):
        _budget(context).write(len(value))
        return value
    if isinstance(value, (int, float, Undefined)):
        return value
    raise SecurityError(f"a value of type {type(value).__name__} is printed without a filter")


def _metered(function: Callable[..., str]) -> Callable[..., str]:
    """Count what a filter reads and what it makes."""

    @pass_context
    def metered(context: Context, value: Any) -> str:
        budget = _budget(context)
        if isinstance(value, (list, tuple, Mapping)):
            budget.spend(weight(value))
        made = function(value)
        budget.write(len(made))
        return made

    return metered


def _environment() -> _Environment:
    environment = _Environment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        finalize=_printed,
        cache_size=0,
    )
    environment.globals.clear()
    environment.filters.clear()
    environment.filters.update({name: _metered(function) for name, function in FILTERS.items()})
    environment.filters.update(_counted=_counted, _called=_called, _weighed=_weighed)
    environment.tests = {name: test for name, test in environment.tests.items() if name in _TESTS}
    return environment


_ENVIRONMENT = _environment()


@lru_cache(maxsize=4096)
def compiled(label: str, source: str) -> Template:
    """Compile a template once for each text; ``label`` names it in messages."""
    if len(source) > LONGEST:
        raise TemplateError(f"{label}: the template is longer than {LONGEST} characters", "divide it")
    try:
        tree = _ENVIRONMENT.parse(source, label, label)
        _judge(tree, label)
        meter(tree)
        code = _ENVIRONMENT.compile(tree, label, label)
    except TemplateSyntaxError as error:
        raise TemplateError(f"{label}:{error.lineno}: {error.message}", "correct the template's syntax") from error
    except (RecursionError, SyntaxError, ValueError, OverflowError, MemoryError) as error:
        raise TemplateError(f"{label}: cannot be compiled: {error}", "nest less, and write plain values") from error
    return Template.from_code(_ENVIRONMENT, code, {})


def _judge(tree: nodes.Template, label: str) -> None:
    macros = {macro.name for macro in tree.find_all(nodes.Macro)}
    for number, node in enumerate(tree.find_all(nodes.Node)):
        if number > MOST_NODES:
            raise TemplateError(f"{label}:{node.lineno}: there are more than {MOST_NODES} parts", "divide the template")
        fault = _fault(node, macros)
        if fault:
            raise TemplateError(
                f"{label}:{node.lineno}: {fault}", "let the view say it: a template loops and branches only"
            )


def _fault(node: nodes.Node, macros: set[str]) -> str | None:
    match node:
        case nodes.Filter(name=name) if name not in FILTERS:
            return f"there is no filter {name!r}; there are {', '.join(FILTERS)}"
        case nodes.Call(node=nodes.Name(name=name)) if name in macros:
            return None
        case nodes.Call():
            return "only macros of the same template can be called"
        case nodes.Filter(args=[_, *_]) | nodes.Filter(kwargs=[_, *_]) | nodes.Filter(dyn_args=nodes.Node()):
            return "filters take no arguments"
        case nodes.Const(value=float(number)) if not math.isfinite(number):
            return "a number is too large"
        case nodes.Dict(items=pairs) if not all(isinstance(pair.key, nodes.Const) for pair in pairs):
            return "the keys of a mapping are plain texts"
        case nodes.Name(name=name) | nodes.Macro(name=name) | nodes.NSRef(name=name) if name.startswith("_"):
            return f"the name {name!r} starts with an underscore"
        case nodes.Getattr(attr=name) | nodes.Keyword(key=name) if name.startswith("_"):
            return f"the name {name!r} starts with an underscore"
        case nodes.For(recursive=True):
            return "a loop may not call itself"
        case _ if not isinstance(node, _ALLOWED):
            return f"templates know no {type(node).__name__.lower()}"
    return None
