"""Writes what the documents tell of the data: tables, terms and every count, from the data itself.

`make documents` runs it after a source, a measure or a shipped file changed. Whole passages stand between markers,
`<!-- begin NAME -->` and `<!-- end NAME -->`; single numbers stand in sentences that are named here, word for word, so
that a sentence that was written anew is noticed. A test holds every document to what this would write.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import polars as pl

from pipelines import facts, raw
from pipelines.normalise.periods import Window
from pipelines.raw.request_limits import RequestLimits
from pipelines.schema.terms import Clock, RegimeKind, SubjectKind
from pipelines.settings import Settings
from pipelines.sources import Source
from pipelines.sources.base import Frames
from pipelines.sources.register import Register
from pipelines.sources.snapshot import Snapshot

ROOT = Path(__file__).resolve().parent.parent
SECTIONS = {
    "trade": "Trade",
    "economy": "Economy",
    "forecasts": "Growth forecasts and estimates, as dated vintages",
    "sanctions": "Sanctions and events",
}
SENDERS_SHOWN = ("US", "EU", "UK", "UN", "CH", "CA", "JP", "AU")
"""Senders that have a column of their own in the register's table by target."""


class Data:
    """The data of a checkout, read when it is asked for."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._settings = Settings(data=root / "data", offline=True)

    def _frames(self, source: Source) -> Frames:
        requests = raw.expand(source.requests(Window()), self._settings)
        return source.parse([raw.fetch(request, self._settings) for request in requests])

    @cached_property
    def sources(self) -> Mapping[str, facts.SourceFacts]:
        """Facts of the sources by name."""
        files = sorted((self.root / "data" / "sources").glob("*.toml"))
        return {file.stem: facts.read(file.name, file.read_text(encoding="utf-8")) for file in files}

    @cached_property
    def live(self) -> list[facts.SourceFacts]:
        """Facts of the sources on the web: by section, then by rank and name."""
        places = {name: place for place, name in enumerate(SECTIONS)}
        found = [one for one in self.sources.values() if one.live is not None]
        return sorted(found, key=lambda one: (places[one.section], one.row()["rank"], one.source))

    @cached_property
    def register(self) -> Frames:
        """Tables of the register."""
        return self._frames(Register())

    @cached_property
    def shipped(self) -> Frames:
        """Tables of the shipped figures, every vintage."""
        return self._frames(Snapshot())

    @property
    def measures(self) -> pl.DataFrame:
        """Dated measures."""
        return self.register["measure"]

    @cached_property
    def ledger(self) -> pl.DataFrame:
        """The compiled facts that the register was made from."""
        return pl.read_csv(self.root / "data" / "regimes" / "facts.csv", infer_schema=False)

    @cached_property
    def events(self) -> dict[str, int]:
        """Events by file."""
        folder = self.root / "data" / "events"
        texts = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.toml")}
        return {name: len(tomllib.loads(text)["event"]) for name, text in texts.items()}

    def rows(self, file: str) -> pl.DataFrame:
        """One shipped file as it is."""
        path = self.root / "data" / "snapshot" / file
        return pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)

    @property
    def sanctioned(self) -> pl.DataFrame:
        """The economies under sanctions, in their order."""
        return self.register["subject"].filter(pl.col("kind") == SubjectKind.SANCTIONED.value).sort("rank")

    def exports_of_2022(self, release: str) -> str:
        """US exports to Russia in 2022 in one release, in millions."""
        rows = self.shipped["trade_flow"].filter(
            reporter="USA", partner="RUS", flow="export", release=release, source="census"
        )
        return f"{float(rows.filter(pl.col('period').dt.year() == 2022)['value_usd'].sum()) / 1e6:,.1f}"

    def out_of_order(self) -> list[str]:
        """Measures whose clocks are not in the usual order."""
        clocks = [clock.value for clock in Clock]
        pairs = [(one, other) for place, one in enumerate(clocks) for other in clocks[place + 1 :]]
        wrong = pl.any_horizontal(pl.col(one) > pl.col(other) for one, other in pairs)
        return self.measures.filter(wrong)["measure"].sort().to_list()


Ask = Callable[[Data], str]


@dataclass(frozen=True)
class Block:
    """A passage between markers."""

    name: str
    text: Ask

    @property
    def marks(self) -> re.Pattern[str]:
        """The markers, with the passage between them as the group."""
        return re.compile(rf"<!-- begin {self.name}\b[^>]*-->\n(.*?)\n<!-- end {self.name} -->", re.DOTALL)


@dataclass(frozen=True)
class Number:
    """A number, or a list, inside a sentence: `pattern` has one group, which is what is written."""

    pattern: str
    text: Ask


Part = Block | Number


def _count(number: Callable[[Data], int]) -> Ask:
    return lambda data: f"{number(data):,}"


def _table(heads: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |".replace("|  |", "| |") for row in rows)])


def _pace(limits: facts.Limits) -> str:
    seconds = limits.pace_seconds or RequestLimits().pace_seconds
    if seconds < 1:
        return f"{1 / seconds:.0f} a second"
    return "1 a second" if seconds == 1 else f"1 in {seconds:g} seconds"


def live_sources(data: Data) -> str:
    """The README's table of live sources."""
    rows = []
    for source in data.live:
        live = source.live
        assert live is not None
        key = "none" if live.key is None else f"`{live.key.variable}`, {'needed' if live.key.needed else 'optional'}"
        short = str(source.terms.short)
        rows.append((f"`{source.source}`", live.gives, key, short, _pace(live.limits), live.first_refresh))
    return _table(("source", "gives", "key", "licence", "pace", "first refresh, requests"), rows)


