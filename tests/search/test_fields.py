"""Wherever one types what to search for, as much is taken as search takes."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from exchange.search.forms import LONGEST
from tests.cast import Cast


@pytest.mark.parametrize("page", ["home", "lessons:library"])
def test_no_field_takes_less_than_search_does(cast: Cast, client: Client, page: str) -> None:
    text = client.get(reverse(page)).content.decode()
    fields = re.findall(r'<input type="search" name="q" maxlength="(\d+)"', text)
    assert set(fields) == {str(LONGEST)}
