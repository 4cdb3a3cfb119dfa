"""The registry of everything worth showing: one function per exhibit, listed here and nowhere else.

Pages, exports, the command line and the tests all walk EXHIBITS. Adding an exhibit is a function in this room and
a line in this tuple.
"""

from __future__ import annotations

from dashboard.exhibits.base import Spec
from dashboard.exhibits.data import SPECS as DATA
from dashboard.exhibits.designations import SPECS as DESIGNATIONS
from dashboard.exhibits.impact import SPECS as IMPACT
from dashboard.exhibits.overview import SPECS as OVERVIEW
from dashboard.exhibits.register import SPECS as REGISTER
from dashboard.exhibits.timing import SPECS as TIMING
from dashboard.exhibits.trade import SPECS as TRADE

EXHIBITS: tuple[Spec, ...] = (*OVERVIEW, *TRADE, *REGISTER, *TIMING, *DESIGNATIONS, *IMPACT, *DATA)


def find(exhibit: str) -> Spec:
    """The exhibit of a name.

    Raises:
        KeyError: there is none of that name.
    """
    for spec in EXHIBITS:
        if spec.id == exhibit:
            return spec
    raise KeyError(exhibit)
