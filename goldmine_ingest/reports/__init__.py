"""Charts and pages of the history."""
