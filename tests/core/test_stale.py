import datetime as dt

import pytest

from core.stale import ChangedMeanwhile, fingerprint, refuse_stale


def test_the_order_of_values_does_not_matter_and_none_is_an_empty_text():
    assert fingerprint({"a": 1, "b": None}) == fingerprint({"b": "", "a": 1})


def test_another_value_is_another_fingerprint():
    assert fingerprint({"day": dt.date(2026, 1, 1)}) != fingerprint({"day": dt.date(2026, 1, 2)})


def test_what_was_seen_may_be_changed_and_what_was_not_is_refused_with_what_stands_there():
    refuse_stale(seen=fingerprint({"a": 1}), values={"a": 1})
    with pytest.raises(ChangedMeanwhile) as refusal:
        refuse_stale(seen=fingerprint({"a": 1}), values={"a": 2})
    assert refusal.value.saved == {"a": 2}