def licences(data: Data) -> str:
    """Terms and credit of every source: shipped ones by section, then what only a refresh brings."""
    parts = []
    for section, title in SECTIONS.items():
        ships = [one for one in data.sources.values() if one.section == section and one.ships]
        parts += [
            f"## {title}",
            *(_licence(one) for one in sorted(ships, key=lambda one: (one.row()["rank"], one.source))),
        ]
    parts += ["## Fetched live only", "Nothing of these ships with Tradewake."]
    parts += [_licence(one) for one in data.sources.values() if not one.ships]
    return "\n\n".join(parts)


def _licence(source: facts.SourceFacts) -> str:
    terms = source.terms
    lines = [
        f"### {source.title}",
        "",
        f"- Source key: `{source.source}`",
        f"- Publisher: {source.publisher}",
        f"- {'Shipped' if source.ships else 'Fetched'}: {source.shipped_words}",
        f"- Licence: {terms.licence}",
        f"- Terms: <{terms.address}>",
        f"- Credit line: {terms.credit}",
        f"- Original: <{source.site}>",
    ]
    lines += [] if terms.may_be_passed_on else ["- **For your own use only: it may not be passed on.**"]
    lines += [f"- Changes made: {terms.changes}"] if terms.changes else []
    lines += [f"- {terms.note}"] if terms.note else []
    return "\n".join(lines)


def regimes(data: Data) -> str:
    """Every file of the register with its title and how many measures it has: today's targets first."""
    places = {code: place for place, code in enumerate(data.sanctioned["subject"])}
    counts = dict(data.measures.group_by("regime").len().iter_rows())
    rows = []
    for row in data.register["regime"].filter(kind=RegimeKind.REGISTER.value).iter_rows(named=True):
        target, _, sender = row["regime"].partition("-")
        place = min(places.get(target, 99), places.get(sender, 99))
        rows.append(((place, target not in places, row["regime"]), row["regime"], row["title"]))
    lines = [(f"`{key}.toml`", title, f"{counts.get(key, 0):,}") for _, key, title in sorted(rows)]
    return _table(("file", "regime", "measures"), [*lines, ("", "**all**", f"**{data.measures.height:,}**")])


