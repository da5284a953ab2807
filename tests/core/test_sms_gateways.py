"""What every gateway of text messages must do. A new one gets a maker in `GATEWAYS` and passes these tests."""

import json

import pytest

from core.gateways import sms


def in_a_file(tmp_path):
    """A gateway, and how to see what it has taken: (reference, to, text)."""
    path = tmp_path / "tekstiviestit ä.jsonl"

    def rows():
        return [tuple(json.loads(line).values()) for line in path.read_text().splitlines()] if path.exists() else []

    return sms.at(path.as_uri()), rows


GATEWAYS = [in_a_file]
every = pytest.mark.parametrize("made", GATEWAYS)


@every
def test_a_message_arrives_as_it_was_written(tmp_path, made):
    gateway, taken = made(tmp_path)
    texts = ["Moi", 'Rivi\ntoinen "lainaus" \\ ä', "Привіт", "😀"]
    for number, text in enumerate(texts):
        gateway.send(to="+358401234567", text=text, reference=f"outbox-{number}")
    assert taken() == [(f"outbox-{number}", "+358401234567", text) for number, text in enumerate(texts)]


@every
@pytest.mark.parametrize("number", ["", "0401234567", "+0401234567", "+358 40 1234567", "+35840", "+" + "3" * 16])
def test_a_number_that_cannot_be_is_rejected_for_good(tmp_path, made, number):
    gateway, taken = made(tmp_path)
    with pytest.raises(sms.Rejected) as refusal:
        gateway.send(to=number, text="Moi", reference="outbox-1")
    assert (taken(), str(refusal.value)) == ([], "number")  # the message gets into logs, the number must not


def test_a_folder_that_is_not_there_can_be_tried_again(tmp_path):
    with pytest.raises(FileNotFoundError):
        sms.at((tmp_path / "no" / "where").as_uri()).send(to="+358401234567", text="Moi", reference="outbox-1")


def test_no_address_means_no_gateway_and_an_unknown_one_is_an_error():
    assert sms.at("") is None
    with pytest.raises(ValueError, match="gopher"):
        sms.at("gopher://sms.example")
