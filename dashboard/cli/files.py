"""`tradewake export` and `tradewake exhibits`: what is worth showing, as files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from dashboard.cli import values
from pipelines.cli import output
from pipelines.errors import UsageError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from dashboard.exhibits.base import Exhibit, Spec
    from dashboard.params import Params
    from pipelines.store import Store


def list_exhibits(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with every parameter.")] = False,
) -> None:
    """Every exhibit with its parameters and their defaults."""
    from dashboard.exhibits import EXHIBITS

    if as_json:
        output.as_json(
            [
                {"exhibit": spec.id, "title": spec.title, "page": spec.page, "parameters": _parameters(spec.params)}
                for spec in EXHIBITS
            ]
        )
        return
    for spec in EXHIBITS:
        print(f"{spec.id}  {spec.title}  (page {spec.page})")
        for name, facts in _parameters(spec.params).items():
            choices = f"   {' | '.join(map(str, facts['choices']))}" if facts["choices"] else ""
            print(f"    {name}={_written(facts['default'])}{choices}")


def _parameters(model: type[BaseModel]) -> dict[str, dict[str, Any]]:
    """Name → default and choices (empty where any fitting value will do)."""
    schema = model.model_json_schema()
    defaults = model().model_dump(mode="json")
    found: dict[str, dict[str, Any]] = {}
    for name, field in schema["properties"].items():
        options = [field, field.get("items") or {}, *field.get("anyOf", ())]
        options += [schema["$defs"][part["$ref"].rsplit("/", 1)[1]] for part in options if "$ref" in part]
        choices = [choice for part in options for choice in part.get("enum", ())]
        found[name] = {"default": defaults[name], "choices": choices}
    return found


def _written(value: Any) -> str:
    """A default as `--set` takes it."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    return (
        {True: "true", False: "false", None: ""}.get(value, str(value)) if not isinstance(value, dict) else str(value)
    )


def export(
    exhibit: Annotated[str, typer.Argument(metavar="EXHIBIT", help="`tradewake exhibits` lists them.")],
    settings: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A parameter.")] = None,
    file_format: Annotated[str | None, typer.Option("--format", help="png, svg, pdf, html, csv, xlsx or json.")] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="File, folder, or - for standard output; named after its content when omitted.",
        ),
    ] = None,
    currency: Annotated[
        Literal["reported", "USD"] | None,
        typer.Option("--currency", help="As --set currency=…: as the source reports it, or US dollars."),
    ] = None,
    size: Annotated[Literal["slide", "page", "column", "square"], typer.Option(help="Shape of a picture.")] = "slide",
) -> None:
    """One exhibit as a file."""
    from dashboard import exports

    spec = _found(exhibit)
    name = _export_format(file_format, file, list(exports.FORMATS))
    to_stdout = file is not None and str(file) == "-"
    built = _built(spec, [*([f"currency={currency}"] if currency is not None else []), *(settings or [])])
    content = exports.export(built, name, size)
    if to_stdout:
        sys.stdout.buffer.write(content)
        return
    path = file or Path()
    if file is None or file.is_dir():
        path /= exports.file_name(built, name)
    values.write(path, content)


def _export_format(asked: str | None, file: Path | None, known: list[str]) -> str:
    name = asked or ("" if file is None else file.suffix.lstrip(".").lower()) or "png"
    if name not in known:
        raise UsageError(f"There is no format {name[:20]!r}. The formats are {', '.join(known)}.")
    return name


def _found(exhibit: str) -> Spec:
    from difflib import get_close_matches

    from dashboard.exhibits import EXHIBITS, find

    try:
        return find(exhibit)
    except KeyError as error:
        known = [spec.id for spec in EXHIBITS]
        near = get_close_matches(exhibit, known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}."
        raise UsageError(f"{exhibit[:60]!r} is not an exhibit; {hint}") from error


def _built(spec: Spec, settings: list[str]) -> Exhibit:
    """The exhibit with the parameters of `--set`, in the light style of print."""
    from dashboard.analysis.errors import AnalysisError
    from dashboard.exhibits.base import NothingToShow
    from dashboard.figures.theme import LIGHT
    from pipelines.store import current_store

    raw: dict[str, str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"--set takes NAME=VALUE, not {setting[:60]!r}.")
        raw[name.strip()] = value
    try:
        params = spec.params.parse(raw)
    except ValueError as error:
        raise UsageError(str(error)) from error
    store = current_store()
    _check_codes(store, params, raw)
    try:
        return spec.build(store, params, LIGHT)
    except (NothingToShow, AnalysisError) as error:
        raise UsageError(str(error)) from error


def _check_codes(store: Store, params: Params, raw: dict[str, str]) -> None:
    """Codes that have the shape of an area or a sender but are none: named before an exhibit leaves them out."""
    from typing import get_args, get_type_hints

    from dashboard.answers.checked import checked_area, one_of
    from dashboard.params import Area, Areas, Senders
    from dashboard.queries import register

    hints = get_type_hints(type(params), include_extras=True)
    for name in raw:
        kinds = {hints[name], *get_args(hints[name])}
        value = getattr(params, name)
        if value is not None and kinds & {Area, Areas}:
            for code in (value,) if isinstance(value, str) else value:
                checked_area(store, code)
        if Senders in kinds:
            for code in value:
                one_of(code, register.senders(store), "sender")
