"""One plain script per page: controls, exhibits, words. Run by the entry script, never imported."""
