"""The grammar of everything that stands in a cell, a bullet, a heading or a head line."""

from functools import cache

from lark import Lark

from devmatrix.frontend.language.builder import PieceBuilder

GRAMMAR = r"""
declared: plain_type ("," rule)* -> declared
    | ONE_OF member choice_tail -> declared_choice
    | LIST_OF ONE_OF member choice_tail -> declared_choices
rules: rule ("," rule)*
choice_tail: -> choice_end
    | "," member choice_tail -> choice_more
    | "," rule ("," rule)* -> choice_rules
member: NAME | STRING
plain_type: NAME -> named
    | NAME "(" NUMBER ("," NUMBER)* ")" -> named
    | TO NAME -> reference
    | MANY NAME -> many
    | LIST_OF plain_type -> list_of

rule: FLAG -> flag
    | DEFAULT literal -> default
    | COMPARE literal -> bound
    | BETWEEN literal AND literal -> between
    | LENGTH RANGE -> length
    | MATCHES REGEX -> matches
    | COPIED_FROM PATH -> copied
    | COPIED_FROM CODE -> copied
    | COMPUTED CODE -> computed
    | COMPUTED raw -> computed
literal: STRING -> text
    | NUMBER -> number
    | TIME -> time
    | NAME -> word
    | "[" "]" -> items
    | "[" literal ("," literal)* "]" -> items
raw: piece+
piece: RAW | STRING | "(" inside* ")" | "[" inside* "]"
inside: piece | ","

heading: NAME ["(" clause ("," clause)* ")"]
clause: PART_OF NAME [AS NAME] -> part_of
    | EXTERNAL -> external
    | SCHEMA NAME -> schema
    | TABLE NAME -> table

names: NAME ("," NAME)*
sorting: SORT_KEY ("," SORT_KEY)*
guard: CODE [ELSE STRING]
states: NAME ":" chain (";" chain)*
chain: NAME (TO NAME)+
does: NAME NAME [WHERE CODE]

head: CODE [ON CODE] [[","] answer]
answer: ANSWERS NUMBER [WITH CODE [AS NAME]]
otherwise: ELSE NUMBER [STRING]
statement: TAKES CODE ("," CODE)* -> simple
    | WITH CODE BY CODE [otherwise] -> guarded
    | REQUIRES CODE [otherwise] -> guarded
    | ENSURES CODE [otherwise] -> guarded
    | LET CODE -> simple
    | FOR_EACH CODE IN CODE -> simple
    | WHEN CODE -> simple
    | OTHERWISE -> simple
    | CREATES CODE [WITH CODE ("," CODE)*] -> simple
    | SETS CODE ("," CODE)* -> simple
    | DELETES CODE -> simple
    | ADDS CODE TO_WORD CODE -> simple
    | REMOVES CODE FROM CODE -> simple
    | answer -> answering

FLAG.3: /(required|unique|immutable|read-only|write-only|searchable|filterable|sortable|indexed)(?![A-Za-z0-9_-])/
    | /(restricts|clears|deletes[ \t\n]+with[ \t\n]+it)(?![A-Za-z0-9_-])/
DEFAULT.3: /default(?![A-Za-z0-9_-])/
BETWEEN.3: /between(?![A-Za-z0-9_-])/
AND.3: /and(?![A-Za-z0-9_-])/
LENGTH.3: /length(?![A-Za-z0-9_-])/
MATCHES.3: /matches(?![A-Za-z0-9_-])/
COPIED_FROM.3: /copied[ \t\n]+from(?![A-Za-z0-9_-])/
COMPUTED.3: /computed(?![A-Za-z0-9_-])/
ONE_OF.3: /one[ \t\n]+of(?![A-Za-z0-9_-])/
LIST_OF.3: /list[ \t\n]+of(?![A-Za-z0-9_-])/
MANY.3: /many[ \t\n]+(?=[A-Za-z])/
PART_OF.3: /part[ \t\n]+of(?![A-Za-z0-9_-])/
AS.3: /as(?![A-Za-z0-9_-])/
EXTERNAL.3: /external(?![A-Za-z0-9_-])/
SCHEMA.3: /schema(?![A-Za-z0-9_-])/
TABLE.3: /table(?![A-Za-z0-9_-])/
WHERE.3: /where(?![A-Za-z0-9_-])/
ELSE.3: /else(?![A-Za-z0-9_-])/
ON.3: /on(?![A-Za-z0-9_-])/
ANSWERS.3: /answers(?![A-Za-z0-9_-])/
WITH.3: /with(?![A-Za-z0-9_-])/
BY.3: /by(?![A-Za-z0-9_-])/
IN.3: /in(?![A-Za-z0-9_-])/
TO_WORD.3: /to(?![A-Za-z0-9_-])/
FROM.3: /from(?![A-Za-z0-9_-])/
TAKES.3: /takes(?![A-Za-z0-9_-])/
REQUIRES.3: /requires(?![A-Za-z0-9_-])/
ENSURES.3: /ensures(?![A-Za-z0-9_-])/
LET.3: /let(?![A-Za-z0-9_-])/
FOR_EACH.3: /for[ \t\n]+each(?![A-Za-z0-9_-])/
WHEN.3: /when(?![A-Za-z0-9_-])/
OTHERWISE.3: /otherwise(?![A-Za-z0-9_-])/
CREATES.3: /creates(?![A-Za-z0-9_-])/
SETS.3: /sets(?![A-Za-z0-9_-])/
DELETES.3: /deletes(?![A-Za-z0-9_-])/
ADDS.3: /adds(?![A-Za-z0-9_-])/
REMOVES.3: /removes(?![A-Za-z0-9_-])/
TO: "->"
COMPARE: ">=" | "<=" | ">" | "<"
RANGE: /[0-9]+[ \t]*\.\.[ \t]*[0-9]*|\.\.[ \t]*[0-9]+|[0-9]+/
TIME.3: /[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt][0-9:.]+([Zz]|[+-][0-9]{2}:[0-9]{2})?)?/
NUMBER.2: /[+-]?[0-9]+(\.[0-9]+)?(?![A-Za-z_])/
REGEX: /\/(?:[^\/\\\n]|\\.)+\//
PATH: /[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*/
SORT_KEY: /-?[ \t]*[A-Za-z][A-Za-z0-9_]*/
CODE.2: /`[^`]+`/
STRING.2: /"(?:[^"\\\n]|\\.)*"/
RAW: /[^,()\[\]"`\s][^,()\[\]"`]*/
NAME: /[A-Za-z][A-Za-z0-9_]*/
%ignore /[ \t\n]+/
"""

STARTS = ("declared", "rules", "heading", "names", "sorting", "guard", "states", "does", "head", "statement")


@cache
def piece_parser() -> Lark:
    """The parser, built when it is first needed."""
    return Lark(
        GRAMMAR,
        parser="lalr",
        start=list(STARTS),
        transformer=PieceBuilder(),
        keep_all_tokens=True,
        maybe_placeholders=False,
    )
