"""Lessons learned: written, reviewed, published."""
