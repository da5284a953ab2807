"""The resolver and the fake of the other tests keep one promise."""

from contextlib import nullcontext

import pytest

from core.gateways.names import CouldNotLook
from tests.core.dns_server import FakeNames, serving

LONG = "v=DKIM1; k=rsa; p=" + "A" * 400
ROWS = {
    "texts": {"kunta.example": ["v=spf1 mx ~all", "other"], "s._domainkey.kunta.example": [LONG]},
    "mail_servers": {"kunta.example": ["mx1.kunta.example", "mx2.kunta.example"], "none.example": [""]},
    "silent": ("slow.example",),
}
both = pytest.mark.parametrize("made", [serving, lambda **rows: nullcontext(FakeNames(**rows))], ids=["dns", "fake"])


@both
def test_records_come_whole_and_in_order(made):
    with made(**ROWS) as names:
        assert sorted(names.texts("kunta.example")) == ["other", "v=spf1 mx ~all"]
        assert names.texts("s._domainkey.kunta.example") == [LONG]
        assert names.mail_servers("kunta.example") == ["mx1.kunta.example", "mx2.kunta.example"]


@both
def test_what_does_not_exist_is_an_empty_list(made):
    with made(**ROWS) as names:
        assert names.texts("nowhere.example") == []
        assert names.texts("none.example") == []  # the name is there, and has no such record
        assert names.mail_servers("none.example") == []  # it says that it takes no mail
        assert names.texts("a" * 70 + ".example") == []


@both
def test_silence_is_no_answer(made):
    with made(**ROWS) as names, pytest.raises(CouldNotLook):
        names.texts("slow.example")
