import pytest

from exchange.agreements.models import Agreement, Workstream
from tests.agreements.factories import make_agreement
from tests.agreements.work_factories import make_workstream
from tests.cast import Cast


@pytest.fixture
def agreement(cast: Cast) -> Agreement:
    return make_agreement(cast)


@pytest.fixture
def workstream(cast: Cast, agreement: Agreement) -> Workstream:
    return make_workstream(cast, agreement)
