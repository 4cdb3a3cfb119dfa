"""Section ofac: a list of the size of OFAC's largest XML, streamed into rows, beside a bare walk over the same bytes.

The file is made here, of the shape of the enhanced list, with names of our own: the same bytes at every run.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from benchmarks.report import Table, middle
from benchmarks.workplace import ROOT, Workplace, child

MOST_MB = 1_500
"""Memory that the stream may take at most."""

MOST_SECONDS = 60
"""Time that the parse may take at most."""

_SIZE_MB = 127
_REPEAT = 3
_PROGRAMMES = ("RUSSIA-EO14024", "UKRAINE-EO13661", "SDGT", "NPWMD", "BELARUS-EO14038", "IRAN")
_KINDS = ("Individual", "Entity", "Entity", "Vessel")
_COUNTRIES = ("Russia", "Belarus", "Iran", "United Arab Emirates", "Turkey", "China")
_NAMESPACE = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ENHANCED_XML"


def measure(place: Workplace) -> list[Table]:
    """Seconds and peak memory of both, each repetition in a fresh process, by turns."""
    folder = place.home("ofac")
    listed = make(folder / "SDN_ENHANCED.XML", "SDN List", _SIZE_MB * 1_000_000)
    make(folder / "CONS_ENHANCED.XML", "Non-SDN Menu-Based Sanctions List", 1_000_000)
    runs: dict[str, list[dict[str, Any]]] = {"bare": [], "tradewake": []}
    for _ in range(min(place.repeat, _REPEAT)):
        for what, found in runs.items():
            found.append(child("benchmarks.ofac_stream", what, str(folder)))
    rows: list[list[Any]] = [
        [name, middle([run["seconds"] for run in runs[what]]), max(run["peak_mb"] for run in runs[what])]
        for name, what in (("bare iterparse", "bare"), ("tradewake, down to rows", "tradewake"))
    ]
    ratio = rows[1][1] / rows[0][1]
    rows.append(["ratio", ratio, rows[1][2] / rows[0][2]])
    return [
        Table(
            f"OFAC list of {_SIZE_MB} MB: {listed:,} entries, {runs['tradewake'][0]['rows']:,} rows",
            ["", "seconds", "peak MB"],
            rows,
            f"Median of {min(place.repeat, _REPEAT)}, each in a process of its own, imports left out of the seconds. "
            f"Aim: under {MOST_SECONDS} s and {MOST_MB:,} MB.",
            {"ratio": ratio, "seconds": rows[1][1], "peak_mb": rows[1][2]},
        )
    ]


def make(path: Path, title: str, size: int) -> int:
    """Write a list of at least that many bytes; gives the number of its entries."""
    with path.open("w", encoding="utf-8") as out:
        out.write(f'<?xml version="1.0" encoding="utf-8"?>\n<sanctionsData xmlns="{_NAMESPACE}">\n')
        out.write("<publicationInfo><dataAsOf>2026-11-20T00:00:00</dataAsOf></publicationInfo>\n<entities>\n")
        written = number = 0
        while written < size:
            number += 1
            written += _entity(out, number, title)
        out.write("</entities>\n</sanctionsData>\n")
    return number


def _entity(out: TextIO, number: int, title: str) -> int:
    tags = sorted({_PROGRAMMES[number % 6], _PROGRAMMES[number // 6 % 6]})
    day = f"{2004 + number % 22}-{1 + number % 12:02}-{1 + number % 28:02}"
    words = [
        f'<entity id="{100_000 + number}">\n<generalInfo><identityId>{number}</identityId>'
        f'<entityType refId="600">{_KINDS[number % 4]}</entityType></generalInfo>\n<sanctionsLists>'
        f'<sanctionsList refId="1550" id="{number}" datePublished="{day}">{title}</sanctionsList></sanctionsLists>\n'
        "<sanctionsPrograms>",
        *(f'<sanctionsProgram refId="9" id="{number}">{tag}</sanctionsProgram>' for tag in tags),
        "</sanctionsPrograms>\n<legalAuthorities>"
        '<legalAuthority refId="7">Executive Order 14024 (Russia)</legalAuthority></legalAuthorities>\n<names>',
        *(_name(number, alias) for alias in range(9)),
        "</names>\n<addresses>",
        *(_address(number, place) for place in range(2)),
        "</addresses>\n<features>",
        *(_feature(number, feature) for feature in range(8)),
        "</features>\n</entity>\n",
    ]
    return out.write("".join(words))


def _name(number: int, alias: int) -> str:
    return (
        f'<name id="{number}{alias}"><isPrimary>{"false" if alias else "true"}</isPrimary>'
        f"<isLowQuality>false</isLowQuality><translations>\n<translation><isPrimary>true</isPrimary>"
        f'<script refId="20122">Latin</script><formattedFirstName>Made {alias}</formattedFirstName>'
        f"<formattedLastName>NAME {number}</formattedLastName><formattedFullName>NAME {number}, Made {alias}"
        '</formattedFullName>\n<nameParts><namePart><type refId="1520">Last Name</type>'
        f"<value>NAME {number}</value></namePart></nameParts></translation></translations></name>\n"
    )


def _address(number: int, place: int) -> str:
    return (
        f'<address id="{number}{place}"><country refId="91021">{_COUNTRIES[(number + place) % 6]}</country>'
        "<translations><translation><addressParts><addressPart><type>CITY</type>"
        f"<value>Town {number % 400}</value></addressPart></addressParts></translation></translations></address>\n"
    )


def _feature(number: int, feature: int) -> str:
    label = "Nationality Country" if feature == 7 else f"Registration Number {feature}"
    value = _COUNTRIES[number % 6] if feature == 7 else f"{number:09}{feature}"
    return (
        f'<feature id="{number}{feature}"><type featureTypeId="{feature}">{label}</type><versionId>1</versionId>'
        f'<value>{value}</value><isPrimary>true</isPrimary><reliability refId="1">Reported</reliability></feature>\n'
    )


def tradewake(folder: Path) -> int:
    """Both lists from their files into rows of `designation`; gives the number of rows."""
    from pipelines.raw import Payload
    from pipelines.sources.ofac import Ofac

    now = datetime.now(UTC)
    names = ("SDN_ENHANCED.XML", "CONS_ENHANCED.XML")
    payloads = [Payload(name, folder / name, "0" * 64, f"https://example.org/{name}", now) for name in names]
    codes = ROOT / "data/reference/area_codes.csv"
    payloads.append(Payload("reference/area_codes.csv", codes, "0" * 64, "shipped:reference/area_codes.csv", now))
    return Ofac().parse(payloads)["designation"].height


def bare(folder: Path) -> int:
    """Every entry of the large list met once and thrown away; gives the number of entries."""
    from lxml import etree

    count = 0
    for _, element in etree.iterparse(folder / "SDN_ENHANCED.XML", tag="{*}entity"):
        count += 1
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return count


if __name__ == "__main__":
    # Imported before the clock starts.
    import lxml.etree  # noqa: F401

    import pipelines.sources.ofac  # noqa: F401

    start = time.perf_counter()
    rows = (bare if sys.argv[1] == "bare" else tradewake)(Path(sys.argv[2]))
    seconds = time.perf_counter() - start
    # Linux gives kilobytes, macOS bytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    print(json.dumps({"seconds": seconds, "rows": rows, "peak_mb": peak}))
