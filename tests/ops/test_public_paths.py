"""The Ingress lets the world reach the pages that services have, each of them and nothing else."""

import pytest
from rendered import OVERLAYS, Manifest, overlay

from cli.services import service_classes
from kit.transport.web import Page

EACH_OVERLAY = pytest.mark.parametrize("name", OVERLAYS)


def pages() -> list[tuple[str, Page]]:
    """Service and page, of all that the code has."""
    return [
        (one.name, entrypoint)
        for one in service_classes()
        for member in dir(one)
        for entrypoint in getattr(getattr(one, member), "nameko_entrypoints", ())
        if isinstance(entrypoint, Page)
    ]


def ingress(name: str) -> Manifest:
    (found,) = overlay(name).of("Ingress")
    return found


@EACH_OVERLAY
def test_each_page_is_reached_and_each_path_leads_to_pages(name: str) -> None:
    (rule,) = ingress(name)["spec"]["rules"]
    led = {
        (path["path"], path["backend"]["service"]["name"]): path["pathType"]
        for path in rule["http"]["paths"]
    }

    assert set(led.values()) == {"Prefix"}
    assert {(f"/{page.path.split('/')[1]}", service) for service, page in pages()} == led.keys()


@EACH_OVERLAY
def test_no_page_is_sent_more_than_the_ingress_lets_through(name: str) -> None:
    told = ingress(name)["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-body-size"]
    megabytes = int(told.removesuffix("m"))

    assert max(page.most_bytes for _, page in pages()) <= megabytes * 1_048_576
