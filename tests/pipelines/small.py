"""A shipped folder in miniature: three partners, two years of months, two vintages that overlap, one regime.

The figures are made up so that everything adds up: countries to the world, months to the year.
"""

from __future__ import annotations

from pathlib import Path

TRADE = (
    "reporter,partner,flow,product,period,frequency,value_usd,value_eur,is_estimate,flag,rounding_usd,basis,valuation,"
    "source,release,known_from"
)
MACRO = "area,indicator,period,frequency,value,unit,is_forecast,flag,source,release,known_from"
FIRST, SECOND = "census-2024-03", "census-2025-10"


def trade_line(partner: str, period: str, value: int | str, release: str, known: str, *, flow: str = "export") -> str:
    valuation = "fas" if flow == "export" else "customs_value"
    return f"USA,{partner},{flow},TOTAL,{period},M,{value},,false,,1,census,{valuation},census,{release},{known}"


def _trade(years: tuple[int, ...], release: str, known: str, step: int) -> str:
    lines = [TRADE]
    for partner, base in (("CAN", 3000), ("RUS", 1000), ("WLD", 4000)):
        for flow in ("export", "import"):
            for year in years:
                for month in range(1, 13):
                    extra = step if partner in ("RUS", "WLD") and year == 2023 else 0
                    value = base + month + (month if partner == "WLD" else 0) + extra
                    lines.append(trade_line(partner, f"{year}-{month:02d}-01", value, release, known, flow=flow))
    return "\n".join(lines) + "\n"


def _macro() -> str:
    lines = [MACRO]
    lines += [
        f"EMU,usd_per_eur,2022-{month:02d}-01,M,1.25,USD per EUR,false,,ecb_fx,ecb_fx-2025-10,2025-10-31"
        for month in range(1, 13)
    ]
    lines.append("RUS,gdp_growth,2022-01-01,A,-8.5,%,true,forecast,imf_weo,imf_weo-2022-04,2022-04-19")
    lines.append("RUS,gdp_growth,2022-01-01,A,-2.1,%,false,,imf_weo,imf_weo-2023-04,2023-04-11")
    return "\n".join(lines) + "\n"


def _comext() -> str:
    return f"{TRADE}\nDEU,RUS,export,TOTAL,2022-01-01,M,,1000,false,,1,comext,fob,eurostat,comext-2024-11,2024-11-30\n"


def _published() -> str:
    lines = ["reporter,partner,flow,period,source,known_from,value_usd,rounding_usd,release"]
    for partner, base in (("CAN", 3000), ("RUS", 1000)):
        total = 12 * base + 78
        lines += [
            f"USA,{partner},{flow},2022-01-01,census,2024-03-07,{total},1,{FIRST}" for flow in ("export", "import")
        ]
    return "\n".join(lines) + "\n"


def facts(name: str, basis: str = "", *, frequency: str = "monthly", days: int = 35) -> str:
    """The facts of a source that publishes monthly, and its place among the sources of trade where it is one."""
    trade = f'\n[trade]\nbasis = "{basis}"\nbasis_title = "{basis} basis"\n' if basis else ""
    return f"""title = "{name}"
short_title = "{name}"
publisher = "{name}"
gives = "figures"
site = "https://example.org"
section = "economy"
frequency = "{frequency}"
schedule_days = {days}

[terms]
licence = "Public domain"
address = "https://example.org/terms"
credit = "Source: {name}."
{trade}"""


