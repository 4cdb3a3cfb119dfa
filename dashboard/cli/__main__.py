"""`python -m dashboard.cli`: the same as `tradewake`."""

from __future__ import annotations

from dashboard.cli import main

if __name__ == "__main__":
    main()
