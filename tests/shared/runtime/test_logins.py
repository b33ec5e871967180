"""A service that the broker does not let in."""

from urllib.parse import urlsplit

from toy_running import Toys


def test_a_login_that_the_broker_refuses_is_named_with_its_setting_and_no_password(
    toys: Toys,
) -> None:
    parts = urlsplit(toys.amqp_uri)
    wrong = parts._replace(netloc=f"{parts.username}:wrongword@{parts.hostname}:{parts.port}")

    lamp = toys.run("lamp", AMQP_URI=wrong.geturl())

    assert lamp.process.wait(60) == 1
    (told,) = lamp.said("the service cannot run")
    assert told["reason"].startswith("AMQP_URI: ")
    assert "refuses the login" in told["reason"]
    assert "wrongword" not in lamp.text()
