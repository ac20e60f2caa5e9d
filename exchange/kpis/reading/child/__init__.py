"""What runs in the child process: it knows Python and calamine, no Django and no KPI.

It says what it finds as lines of JSON: first `found`, `refused` or `question`, then rows in batches,
last `end` with their number. It says codes; the words are the parent's.
"""
