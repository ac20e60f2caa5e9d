"""From rows of a file to pages of a preview, and from these to values."""
