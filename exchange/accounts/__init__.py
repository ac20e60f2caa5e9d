"""People: who they are, their language and their zone."""
