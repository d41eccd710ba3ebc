"""A fixed list of foreign words: what a spec says in another language, word for word."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, product

from devmatrix.naming import plural
from tests.properties.renaming import WORD

WORDS = tuple(
    """
    abendrot ahorn amsel anker apfel arbol arena baum berg biber birke blatt blume boden botella brett brief brot
    brunnen burg caballo cabra camino campo carta casa cerdo cielo cocina conejo cuerda dach daumen decke dedo diente
    distel donner dorf eiche eimer ente erde escoba espejo estrella falke farn feder feld fenster feuer fichte flecha
    flor floss flut fuego fuente gabel gallina garten gato geige glocke graben grieta hafen hammer hecke herbst hierba
    hilo hirsch hoja holz hongo hueso huevo igel imker insel invierno isla jabon jagd jarra juguete kachel kahn kamin
    karren kastanie kerze kessel kiefer kirsche klee knopf koffer korb krug kuchen laguna lampe lana lanza laub leiter
    lenteja lerche libro linde lluvia lobo luna madera maleta mantel manzana marea mauer mesa milch mirlo mohn mond
    montura moos muelle nadel naranja nebel nelke nido niebla nieve nube nuez ofen olivo otter oveja pajaro palabra
    pampel pan pared pato peine pera perro pesca pez pferd pflug piedra pinsel playa pluma pozo puente puerta quelle
    queso rabe raiz rama rana raton rauch red regen reloj rinde rio roble rosa rueda ruder sal salbei sand sandia
    sattel schaf schal schilf schirm segel seife selva semilla sichel silla sombra sonne spatz specht stein stern
    stiefel storch strand stube suelo taler tambor tanne tasse taube tejado teller tierra tigre tinte topf torre traube
    trigo trommel truhe turm ulme urraca uva vaca vado veleta vela verano viento vogel wabe wagen wald wand weide
    weizen wiese wind wolke wolle wurzel zahn zapato zaun zelt ziege zorro zweig
    """.split()
)


def foreign(chosen: Iterable[str], vocabulary: frozenset[str]) -> dict[str, str]:
    """A foreign word for each identifier; plurals stay plurals, and no word is one that the spec has."""
    words = sorted(chosen)
    plurals = {plural(word): word for word in words}
    fresh = _fresh(vocabulary)
    found = {word: next(fresh) for word in words if word not in plurals}
    for many, one in plurals.items():
        if many in words:
            found[many] = plural(found[one]) if one in found else next(fresh)
    return found


def translate(text: str, names: Mapping[str, str]) -> str:
    """A text word for word: identifiers as they are called now, other words by their place in the list."""
    return " ".join(names.get(word, _by_letters(word)) for word in (m.group().lower() for m in WORD.finditer(text)))


def _fresh(taken: frozenset[str]) -> Iterator[str]:
    pairs = (first + second for first, second in product(WORDS, WORDS) if first != second)
    return (word for word in chain(WORDS, pairs) if word not in taken and plural(word) not in taken)


def _by_letters(word: str) -> str:
    """The same foreign word for the same word, whatever the text."""
    number = sum(ord(letter) * (place + 1) for place, letter in enumerate(word))
    return WORDS[number % len(WORDS)]
