"""One typed function per question to the store. SQL lives here and nowhere else in the dashboard."""
