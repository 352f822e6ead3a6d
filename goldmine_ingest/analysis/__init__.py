"""Questions asked of the history, and copies of it."""
