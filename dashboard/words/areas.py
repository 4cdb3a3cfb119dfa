"""Other names under which readers look for a country: what newspapers, the UN and the country itself call it."""

from __future__ import annotations

from types import MappingProxyType

ALSO_CALLED = MappingProxyType(
    {
        "ARE": ("UAE",),
        "BIH": ("Bosnia",),
        "CHN": ("PRC",),
        "CIV": ("Ivory Coast",),
        "COD": ("DRC",),
        "CPV": ("Cape Verde",),
        "CZE": ("Czech Republic",),
        "EUU": ("EU27",),
        "GBR": ("UK", "Britain"),
        "KGZ": ("Kyrgyz Republic",),
        "KOR": ("ROK",),
        "LAO": ("Lao PDR",),
        "MMR": ("Burma",),
        "NLD": ("Holland",),
        "PRK": ("DPRK",),
        "RUS": ("Russian Federation",),
        "SWZ": ("Swaziland",),
        "SYR": ("Syrian Arab Republic",),
        "TLS": ("East Timor",),
        "TUR": ("Turkey",),
        "TWN": ("Chinese Taipei",),
        "USA": ("US", "America"),
        "VNM": ("Viet Nam",),
    }
)
"""Codes of areas and their other names; none repeats the name that the store has."""


def findable(code: str, name: str) -> str:
    """A name with its other names behind it, so that a box finds it by any of them: "Myanmar (Burma)"."""
    also = [other for other in ALSO_CALLED.get(code, ()) if other.casefold() not in name.casefold()]
    return f"{name} ({', '.join(also)})" if also else name
