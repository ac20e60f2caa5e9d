"""The sample world: real facts, invented people."""

# Known to everybody: accounts with it exist in demos only, and `up` refuses a folder with them.
SAMPLE_PASSWORD = "sample-harbour-2023"  # noqa: S105
