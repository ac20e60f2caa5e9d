"""The log of what happened: one event for each thing an action changed."""