def by_target(data: Data) -> str:
    """Measures by target and sender."""
    pairs = data.measures.with_columns(pl.col("target").str.split(";")).explode("target", empty_as_null=False)
    counts = {row[:2]: row[2] for row in pairs.group_by("target", "sender").len().iter_rows()}
    rows = [
        (target, *(f"{counts[target, sender]:,}" if (target, sender) in counts else "–" for sender in SENDERS_SHOWN))
        for target in data.sanctioned["subject"]
    ]
    return _table(("on", *SENDERS_SHOWN), rows)


def by_status(data: Data) -> str:
    """Measures by how well their dates are backed."""
    counts = data.measures.group_by("status").len().sort("len", "status", descending=[True, False])
    return ", ".join(f"{n:,} {status.replace('_', ' ')}" for status, n in counts.iter_rows())


def _annex_only(data: Data) -> int:
    """Confirmed EU measures on Russia that name no other text than the annexes' dates and entries."""
    rows = data.measures.filter(pl.col("target").str.contains("RUS"), sender="EU", status="confirmed")
    annex = re.compile("listing dates|OpenSanctions")
    return sum(all(annex.search(part) for part in text.split(";")) for text in rows["confirmed_in"])


def _both_editions(data: Data) -> pl.DataFrame:
    """Figures of the Census that the editions of 2025 and 2026 both have, and by how many dollars they differ."""
    key = ["partner", "flow", "period"]
    old, new = (
        data.shipped["trade_flow"].filter(pl.col("source") == "census", pl.col("release") == release)
        for release in _EDITIONS
    )
    both = new.join(old.select(*key, before="value_usd"), on=key)
    return both.with_columns(revised=(pl.col("value_usd") - pl.col("before")).abs() > pl.col("rounding_usd") / 2)


_EDITIONS = ("census-2025-10", "census-2026-09")


def _revised(year: int | None) -> Ask:
    def count(data: Data) -> str:
        rows = _both_editions(data).filter("revised")
        return f"{rows.filter(True if year is None else pl.col('period').dt.year() == year).height:,}"

    return count


def _shipped_rows() -> list[Part]:
    """The numbers of rows in the three tables of shipped files."""
    first = (
        *("trade_census_2023-03.parquet", "trade_census_2025-10.parquet", "trade_census_2026-09.csv"),
        *("trade_imts_2026-05.csv", "trade_comext_2024-11.csv", "trade_fcs_2022-02.csv", "trade_unsyb_2025-06.csv"),
        *("partner_share_unsyb_2025-06.csv", "releases_trade.csv"),
    )
    third = (
        *("macro_worldbank_2026-07.parquet", "macro_worldbank_2026-05.csv", "macro_weo_2025-10.csv"),
        *("macro_gdp-vintages.csv", "macro_brent_2026-08.csv", "macro_bls-cpi_2026-06.csv"),
    )
    within = ("listing_ofac_2026-03.csv", "listing_eu_2026-08.csv")

    def rows(file: str) -> Ask:
        return _count(lambda data: data.rows(file).height)

    return [
        *(Number(rf"\| `{re.escape(file)}` \| ([\d,]+) \|", rows(file)) for file in first),
        *(Number(rf"\| `{re.escape(file)}` \|[^|\n]*\| ([\d,]+) \|", rows(file)) for file in third),
        *(Number(rf"\| `{re.escape(file)}` \|[^\n]* ([\d,]+) rows", rows(file)) for file in within),
    ]


def _distinct(file: str, column: str, *without: str) -> Ask:
    return _count(lambda data: data.rows(file).filter(~pl.col(column).is_in(without))[column].n_unique())


def _us_russia_last(data: Data) -> str:
    rows = data.shipped["trade_flow"].filter(reporter="USA", partner="RUS", source="census")
    last = rows["period"].max()
    assert isinstance(last, date)
    return f"{last:%B %Y}"


def _joined(words: Iterable[str], code: bool = False) -> str:
    return ", ".join(f"`{word}`" if code else word for word in words)


