"""The screen side: the state of a view in the link, the controls, and how an exhibit is shown."""
