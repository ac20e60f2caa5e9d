"""The two-level taxonomy that everything is filed under."""