FILES: dict[str, str] = {
    "snapshot/trade_census_2024-03.csv": _trade((2022, 2023), FIRST, "2024-03-07", 0),
    "snapshot/trade_census_2025-10.csv": _trade((2023, 2024), SECOND, "2025-10-31", 7),
    "snapshot/trade_comext_2024-11.csv": _comext(),
    "snapshot/macro_all_2025-10.csv": _macro(),
    "snapshot/published_total_census_2024-03.csv": _published(),
    "snapshot/partner_share_unsyb_2025-06.csv": (
        "area,period,direction,rank,partner,share_pct,source,release,known_from\n"
        "RUS,2020-01-01,export,1,CAN,14.5,un_syb,unsyb-2025-06,2025-06-30\n"
    ),
    "snapshot/listing_ofac_2024-03.csv": (
        "list,area,programme,period,frequency,level,added,removed,source,release,known_from\n"
        "SDN,RUS,all,2024-01-01,M,10,2,,ofac,ofac-2024-03,2024-03-31\n"
    ),
    "snapshot/releases_all.csv": (
        "release,source,title,published,published_precision,retrieved,url\n"
        f"{FIRST},census,Workbook,2024-03-07,day,2026-01-01,https://example.org/a\n"
        f"{SECOND},census,Interface,2025-10-31,month,2026-01-01,https://example.org/b\n"
        "comext-2024-11,eurostat,Comext,2024-11-30,month,,https://example.org/c\n"
        "ecb_fx-2025-10,ecb_fx,Rates,2025-10-31,day,,https://example.org/d\n"
        "imf_weo-2022-04,imf_weo,WEO,2022-04-19,day,,https://example.org/e\n"
        "imf_weo-2023-04,imf_weo,WEO,2023-04-11,day,,https://example.org/f\n"
        "unsyb-2025-06,un_syb,Yearbook,2025-06-30,month,,https://example.org/g\n"
        "ofac-2024-03,ofac,SDN,2024-03-31,month,,https://example.org/h\n"
    ),
    **{
        f"sources/{name}.toml": facts(name, basis)
        for name, basis in {
            "census": "census",
            "eurostat": "comext",
            "ecb_fx": "",
            "imf_weo": "",
            "un_syb": "un_syb",
            "ofac": "",
        }.items()
    },
    "reference/areas.csv": (
        "area,name,area_kind,iso2,m49,region,valid_from,valid_to\n"
        "USA,United States,country,US,840,Americas,,\n"
        "RUS,Russia,country,RU,643,Europe,1991-12-26,\n"
        "CAN,Canada,country,CA,124,Americas,,\n"
        "DEU,Germany,country,DE,276,Europe,,\n"
        "EMU,Euro area,group,,,,,\n"
        "WLD,World,world,,,,,\n"
    ),
    "reference/senders.csv": (
        "sender,name,short_name,name_in_sentence,rank,colour\n"
        "US,United States,United States,the United States,1,1\n"
        "CA,Canada,Canada,Canada,2,5\n"
    ),
    "reference/programmes.csv": (
        "regime,title,sender,issuer,targets,measures,url\nCA-RUS,Canada on Russia,CA,Canada,RUS,Asset freeze,\n"
    ),
    "regimes/RUS-US.toml": """[regime]
title = "US sanctions on Russia"
sender = "US"
targets = ["RUS"]
issuer = "Treasury"
url = "https://example.org/regime"

[[measure]]
key = "us-rus-first"
title = "Blocks officials"
short = "First freeze"
types = ["asset_freeze", "travel"]
signed = 2014-03-06
effective = 2014-03-06
precision = "day"
status = "confirmed"
instrument = "EO 13660"
reference = "79 FR 13493"

[[measure]]
key = "us-rus-second"
title = "Bans imports of oil"
targets = ["RUS", "DEU"]
types = ["energy"]
announced = 2022-03-08
effective = 2022-03-08
wind_down_end = 2022-04-22
precision = "day"
status = "confirmed"
instrument = "EO 14066"
reference = "87 FR 13625"
supersedes = ["us-rus-first"]
""",
    "events/us-russia.toml": """[[event]]
key = "invasion"
date = 2022-02-24
kind = "war"
title = "Russia invades Ukraine"
reference = "UN General Assembly ES-11/1"
status = "confirmed"
""",
    "subjects/RUS.toml": """name = "Russia"
name_in_sentence = "Russia"
kind = "sanctioned"
rank = 1
peers = ["CAN"]
reporter = "USA"
landmarks = ["us-rus-first"]
shown_first = ["us-rus-second"]

[event]
day = 2022-02-24
what = "the invasion of Ukraine"
""",
    "gaps.toml": """[[gap]]
key = "russia-by-month"
topic = "Trade"
subject = "US trade with Russia"
frequency = "M"
source = "census"
series = "USA"
counterpart = "RUS"
expected_end = 2024-12-01
text = "The figures are made up."
""",
    "corrections.toml": "correction = []\n",
}
"""Path in the shipped folder to text."""


def write(folder: Path) -> Path:
    """Write the miniature into a folder."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Replace text in one of the files; the text must be there."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def drop_line(folder: Path, name: str, containing: str) -> None:
    """Remove the first line that contains a text."""
    path = folder / name
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    found = next(number for number, line in enumerate(lines) if containing in line)
    path.write_text("".join(lines[:found] + lines[found + 1 :]), encoding="utf-8")
