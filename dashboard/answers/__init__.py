"""The store's questions as tables: what `tradewake data QUESTION` answers, read from the studies."""
