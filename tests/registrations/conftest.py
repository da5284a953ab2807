import pytest

from registrations.gateways import choosing


@pytest.fixture
def fake(settings, tmp_path):
    """The fake of Stripe, which `choosing.provider()` talks to in this test."""
    settings.STRIPE_FAKE = tmp_path / "stripe.sqlite3"
    return choosing.fake()