def _names(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _carried(data: Data) -> pl.Series:
    return data.ledger["measure"].drop_nulls().replace("", None).drop_nulls()


def _partner_months(data: Data) -> int:
    return data.rows("trade_comext_2024-11.csv").select("partner", "period").n_unique()


def _listings(data: Data) -> int:
    return int(data.rows("listing_eu_2026-08.csv")["added"].cast(pl.Int64).sum())


def _file(name: str) -> Number:
    """A file of the example as CONTRIBUTING shows it, letter by letter."""
    path = f"tests/pipelines/sources/example/{name}"
    pattern = rf"(?ms)^`{re.escape(path)}`:\n\n```\w+\n(.*?)^```$"
    return Number(pattern, lambda data: (data.root / path).read_text(encoding="utf-8"))


DOCUMENTS: Mapping[str, tuple[Part, ...]] = {
    "README.md": (
        Block("live-sources", live_sources),
        Number(r"fetches newer ones from ([\d,]+) public sources", _count(lambda data: len(data.live))),
        Number(r"None of the ([\d,]+) live sources", _count(lambda data: len(data.live))),
        Number(r"any of its ([\d,]+) measures", _count(lambda data: data.measures.height)),
        Number(r"January 1992 to (\w+ \d{4})", _us_russia_last),
        Number(r"and covers ([\w ,]+?)\. It runs", lambda data: _names(data.sanctioned["name"].to_list())),
        Number(r"# 2022: ([\d,.]+) million\ntradewake data trade", lambda data: data.exports_of_2022("census-2023-03")),
        Number(r"# 2022: ([\d,.]+) million\ntradewake data collapse", lambda data: data.exports_of_2022(_EDITIONS[0])),
        Number(
            r"\| (`\w+_API_KEY`(?:, `\w+_API_KEY`)*) \| keys of live sources",
            lambda data: _joined(
                sorted({one.live.key.variable for one in data.live if one.live and one.live.key}), code=True
            ),
        ),
        Number(
            r"\| (`TRADEWAKE_\w+_URL`(?:, `TRADEWAKE_\w+_URL`)*) \|",
            lambda data: _joined((f"TRADEWAKE_{one.source.upper()}_URL" for one in data.live), code=True),
        ),
    ),
    "CONTRIBUTING.md": tuple(_file(name) for name in ("harbour.toml", "harbour.py", "test_harbour.py")),
    "data/LICENCES.md": (Block("sources", licences),),
    "data/regimes/README.md": (
        Block("regimes", regimes),
        Block("by-target", by_target),
        Number(r"By status: ([\w ,]+)\.\n", by_status),
        Number(r"ledger of the ([\d,]+) compiled facts", _count(lambda data: data.ledger.height)),
        Number(r"one line for each of the ([\d,]+) compiled facts", _count(lambda data: data.ledger.height)),
        Number(r"([\d,]+) facts are measures of their own", _count(lambda data: _carried(data).n_unique())),
        Number(
            r"of their own; ([\d,]+) are the same act as another fact",
            _count(lambda data: _carried(data).len() - _carried(data).n_unique()),
        ),
        Number(r"\n([\d,]+) are left out:", _count(lambda data: data.ledger.height - _carried(data).len())),
        Number(
            r"\n([\d,]+) measures were added that the list does not have",
            _count(lambda data: data.measures.filter(~pl.col("measure").is_in(_carried(data).implode())).height),
        ),
        Number(r"([\d,]+) measures are out of it", _count(lambda data: len(data.out_of_order()))),
        Number(r"([\d,]+) confirmed EU measures on Russia name no other text", _count(_annex_only)),
    ),
    "data/events/README.md": (
        Number(r"\| `us-russia\.toml` \|[^|\n]*\| ([\d,]+) \|", _count(lambda data: data.events["us-russia.toml"])),
        Number(r"\| `iran\.toml` \|[^|\n]*\| ([\d,]+) \|", _count(lambda data: data.events["iran.toml"])),
    ),
    "data/snapshot/README.md": (
        *_shipped_rows(),
        Number(
            r"\| dollars per euro; roubles per dollar \| ([\d,]+) \+",
            _count(lambda data: data.rows("macro_ecb-fx_2026-10.csv").filter(indicator="usd_per_eur").height),
        ),
        Number(
            r"\| dollars per euro; roubles per dollar \| [\d,]+ \+ ([\d,]+) \|",
            _count(lambda data: data.rows("macro_ecb-fx_2026-10.csv").filter(indicator="rub_per_usd").height),
        ),
        Number(r"the same, ([\d,]+) partners, Jan 2022", _distinct("trade_census_2026-09.csv", "partner")),
        Number(r"autumn 2026 covers ([\d,]+) partners only", _distinct("trade_census_2026-09.csv", "partner")),
        Number(r"by ([\d,]+) main partners, monthly", _distinct("trade_fcs_2022-02.csv", "partner", "WLD")),
        Number(r"imports \(c\.i\.f\.\) of ([\d,]+) economies", _distinct("trade_unsyb_2025-06.csv", "reporter")),
        Number(r"in all ([\d,]+) months and both flows", _distinct("trade_census_2025-10.parquet", "period")),
        Number(r"Of ([\d,]+) values in both editions", _count(lambda data: _both_editions(data).height)),
        Number(r"both editions, ([\d,]+) are real\s+revisions", _revised(None)),
        Number(r"revisions \(([\d,]+) of 2023", _revised(2023)),
        Number(r"of 2023, ([\d,]+) of 2024\)", _revised(2024)),
        Number(r"exactly, in all ([\d,]+) partner-months", _count(_partner_months)),
        Number(r"\| ([\d,]+) World Development Indicators", _distinct("macro_worldbank_2026-07.parquet", "indicator")),
        Number(r"\| ([\d,]+) publishers, each row dated", _distinct("macro_gdp-vintages.csv", "source")),
        Number(
            r"figures were compiled; ([\d,]+) are shipped",
            _count(lambda data: data.rows("macro_gdp-vintages.csv").height),
        ),
        Number(r"\| ([\d,]+) countries, April 2022", _distinct("listing_ofac_2026-03.csv", "area")),
        Number(r"holds in all ([\d,]+) series", _distinct("listing_ofac_2026-03.csv", "area")),
        Number(r"All ([\d,]+) names of countries in the source", _distinct("listing_ofac_2026-03.csv", "area")),
        Number(r"\| ([\d,]+) countries and the thematic lists", _distinct("listing_eu_2026-08.csv", "area", "ZZZ")),
        Number(r"rows, ([\d,]+) listings", _count(_listings)),
        Number(r"\n  with a date after this vintage[^.]*\. ([\d,]+) \+", _count(_listings)),
    ),
}
"""What is written in each document, by its path."""


class NotFoundError(Exception):
    """A marker or a sentence is no longer in its document."""


def written(name: str, text: str, data: Data) -> str:
    """A document as it should read.

    Raises:
        NotFoundError: a marker or a sentence that is named here is not in it.
    """
    for part in DOCUMENTS[name]:
        if isinstance(part, Block):
            places = [found.span(1) for found in part.marks.finditer(text)]
        else:
            places = [found.span(1) for found in re.finditer(part.pattern, text)]
        if not places:
            what = f"passage {part.name}" if isinstance(part, Block) else f"sentence {part.pattern!r}"
            raise NotFoundError(f"{name} has no {what}.")
        told = part.text(data)
        for start, end in reversed(places):
            text = text[:start] + told + text[end:]
    return text


def main() -> None:
    """Write the documents anew and name those that changed."""
    data = Data(ROOT)
    for name in DOCUMENTS:
        path = ROOT / name
        before = path.read_text(encoding="utf-8")
        after = written(name, before, data)
        if after != before:
            path.write_text(after, encoding="utf-8")
            print(f"{name} was written anew.")


if __name__ == "__main__":
    main()
