"""News as an Atom feed: for everybody what is public, for a person what they may see."""
