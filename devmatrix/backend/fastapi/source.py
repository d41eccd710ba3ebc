"""Python syntax trees as source, the way that a person writes it."""

import ast


def source_of(node: ast.expr) -> str:
    """The source of an expression; a generator that is a call's only argument stands without brackets of its own."""
    bare: dict[str, str] = {}
    text = ast.unparse(ast.fix_missing_locations(_Bare(bare).visit(node)))
    for name in reversed(bare):
        text = text.replace(name, bare[name])
    return text


class _Bare(ast.NodeTransformer):
    """Puts a name in the place of each such generator and keeps its source."""

    def __init__(self, bare: dict[str, str]) -> None:
        self.bare = bare

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Replace the only argument, if it is a generator."""
        visited = ast.Call(
            self.visit(node.func),
            [self.visit(argument) for argument in node.args],
            [ast.keyword(k.arg, self.visit(k.value)) for k in node.keywords],
        )
        if len(visited.args) == 1 and not visited.keywords and isinstance(visited.args[0], ast.GeneratorExp):
            name = f"__generator_{len(self.bare)}__"
            self.bare[name] = ast.unparse(ast.fix_missing_locations(visited.args[0]))[1:-1]
            visited.args[0] = ast.Name(name)
        return visited
