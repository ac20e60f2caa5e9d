"""The operator suspends, ends and resumes from the command line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from exchange.partners.models import Organisation
from tests.cast import Cast


def told(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def standing() -> tuple[str, str]:
    port = Organisation.objects.get(unlocode="SEGOT")
    return port.standing, port.standing_reason


@pytest.mark.parametrize("named", ["SEGOT", "segot", "port of gothenburg"])
def test_a_partner_is_suspended_and_resumed_by_code_or_name(cast: Cast, named: str) -> None:
    assert "is suspended" in told("suspend_organisation", named, "--reason", "unpaid")
    assert standing() == ("suspended", "unpaid")
    assert "takes part" in told("resume_organisation", named)
    assert standing() == ("active", "")


def test_a_partnership_ends(cast: Cast) -> None:
    assert "has left" in told("end_partnership", "SEGOT", "--reason", "as agreed")
    assert standing() == ("left", "as agreed")


@pytest.mark.parametrize(
    ("named", "reason", "words"),
    [
        ("Gothen", "unpaid", "Did you mean: Port of Gothenburg"),
        ("nowhere", "unpaid", "No organisation is called “nowhere”.$"),
        ("SEGOT", " ", "Say why"),
    ],
)
def test_it_says_what_is_wrong(cast: Cast, named: str, reason: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        told("suspend_organisation", named, "--reason", reason)
    assert standing() == ("active", "")
