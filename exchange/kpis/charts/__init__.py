"""Pictures of values, and what they say in words and tables."""
