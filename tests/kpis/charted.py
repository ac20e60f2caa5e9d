"""What a page with a chart tells: its picture's data, its table, its words, and the form above it."""

import html
import json
import re
from typing import Any

CHOICE = re.compile(r'<select[^>]* name="(\w+)"(.*?)</select>', re.DOTALL)
TICKED = re.compile(r'<input type="checkbox" name="(\w+)" value="([^"]*)"[^>]* checked')
TYPED = re.compile(r'<input type="(?:text|search)" name="(\w+)" value="([^"]*)"')


def block_of(text: str) -> dict[str, Any]:
    """Return what the script draws of the first chart of a page."""
    found = re.search(r'<script type="application/json">(.*?)</script>', text, re.DOTALL)
    assert found, "no chart"
    block: dict[str, Any] = json.loads(found[1])
    return block


def names(text: str) -> list[str]:
    """Return the names of the lines of the first chart."""
    return [line["name"] for line in block_of(text)["lines"]]


def table_of(text: str) -> list[list[str]]:
    """Return the rows of the chart's table, its head and foot included, as texts."""
    table = re.search(r'<details class="chart-table".*?<table>(.*?)</table>', text, re.DOTALL)
    assert table, "no table"
    rows = re.findall(r"<tr>(.*?)</tr>", table[1], re.DOTALL)
    return [
        [text_of(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in rows
    ]


def words_of(text: str) -> list[str]:
    """Return the sentences that say what the picture shows."""
    found = re.search(r'<ul class="chart-summary">(.*?)</ul>', text, re.DOTALL)
    assert found, "no words"
    return [text_of(one) for one in re.findall(r"<li>(.*?)</li>", found[1], re.DOTALL)]


def text_of(markup: str) -> str:
    """Return markup as it is read."""
    bare = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", markup, flags=re.DOTALL)
    return re.sub(r"[ \t\n]+", " ", html.unescape(bare)).strip(" ")


def address_of(text: str) -> dict[str, list[str]]:
    """Return what the form of a page puts into the address when it is sent as it stands."""
    found: dict[str, list[str]] = {}
    for name, options in CHOICE.findall(text):
        for value in re.findall(r'value="([^"]*)" selected', options):
            found.setdefault(name, []).append(html.unescape(value))
    for name, value in (*TICKED.findall(text), *TYPED.findall(text)):
        found.setdefault(name, []).append(html.unescape(value))
    return {name: values for name, values in found.items() if any(values)}
