"""Gauges that are counted in a service's database: by one replica, and never by a scrape."""

from toy_contracts import LightLamp
from toy_running import Toy, Toys, eventually

A, B = 'almanac_lamps{initial="a"} ', 'almanac_lamps{initial="b"} '
READ = 'headship_figures_read_timestamp_seconds{figures="figures",service="almanac"}'


def tells(toy: Toy, series: str) -> bool:
    return series in toy.get("/metrics")[1]


def test_one_replica_tells_them_and_another_when_that_one_ends(toys: Toys) -> None:
    replicas = [toys.run("almanac").until_ready() for _ in range(2)]
    toys.run("lamp").until_ready()
    leader = eventually(lambda: next((one for one in replicas if tells(one, f"{A}0.0")), None))
    (follower,) = [one for one in replicas if one is not leader]

    toys.client.call(LightLamp(lamp="amber"))
    eventually(lambda: tells(leader, f"{A}1.0"))

    assert tells(leader, f"{B}0.0")  # what is not there is told as well
    assert tells(leader, READ)
    assert not tells(follower, "almanac_lamps{")
    assert not tells(follower, READ)

    assert leader.stop() == 0
    eventually(lambda: tells(follower, f"{A}1.0"))
