"""What a file is compared with is looked up for many rows at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange.kpis import bookkeeping
from exchange.kpis.importing import job
from tests.cast import Cast
from tests.kpis.factories import indicator, row, send_as_operator

pytestmark = pytest.mark.django_db

PORTS = ("SEGOT", "USLAX", "NLRTM", "DEHAM", "BEANR", "SGSIN", "JPTYO", "USLGB")


def queries_of(*ports: str) -> int:
    """Return how many queries the preview of a file takes that has a row of each of these ports."""
    batch = send_as_operator([row(port_unlocode=port) for port in ports])
    with CaptureQueriesContext(connection) as captured:
        job.take_on(bookkeeping.take(batch.pk))
    batch.refresh_from_db()
    assert batch.counts["added"] == len(ports)
    return len(captured)


def test_a_file_of_many_ports_asks_for_them_at_once(cast: Cast) -> None:
    indicator("teu_total")
    assert queries_of(*PORTS) == queries_of(*PORTS[:2])
