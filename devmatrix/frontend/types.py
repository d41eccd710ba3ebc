"""Types as written to types of the IR, every text, number and list with its bound."""

from collections.abc import Collection

from devmatrix.diagnostics.findings import Findings, nearest, write_instead
from devmatrix.frontend.declarations import PlacedType
from devmatrix.frontend.language.pieces import TypePiece, Word
from devmatrix.ir.types import SAFE_INTEGER, Choice, ListOf, Many, Member, Reference, Scalar, ScalarName, Type

MAX_TEXT = 10_000
MAX_ITEMS = 1_000
MAX_LONG_TEXT = 1_000_000
MAX_PRECISION = 38
MAX_SCALE = 20
MAX_MEMBERS = 200
MAX_MEMBER = 60

_PLAIN: dict[str, Scalar] = {
    "text": Scalar(name="text", max_length=MAX_TEXT),
    "integer": Scalar(name="integer", minimum=-SAFE_INTEGER, maximum=SAFE_INTEGER),
    "boolean": Scalar(name="boolean"),
    "date": Scalar(name="date"),
    "datetime": Scalar(name="datetime"),
    "uuid": Scalar(name="uuid", max_length=None),
    "email": Scalar(name="email", max_length=254),
    "url": Scalar(name="url", max_length=2_048),
    "slug": Scalar(name="slug", min_length=1, max_length=100),
    "password": Scalar(name="password", min_length=1, max_length=128),
    "json": Scalar(name="json", max_bytes=64_000, max_depth=32),
}
KNOWN = (*_PLAIN, "decimal")
_ELSEWHERE = {
    "string": "text", "str": "text", "varchar": "text", "char": "text", "int": "integer", "bigint": "integer",
    "number": "decimal(12,2)", "float": "decimal(12,2)", "double": "decimal(12,2)", "numeric": "decimal(12,2)",
    "money": "decimal(12,2)", "bool": "boolean", "timestamp": "datetime", "time": "datetime", "guid": "uuid",
    "uri": "url", "enum": "one of A, B", "jsonb": "json", "object": "json", "array": "list of text",
}  # fmt: skip


def resolve_type(placed: PlacedType, entities: Collection[str], findings: Findings) -> Type | None:
    """The type of a field or an input; None after a finding."""
    return _Resolver(placed, entities, findings).resolve(placed.piece)


class _Resolver:
    def __init__(self, placed: PlacedType, entities: Collection[str], findings: Findings) -> None:
        self.fragment = placed.fragment
        self.entities = entities
        self.findings = findings

    def resolve(self, piece: TypePiece) -> Type | None:
        match piece.kind:
            case "named":
                return self._named(piece)
            case "choice":
                return self._choice(piece.members)
            case "list":
                return self._list(piece)
            case "reference" | "many":
                return self._entity(piece)

    def _report(self, code: str, at: tuple[int, int], message: str, fix: str | None = None) -> None:
        self.findings.add(code, self.fragment.span(*at), message, fix)

    def _entity(self, piece: TypePiece) -> Type | None:
        if piece.name not in self.entities:
            fix = write_instead(piece.name, self.entities)
            self._report("DM102", piece.name_at, f"there is no entity '{piece.name}'", fix)
            return None
        if piece.kind == "many":
            return Many(entity=piece.name, max_items=MAX_ITEMS)
        return Reference(entity=piece.name)

    def _list(self, piece: TypePiece) -> Type | None:
        if piece.item is None:
            return None
        item = None if piece.item.kind == "list" else self.resolve(piece.item)
        if item is None and piece.item.kind != "list":
            return None
        if isinstance(item, Scalar) and item.name not in ("json", "password"):
            return ListOf(item=item, max_items=MAX_ITEMS)
        if isinstance(item, Choice):
            return ListOf(item=item, max_items=MAX_ITEMS)
        fix = f"write 'many {item.entity}'" if isinstance(item, Reference) else None
        self._report("DM113", piece.item.at, "a list holds plain values: no lists, references, passwords or json", fix)
        return None

    def _choice(self, words: tuple[Word, ...]) -> Type | None:
        names: list[str] = []
        for word in words:
            if not _is_name(word.text):
                self._report(
                    "DM114", word.at, f"'{word.text[:60]}' is no name of a member", "write letters, digits and '_'"
                )
            elif word.text in ("true", "false", "null", "in"):
                self._report("DM114", word.at, f"'{word.text}' means something else in expressions")
            elif word.text in names:
                self._report("DM114", word.at, f"the member '{word.text}' stands there twice")
            else:
                names.append(word.text)
                continue
            return None
        if len(names) > MAX_MEMBERS:
            self._report("DM114", words[MAX_MEMBERS].at, f"a choice has at most {MAX_MEMBERS} members")
            return None
        return Choice(members=tuple(Member(name=name, wire=name) for name in names))

    def _named(self, piece: TypePiece) -> Type | None:
        if piece.name not in KNOWN:
            self._report("DM112", piece.name_at, f"there is no type '{piece.name}'", self._type_fix(piece.name))
            return None
        numbers = tuple(int(text) if text.isdigit() and len(text) < 10 else -1 for text in piece.arguments)
        if piece.name == "decimal":
            return self._decimal(piece, numbers)
        if piece.name == "text" and numbers:
            return self._text(piece, numbers)
        if numbers:
            self._report("DM113", piece.at, f"'{piece.name}' takes nothing in brackets", f"write '{piece.name}'")
            return None
        return _PLAIN[piece.name]

    def _type_fix(self, name: str) -> str | None:
        if name in self.entities:
            return f"write '-> {name}'"
        if (other := _ELSEWHERE.get(name.lower())) is not None:
            return f"write '{other}'"
        if (close := nearest(name, KNOWN)) is not None:
            return f"write '{close}'"
        entity = nearest(name, self.entities)
        return f"write '-> {entity}'" if entity else "write one of " + ", ".join(KNOWN)

    def _text(self, piece: TypePiece, numbers: tuple[int, ...]) -> Type | None:
        if len(numbers) != 1 or not 1 <= numbers[0] <= MAX_LONG_TEXT:
            message = f"a text holds 1 to {MAX_LONG_TEXT} characters"
            self._report("DM113", piece.at, message, "write 'text(200)'")
            return None
        return Scalar(name="text", max_length=numbers[0])

    def _decimal(self, piece: TypePiece, numbers: tuple[int, ...]) -> Type | None:
        if (
            len(numbers) != 2
            or not 1 <= numbers[0] <= MAX_PRECISION
            or not 0 <= numbers[1] <= min(numbers[0], MAX_SCALE)
        ):
            message = f"a decimal says how many digits it has in all (1 to {MAX_PRECISION}) and behind the point"
            self._report("DM113", piece.at, message, "write 'decimal(10,2)'")
            return None
        return Scalar(name="decimal", precision=numbers[0], scale=numbers[1])


def _is_name(text: str) -> bool:
    return text.isascii() and text.isidentifier() and not text.startswith("_") and len(text) <= MAX_MEMBER


def name_of(type_: Type) -> ScalarName | str:
    """The words by which people know a type."""
    match type_:
        case Scalar(name=name):
            return name
        case Choice():
            return "one of"
        case Reference():
            return "reference"
        case Many():
            return "many"
        case ListOf():
            return "list of"
