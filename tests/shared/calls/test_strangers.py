"""What py-amqp alone would end a connection over, or take minutes for."""

import json

import pytest
from desk.asking import answer_to
from desk.requests import Say
from desk.running import Desk

from kit.transport.broker import to_broker

GOOD = json.dumps({"args": ["hello"], "kwargs": {}}).encode()


def test_a_method_whose_name_is_no_text_is_refused_and_the_service_goes_on(
    open_desk: Desk,
) -> None:
    answer = answer_to(open_desk, GOOD, key="desk.métier".encode("latin-1"))

    assert answer["error"]["exc_type"] == "MethodNotFound"
    assert open_desk.client.call(Say(words="still here")).words == "still here"


@pytest.mark.parametrize("codec", ["utf-16", "punycode", "unicode_escape", "zlib"])
def test_a_body_is_read_as_json_and_by_no_codec_that_its_sender_names(
    open_desk: Desk, codec: str
) -> None:
    answer = answer_to(open_desk, GOOD, content_encoding=codec)

    assert answer["result"]["words"] == "hello"


def test_no_channel_of_ours_decodes_bodies(open_desk: Desk) -> None:
    with to_broker(open_desk.amqp_uri) as connection:
        assert connection.channel().auto_decode is False
