"""Compile templates in a sandbox that lets them loop and branch, and nothing else."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, Undefined, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from patternbank.errors import TemplateError
from patternbank.rendering.filters import FILTERS, UserText

BUDGET = "_budget"
MOST_STEPS = 200_000
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
        if isinstance(obj, Mapping) and argument in obj:
            return obj[argument]
        if isinstance(obj, (list, tuple)) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self.undefined(obj=obj, name=argument)

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(obj, Macro):
            raise SecurityError("only macros of the same template can be called")
        spend(context, 10)
        return super().call(context, obj, *args, **kwargs)


def spend(context: Context, steps: int) -> None:
    """Count steps against the limit of one rendering."""
    budget = context[BUDGET]
    budget[0] -= steps
    if budget[0] < 0:
        raise SecurityError(f"the template takes more than {MOST_STEPS} steps")


@pass_context
def _counted(context: Context, iterable: Any) -> Any:
    """Let a loop run over a list or a mapping's keys, and count its rounds."""
    if isinstance(iterable, Undefined):
        iter(iterable)
    if not isinstance(iterable, (list, tuple, Mapping)):
        raise SecurityError(f"a loop needs a list, and this is a {type(iterable).__name__}")
    spend(context, len(iterable))
    return iterable


def _printed(value: Any) -> Any:
    """Let only texts, numbers and booleans be printed as they are, and no text of the user."""
    if isinstance(value, UserText):
        raise SecurityError(f"the user's text {str(value)[:40]!r} is printed without a filter")
    if isinstance(value, (str, int, float, Undefined)):
        return value
    raise SecurityError(f"a value of type {type(value).__name__} is printed without a filter")


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
    environment.filters.update(FILTERS, _counted=_counted)
    environment.tests = {name: test for name, test in environment.tests.items() if name in _TESTS}
    return environment


_ENVIRONMENT = _environment()


@lru_cache(maxsize=4096)
def compiled(label: str, source: str) -> Template:
    """Compile a template once for each text; ``label`` names it in messages."""
    try:
        tree = _ENVIRONMENT.parse(source, label, label)
        _judge(tree, label)
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "_counted", [], [], None, None, lineno=loop.lineno)
        code = _ENVIRONMENT.compile(tree, label, label)
    except TemplateSyntaxError as error:
        raise TemplateError(f"{label}:{error.lineno}: {error.message}", "correct the template's syntax") from error
    return Template.from_code(_ENVIRONMENT, code, {})


def _judge(tree: nodes.Template, label: str) -> None:
    macros = {macro.name for macro in tree.find_all(nodes.Macro)}
    for node in tree.find_all(nodes.Node):
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
        case nodes.Name(name=name) | nodes.Getattr(attr=name) if name.startswith("_"):
            return f"the name {name!r} starts with an underscore"
        case nodes.For(recursive=True):
            return "a loop may not call itself"
        case _ if not isinstance(node, _ALLOWED):
            return f"templates know no {type(node).__name__.lower()}"
    return None
