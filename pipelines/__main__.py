"""`python -m pipelines`: the pipeline's own verbs for maintainers."""

from __future__ import annotations

from pipelines.cli import app, run

if __name__ == "__main__":
    run(app, name="python -m pipelines")
