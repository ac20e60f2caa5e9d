"""The pages of organisations, their people and their programs."""
