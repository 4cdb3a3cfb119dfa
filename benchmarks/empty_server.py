"""Serve one script exactly as the dashboard is served: `python -m benchmarks.empty_server SCRIPT PORT`."""

from __future__ import annotations

import sys
from pathlib import Path

from dashboard import serve

if __name__ == "__main__":
    serve.APP = Path(sys.argv[1])
    vars(serve)["PAGES"] = ("",)
    serve.run("127.0.0.1", int(sys.argv[2]))
