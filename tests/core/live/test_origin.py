import pytest

from core.live.origin import same


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://miitti.fi", "miitti.fi"),
        ("https://miitti.fi", "miitti.fi:443"),
        ("http://localhost:8000", "localhost:8000"),
        ("http://[::1]:8000", "[::1]:8000"),
        ("https://MIITTI.fi", "miitti.fi"),
    ],
)
def test_our_own_pages_may_open_a_socket(origin, host):
    assert same(origin, host)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://evil.example", "miitti.fi"),
        ("https://miitti.fi.evil.example", "miitti.fi"),
        ("https://evil.example#miitti.fi", "miitti.fi"),
        ("http://miitti.fi:8000", "miitti.fi:8001"),
        ("https://miitti.fi:99999", "miitti.fi"),
        ("null", "miitti.fi"),
        ("file://", ""),
        ("https://miitti.fi", ""),
    ],
)
def test_any_other_page_may_not(origin, host):
    assert not same(origin, host)
