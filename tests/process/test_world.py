"""The worlds of these tests do not get in each other's way."""

from tests.process.world import free_port


def test_no_port_is_given_twice() -> None:
    given = [free_port() for _ in range(1_000)]
    assert len(set(given)) == len(given)
