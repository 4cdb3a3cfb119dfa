"""`tradewake data QUESTION`: the store's questions as tables."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dashboard.cli import values
from pipelines.cli import output
from pipelines.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from pipelines.store import Store

FormatWord = Literal["csv", "json", "parquet"]
CurrencyWord = Literal["reported", "USD"]
ClockWord = Literal["announced", "signed", "effective", "wind_down_end", "lifted"]

AsFormat = Annotated[FormatWord | None, typer.Option("--format", help="csv unless -o ends in another.")]
IntoFile = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write to a file.")]
KnownOn = Annotated[
    str | None, typer.Option("--known-on", metavar="DATE", help="Answer as on that day, with nothing learned later.")
]
From = Annotated[str | None, typer.Option("--from", metavar="PERIOD", help="2022, 2022-03, 2022-Q1 or 2022-03-01.")]
To = Annotated[str | None, typer.Option("--to", metavar="PERIOD", help="The last period, as in --from.")]
FromSource = Annotated[str | None, typer.Option(help="One source only; `tradewake sources` lists them.")]
OneList = Annotated[str | None, typer.Option("--list", metavar="LIST", help="One list only.")]
OneProgramme = Annotated[
    str | None, typer.Option(metavar="P", help="One programme only; an entry may stand under several.")
]
InCurrency = Annotated[
    CurrencyWord, typer.Option("--currency", help="As the source reports it (euros for Eurostat), or US dollars.")
]
Reporter = Annotated[str, typer.Option(metavar="ISO3", help="Who reports.")]
Partners = Annotated[str, typer.Option(metavar="ISO3|all", help="Partner, several parted by commas, or all.")]

app = typer.Typer(
    help="Answer a question from the store as a table.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _store() -> Store:
    from pipelines.store import current_store

    return current_store()


@app.command()
def trade(
    reporter: Reporter = "USA",
    partner: Partners = "RUS",
    flow: Annotated[Literal["export", "import", "total", "balance"], typer.Option(help="Direction.")] = "export",
    frequency: Annotated[Literal["M", "Q", "A"], typer.Option(help="Month, quarter or year.")] = "M",
    product: Annotated[str, typer.Option(metavar="HS", help="HS code, or TOTAL for all goods.")] = "TOTAL",
    source: FromSource = None,
    start: From = None,
    end: To = None,
    currency: InCurrency = "reported",
    known_on: KnownOn = None,
    file_format: AsFormat = None,
    file: IntoFile = None,
) -> None:
    """Goods trade by period and partner."""
    from dashboard.answers import trade as answers

    first, last = values.span(start, end)
    asked = answers.TradeOptions(
        reporter, partner, flow, frequency, product, source, first, last, values.day(known_on), currency
    )
    store = _store()
    _give(answers.trade_answer(store, asked), file_format, file, lambda: answers.trade_note(store, asked))


@app.command()
def macro(
    area: Annotated[str, typer.Option(metavar="ISO3|all", help="Area, several parted by commas, or all.")] = "RUS",
    indicator: Annotated[str, typer.Option(help="For example gdp_growth, gdp_usd, brent_usd_per_barrel.")] = (
        "gdp_growth"
    ),
    source: FromSource = None,
    frequency: Annotated[Literal["M", "Q", "A"] | None, typer.Option(help="Only this frequency.")] = None,
    forecasts: Annotated[bool, typer.Option("--forecasts", help="Forecasts too.")] = False,
    start: From = None,
    end: To = None,
    known_on: KnownOn = None,
    file_format: AsFormat = None,
    file: IntoFile = None,
) -> None:
    """An economic indicator by area, source and period."""
    from dashboard.answers import macro as answers

    first, last = values.span(start, end)
    rows = answers.macro_answer(
        _store(),
        area=area,
        indicator=indicator,
        source=source,
        frequency=frequency,
        forecasts=forecasts,
        start=first,
        end=last,
        known_on=values.day(known_on),
    )
    _give(rows, file_format, file)


@app.command()
def measures(
    target: Annotated[str, typer.Option(metavar="ISO3|all", help="Whom the measures are aimed at.")] = "RUS",
    sender: Annotated[str | None, typer.Option(metavar="CODE", help="Who took them: US, EU, UK, …")] = None,
    clock: Annotated[ClockWord, typer.Option(help="Which of the five dates orders them.")] = "effective",
    kind: Annotated[str | None, typer.Option("--type", metavar="T", help="What they do: energy, banking, …")] = None,
    known_on: KnownOn = None,
    file_format: AsFormat = None,
    file: IntoFile = None,
) -> None:
    """Dated sanctions measures with their acts and references."""
    from dashboard.answers import register as answers
    from dashboard.words.register import as_known_words
    from pipelines.schema.terms import MeasureType

    if kind is not None and kind not in set(MeasureType):
        raise UsageError(f"There is no type of measure {kind[:40]!r}. Known: {', '.join(MeasureType)}.")
    store, day = _store(), values.day(known_on)
    rows = answers.measures_answer(store, target=target, sender=sender, clock=clock, kind=kind, known_on=day)
    _give(rows, file_format, file, lambda: answers.measures_note(store, day))
    if day is not None and not rows.is_empty():
        output.say(as_known_words(day))


@app.command()
def listings(
    target: Annotated[str, typer.Option(metavar="ISO3", help="The area that the names belong to.")] = "RUS",
    name: OneList = None,
    programme: OneProgramme = None,
    known_on: KnownOn = None,
    file_format: AsFormat = None,
    file: IntoFile = None,
) -> None:
    """Counts of names on sanctions lists; two lists, and two programmes of one, are never added."""
    from dashboard.answers import lists as answers

    store, day = _store(), values.day(known_on)
    rows = answers.listings_answer(store, target=target, name=name, programme=programme, known_on=day)
    _give(rows, file_format, file, lambda: answers.listings_note(store, target=target, name=name, known_on=day))


@app.command()
def designations(
    target: Annotated[str, typer.Option(metavar="ISO3|all", help="The area that the names belong to.")] = "RUS",
    name: OneList = None,
    programme: OneProgramme = None,
    known_on: KnownOn = None,
    file_format: AsFormat = None,
    file: IntoFile = None,
) -> None:
    """Names on sanctions lists with their dates and acts: what a count of listings opens to."""
    from dashboard.answers import lists as answers

    store, day = _store(), values.day(known_on)
    rows = answers.designations_answer(store, target=target, name=name, programme=programme, known_on=day)
    _give(rows, file_format, file, lambda: answers.designations_note(store, day))


@app.command()
def collapse(
    event: Annotated[str, typer.Option(metavar="DATE", help="Month, or year with --annual, of the event.")],
    reporter: Reporter = "USA",
    partner: Partners = "RUS",
    flow: Annotated[Literal["export", "import", "total"], typer.Option(help="Direction.")] = "total",
    before: Annotated[
        int | None,
        typer.Option(min=0, max=240, help="Months searched for the peak (24), or years with --annual (5)."),
    ] = None,
    after: Annotated[
        int | None, typer.Option(min=1, max=480, help="Months searched for the trough (36); not with --annual.")
    ] = None,
    annual: Annotated[bool, typer.Option("--annual", help="On complete years instead of 12-month sums.")] = False,
    horizon: Annotated[
        int | None, typer.Option(metavar="YEAR", help="Last year looked at; only with --annual.")
    ] = None,
    source: FromSource = None,
    currency: InCurrency = "reported",
    known_on: KnownOn = None,
    file_format: AsFormat = None,
    file: IntoFile = None,
) -> None:
    """How far trade fell around an event, and both rebounds."""
    from dashboard.answers import collapse as collapse_answers

    when = values.period(event)
    assert when is not None
    rows = collapse_answers.collapse_answer(
        _store(),
        reporter=reporter,
        partner=partner,
        flow=flow,
        event=when,
        before=before,
        after=after,
        annual=annual,
        horizon=horizon,
        source=source,
        known_on=values.day(known_on),
        currency=currency,
    )
    missing = collapse_answers.left_out(rows)
    if missing is not None:
        output.say(missing)
    _give(rows, file_format, file)


@app.command()
def releases(
    source: FromSource = None, known_on: KnownOn = None, file_format: AsFormat = None, file: IntoFile = None
) -> None:
    """Vintages that were taken in, newest first."""
    from dashboard.answers import catalogue as answers

    store, day = _store(), values.day(known_on)
    rows = answers.releases_answer(store, source=source, known_on=day)
    _give(rows, file_format, file, lambda: answers.releases_note(store, source=source, known_on=day))


@app.command()
def areas(file_format: AsFormat = None, file: IntoFile = None) -> None:
    """Every area with its codes, its kind, and the years in which it existed."""
    from dashboard.answers import catalogue as answers

    _give(answers.areas_answer(_store()), file_format, file)


@app.command()
def events(
    kind: Annotated[str | None, typer.Option(help="One kind only, for example summit.")] = None,
    start: From = None,
    end: To = None,
    known_on: KnownOn = None,
    file_format: AsFormat = None,
    file: IntoFile = None,
) -> None:
    """Summits, treaties, wars and laws by date."""
    from dashboard.answers import register as answers

    first, last = values.span(start, end)
    store, day = _store(), values.day(known_on)
    rows = answers.events_answer(store, kind=kind, start=first, end=last, known_on=day)
    _give(rows, file_format, file, lambda: answers.events_note(store, kind=kind, known_on=day))


def _give(
    rows: pl.DataFrame, asked: FormatWord | None, file: Path | None, why: Callable[[], str] | None = None
) -> None:
    """An answer to standard output or into a file; an empty one says why on standard error."""
    from dashboard.exports.tables import TABLE_FORMATS

    name = asked or ("" if file is None else file.suffix.lstrip(".").lower()) or "csv"
    if name not in TABLE_FORMATS:
        raise UsageError(f"There is no format {name[:20]!r}. The formats are {', '.join(TABLE_FORMATS)}.")
    if rows.is_empty():
        output.say(why() if why is not None else "Nothing in the store fits; the table is empty.")
    if name == "parquet" and file is None and sys.stdout.isatty():
        raise UsageError("Parquet is not for a terminal: name a file with -o, or send the output to one.")
    content = TABLE_FORMATS[name](rows)
    if file is None or str(file) == "-":
        sys.stdout.buffer.write(content)
    else:
        values.write(file, content)
