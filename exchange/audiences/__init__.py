"""Who may see what: audiences, viewers and the one rule."""
