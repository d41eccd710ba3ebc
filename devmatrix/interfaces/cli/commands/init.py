"""``devmatrix init FILE``: a spec to start from."""

import shlex
from contextlib import suppress
from pathlib import Path

import click

EXAMPLES = Path(__file__).parents[4] / "seeds" / "specs"


@click.command(short_help="Write a commented spec to start from, or a shipped example.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--example", metavar="NAME", help="One of the shipped examples; see --list.")
@click.option("--list", "listing", is_flag=True, is_eager=True, expose_value=False, help="List the shipped examples.",
              callback=lambda ctx, _, wanted: show_examples(ctx) if wanted else None)  # fmt: skip
def command(file: Path, example: str | None) -> int:
    """Write a spec to FILE: a small commented one, or the example NAME. A file that is there is never replaced."""
    from devmatrix.errors import DevMatrixError, FolderRefused, advise, words_of
    from devmatrix.interfaces.cli.summary import program

    text = STARTER if example is None else read_example(example)
    try:
        with file.open("x", encoding="utf-8", newline="\n") as target:
            target.write(text)
    except FileExistsError as error:
        raise FolderRefused(f"{file} is there already", hint="name another file, or remove it first") from error
    except OSError as error:
        with suppress(OSError):
            file.unlink()  # a part of it, on a disk that is full
        raise DevMatrixError(f"{file} cannot be written: {words_of(error)}", hint=advise(error)) from error
    click.echo(f"{file} is written")
    click.echo(f"next: {program()} run {shlex.quote(str(file))} --out app")
    return 0


def examples() -> tuple[str, ...]:
    """The names of the shipped examples."""
    return tuple(sorted(path.stem for path in EXAMPLES.glob("*.md")))


def show_examples(ctx: click.Context) -> None:
    """Print the names and end."""
    click.echo("\n".join(examples()))
    ctx.exit()


def read_example(name: str) -> str:
    """The text of an example; a usage error that lists them all when there is none of this name."""
    known = examples()
    if name not in known:
        raise click.BadParameter(f"there is no example {name!r}; there are: {', '.join(known)}", param_hint="--example")
    return (EXAMPLES / f"{name}.md").read_text(encoding="utf-8")


STARTER = """\
# Library API

A spec is one Markdown file. Prose like this is kept as documentation and never interpreted.

## Entities

### Shelf

| field | type     | rules                           |
|-------|----------|---------------------------------|
| code  | text(20) | required, unique, length 1..20  |
| room  | integer  | required, >= 1, <= 40           |

### Book
Every entity gets a key and two timestamps by itself.

| field | type                   | rules                                          |
|-------|------------------------|------------------------------------------------|
| title | text(200)              | required, length 1..200, searchable, sortable  |
| shelf | -> Shelf               | required                                       |
| state | one of IN, OUT, LOST   | default IN, read-only, filterable              |
| loans | integer                | default 0, read-only, >= 0                     |

No other change of the state than these is ever let through.

- states: state: IN -> OUT -> IN; OUT -> LOST

## Flows

Each entity has the usual endpoints already. A flow is an operation with conditions and effects.

### Lend book
`POST /books/{id}/lend` on `book: Book`, answers 200 with `book`

- requires `book.state == IN` else 409 "this book is not here"
- sets `book.state = OUT`
- sets `book.loans += 1`
- ensures `book.loans == old(book.loans) + 1`

### Return book
`POST /books/{id}/return` on `book: Book`, answers 200 with `book`

- requires `book.state == OUT` else 409 "this book is not lent"
- sets `book.state = IN`
"""
