"""The command `tradewake`: serve, data, export, exhibits, and the pipeline's own verbs.

Whatever is slow is imported inside the verbs, so that `tradewake --help` pays for none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli import files, questions
from pipelines import cli as pipeline
from pipelines.cli import output

if TYPE_CHECKING:
    from pipelines.refresh import Progress, Step

app = typer.Typer(
    name="tradewake",
    help="Sanctions and trade-flow analytics from official figures.",
    epilog=pipeline.EPILOG,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"tradewake {version('tradewake')}")
        except PackageNotFoundError:
            print("tradewake (run from a checkout that is not installed)")
        raise typer.Exit


@app.callback()
def tradewake(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Sanctions and trade-flow analytics from official figures."""
    del version


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8501,
    host: Annotated[str, typer.Option(help="Address to listen on; this machine only unless changed.")] = "127.0.0.1",
) -> None:
    """Serve the dashboard; builds the store from the shipped figures if there is none."""
    from dashboard import serve as server
    from pipelines import settings
    from pipelines.errors import StoreError
    from pipelines.store import current_store

    server.check_port(host, port)
    loaded = settings.load()
    try:
        current_store(loaded.store_dir, fallback=True)
    except StoreError:
        from pipelines.refresh import ensure_store

        ensure_store(loaded, _told_once())
    server.run(host, port)


def _told_once() -> Progress:
    """Progress of a build before the first page: a word at its start, then a line per source and stage."""
    seen: set[tuple[str, str]] = set()

    def say(step: Step) -> None:
        if not seen:
            output.say("There is no store to read: building one, from the shipped figures and what was fetched before.")
        if (step.source, step.doing) not in seen:
            seen.add((step.source, step.doing))
            output.say(f"  {step.source or 'build'}: {step.doing}")

    return say


app.add_typer(questions.app, name="data")
app.command("export")(files.export)
app.command("exhibits")(files.list_exhibits)
pipeline.register(app)


def main() -> None:
    """Entry point of `tradewake`: leaves with the exit code of the README's table."""
    pipeline.run(app)
