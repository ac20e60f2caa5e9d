"""The operator admits an organisation."""

import pytest

from exchange.activity.models import Event
from exchange.audiences.models import Audience, AudienceKind
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.partners.actions import create_organisation
from exchange.partners.models import Organisation
from tests.cast import Cast, eyes
from tests.partners.factories import make_city

SYSTEM = Viewer.system()


def make_port(**fields: str) -> Organisation:
    values = {"name": "Port of Rotterdam", "kind": "port", "unlocode": "NLRTM", **fields}
    return create_organisation(actor=SYSTEM, **values)  # type: ignore[arg-type]


def test_a_port_gets_country_and_zone_from_its_code(db: None) -> None:
    port = make_port()
    assert (port.country, port.timezone) == ("NL", "Europe/Amsterdam")


def test_a_code_that_is_not_in_the_list_is_taken(db: None) -> None:
    port = make_port(unlocode="nlaa2", name="Port of Somewhere")
    assert (port.unlocode, port.country, port.timezone) == ("NLAA2", "NL", "UTC")


def test_a_partner_gets_a_home_audience_of_its_own(db: None) -> None:
    home = make_port().home_audience
    assert home
    assert home.kind == AudienceKind.ORGANISATION


def test_all_partners_hear_of_it_and_passers_by_do_not(cast: Cast) -> None:
    port = make_port()
    news = Event.objects.filter(target_id=port.pk, verb="organisation.admitted")
    assert news.visible_to(eyes(cast.tokyo.reader)).exists()
    assert not news.visible_to(Viewer(audience_ids=frozenset({cast.public.pk}))).exists()


def test_a_reference_port_has_no_audience_and_is_no_news(db: None) -> None:
    port = create_organisation(
        actor=SYSTEM, name="Port of Hamburg", kind="port", unlocode="DEHAM", is_partner=False
    )
    assert port.home_audience is None
    assert not Event.objects.filter(target_id=port.pk).exists()


def test_only_the_operator_admits(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        create_organisation(
            actor=eyes(cast.gothenburg.coordinator), name="Friends", kind="association"
        )


@pytest.mark.parametrize(
    "fields",
    [
        {"unlocode": "SEGOT"},
        {"name": "Port of Gothenburg"},
        {"name": " pört of GOTHENBURG "},
    ],
)
def test_what_is_here_already_is_not_admitted_again(cast: Cast, fields: dict[str, str]) -> None:
    with pytest.raises(Conflict):
        make_port(**fields)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("unlocode", "SEGO"),
        ("unlocode", "QQGOT"),
        ("unlocode", "SE1AA"),
        ("timezone", "Europe/Gothenburg"),
        ("timezone", "../../etc/passwd"),
        ("country", "QQ"),
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 151),
        ("name", "\x00"),
        ("name", "\ud800"),
        ("kind", "harbour"),
        ("website", "javascript:alert(1)"),
        ("website", "https://example.org/" + "x" * 300),
    ],
)
def test_a_bad_value_is_named_and_nothing_is_written(db: None, field: str, value: str) -> None:
    with pytest.raises(Invalid) as refusal:
        make_port(**{field: value})
    assert field in refusal.value.errors
    assert not Organisation.objects.exists()
    assert not Audience.objects.filter(kind=AudienceKind.ORGANISATION).exists()


def test_a_port_needs_its_code(db: None) -> None:
    with pytest.raises(Invalid, match="UN/LOCODE"):
        make_port(unlocode="")
    assert make_city().unlocode is None


def test_a_name_that_grows_when_folded_still_fits(db: None) -> None:
    assert len(make_city("\ufdfa" * 150).sort_key) == 300
