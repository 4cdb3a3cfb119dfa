"""The pipeline's verbs: refresh, status, check, sources, diff, rollback, doctor.

`register` hangs them into another command; `run` turns errors into one sentence and an exit code.
Everything slow is imported inside the verbs: `--help` pays for none of it.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence

import typer

from pipelines.cli import look, machine, output, write
from pipelines.errors import TradewakeError

DEBUG = "--debug"
STOPPED = "Stopped. The published build is as it was; what was fetched is kept for the next refresh."
_INTERRUPTED = 130
"""What Ctrl-C comes to, by the custom of shells."""

EPILOG = (
    "Exit codes: 0 done, 2 wrong usage or input, 3 a source failed and keeps its figures, 4 refused, "
    "5 another refresh is running, 6 no readable store, 1 anything else. Add --debug to any command for a traceback."
)


def register(app: typer.Typer) -> None:
    """Hang the pipeline's verbs into a command."""
    app.command("refresh", rich_help_panel="Figures")(write.refresh)
    app.command("status", rich_help_panel="Figures")(look.status)
    app.command("check", rich_help_panel="Figures")(look.check)
    app.command("sources", rich_help_panel="Figures")(look.sources)
    app.command("diff", rich_help_panel="Figures")(look.diff)
    app.command("rollback", rich_help_panel="Figures")(write.rollback)
    app.command("doctor", rich_help_panel="Figures")(machine.doctor)


app = typer.Typer(
    name="pipelines",
    help="Fetch, read, check and publish official figures.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
register(app)


def run(command: typer.Typer, arguments: Sequence[str] | None = None, *, name: str = "tradewake") -> None:
    """Run a command to its end: leaves with the exit code; an error becomes one sentence on standard error.

    Args:
        command: the command.
        arguments: the process's own when omitted. `--debug` anywhere among them adds the traceback.
        name: how the command is called in messages.

    Raises:
        SystemExit: always.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = DEBUG in given
    try:
        result = command([word for word in given if word != DEBUG], prog_name=name, standalone_mode=False)
        sys.stdout.flush()
    except Exception as error:
        if debug:
            traceback.print_exc()
        sentence, code = _sentence_and_code(error, name)
        if sentence:
            output.say(sentence)
        sys.exit(code)
    if result == _INTERRUPTED:
        output.say(STOPPED)
    sys.exit(result if isinstance(result, int) else 0)


def _sentence_and_code(error: Exception, name: str) -> tuple[str, int]:
    """The sentence and the exit code for an error."""
    if isinstance(error, TradewakeError):
        return str(error), error.exit_code
    if isinstance(error, typer.Abort):
        return STOPPED, 1
    if isinstance(error, BrokenPipeError):
        # The reader of our output (`head`, a pager) has gone. There is nobody left to tell.
        sys.stderr.close()
        return "", 1
    wrong_usage = getattr(error, "format_message", None)
    if wrong_usage is not None:
        context = getattr(error, "ctx", None)
        path = name if context is None else context.command_path
        message = str(wrong_usage()).strip().replace("Value error, ", "")
        if getattr(error, "exit_code", 1) == 2 and not message.startswith("Usage"):
            return f"{message.rstrip('.')}. Try `{path} --help`.", 2
        return message, int(getattr(error, "exit_code", 2))
    reason = " ".join(str(error).split()) or type(error).__name__
    kind = type(error).__name__
    return f"Something went wrong that Tradewake does not know: {reason} ({kind}). Add --debug to see where.", 1
