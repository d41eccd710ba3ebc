"""The grammar of expressions: a small subset of CEL, with assignments and typed names for statements."""

from functools import cache

from lark import Lark

from devmatrix.expressions.build import SyntaxBuilder

GRAMMAR = r"""
?expression: disjunction
    | disjunction "?" disjunction ":" expression -> conditional
?disjunction: conjunction
    | disjunction OR conjunction -> binary
?conjunction: relation
    | conjunction AND relation -> binary
?relation: addition
    | relation RELATION addition -> binary
    | relation IN addition -> binary
?addition: multiplication
    | addition PLUS multiplication -> binary
    | addition MINUS multiplication -> binary
?multiplication: unary
    | multiplication TIMES unary -> binary
?unary: member
    | NOT unary -> unary
    | MINUS unary -> unary
?member: primary
    | member "." NAME -> member
    | member "." NAME "(" ")" -> method
    | member "." NAME "(" arguments ")" -> method
?primary: NAME -> name
    | NAME "(" ")" -> call
    | NAME "(" arguments ")" -> call
    | "(" expression ")" -> group
    | "[" "]" -> items
    | "[" arguments "]" -> items
    | INTEGER -> integer
    | DECIMAL -> decimal
    | STRING -> text
    | TRUE -> boolean
    | FALSE -> boolean
    | NULL -> null
arguments: expression ("," expression)*
assignment: member ASSIGN expression
typed_name: NAME ":" NAME

OR: "||"
AND: "&&"
RELATION: "==" | "!=" | "<=" | ">=" | "<" | ">"
IN: "in"
PLUS: "+"
MINUS: "-"
TIMES: "*" | "/" | "%"
NOT: "!"
ASSIGN: "+=" | "-=" | "="
TRUE: "true"
FALSE: "false"
NULL: "null"
DECIMAL: /[0-9]+\.[0-9]+/
INTEGER: /[0-9]+/
STRING: /"(?:[^"\\\n]|\\.)*"/ | /'(?:[^'\\\n]|\\.)*'/
NAME: /[A-Za-z_][A-Za-z0-9_]*/
%ignore /[ \t\n]+/
"""


@cache
def expression_parser() -> Lark:
    """The parser, built when it is first needed."""
    return Lark(
        GRAMMAR,
        parser="lalr",
        start=["expression", "assignment", "typed_name"],
        transformer=SyntaxBuilder(),
        keep_all_tokens=True,
        maybe_placeholders=False,
    )
