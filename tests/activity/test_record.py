import pytest

from exchange.activity.log import record
from exchange.activity.models import Event
from exchange.audiences.viewer import Viewer
from tests.cast import Cast, eyes


@pytest.mark.django_db(transaction=True)
def test_it_refuses_an_event_outside_a_transaction(cast: Cast) -> None:
    with pytest.raises(RuntimeError):
        record(
            "organisation.admitted",
            actor=Viewer.system(),
            target=cast.tokyo.organisation,
            audience=cast.public,
            home_audience=cast.public,
            organisation_id=None,
        )


def test_an_event_is_seen_by_its_audience_only(cast: Cast) -> None:
    record(
        "organisation.invited",
        actor=eyes(cast.gothenburg.coordinator),
        target=cast.gothenburg.organisation,
        audience=cast.agreement,
        home_audience=cast.gothenburg.home,
        organisation_id=cast.gothenburg.organisation.pk,
    )
    sees = {
        port.organisation.unlocode: Event.objects.visible_to(eyes(port.reader))
        .filter(verb="organisation.invited")
        .exists()
        for port in (cast.gothenburg, cast.los_angeles, cast.tokyo)
    }
    assert sees == {"SEGOT": True, "USLAX": True, "JPTYO": False}
