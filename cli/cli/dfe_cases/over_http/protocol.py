"""The suite about HTTP itself: tokens, pages, filters, ids. It has no twin but the simulator."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from cli.dfe_cases.comparing import differences
from cli.dfe_cases.over_http.protocol_words import Asked, read_request
from cli.dfe_cases.over_http.protocol_world import (
    id_meant,
    plausible_body,
    stage_world,
    subject_of,
)
from cli.dfe_cases.over_http.stage import Reply, Stage, now_of
from cli.dfe_cases.suites import NOTES, Json, NotUnderstood, caller_of, keys

NAME = "api_protocol"

SHAPE = {
    **keys("request", "authorization", "given", "body"),
    "query": None,
    "headers": None,
}
TELLS = frozenset({"http", "count", "body", "body_has", "errors_include", "headers", "ids"})

_GOOD_TOKEN = re.compile(
    r"(?:(?:bearer|token)\s+)?\W*(?:a\s+)?valid(?:\s+token)?\W*", re.IGNORECASE
)


def run(stage: Stage, given: Json, expect: Json) -> Json:
    """The answer to a case. Where it is about any list each is asked, and the first answers that
    differs from what is expected, if one does; one list where it is about how often it is asked, as
    DfE counts the requests of a token whatever they are for.
    """
    asked, missing = read_request(given), expect.get("http") == 404
    notes = list(asked.notes)

    def ask(place: Stage, path: str) -> Reply:
        def meant(subject: str, words: str) -> str:
            """Where nothing is to be found, whatever the words say is what nobody has."""
            try:
                return id_meant(place, subject, words)
            except NotUnderstood as error:
                if not missing:
                    raise
                note = f"{error}, so it was an id that nobody has"
                if note not in notes:
                    notes.append(note)
                return place.id_of("nobody")

        return _ask(place, asked, path, given, meant)

    if asked.times is not None:
        with Stage(rate_limited=True) as limited:
            stage_world(limited, asked.paths[0], asked)
            for _ in range(max(asked.times, 1)):
                reply = ask(limited, asked.paths[0])
        return _answer(reply, expect) | {NOTES: notes}
    answers = []
    for path in asked.paths:
        stage_world(stage, path, asked)
        answers.append(_answer(ask(stage, path), expect))
    shown = next((one for one in answers if differences(one, expect, TELLS)), answers[0])
    return shown | {NOTES: notes}


def _ask(
    stage: Stage, asked: Asked, path: str, given: Json, meant: Callable[[str, str], str]
) -> Reply:
    headers = dict(given.get("headers") or {})
    told = given.get("authorization", headers.get("Authorization", ...))
    if told is ... and asked.token is not None:
        told = asked.token
    if isinstance(told, str) and _GOOD_TOKEN.fullmatch(told):
        told = ...
    if isinstance(told, str):
        headers["Authorization"] = told

    def with_ids(value: Any, field: str = "") -> Any:
        """Ids in place of what stands in braces, at any depth."""
        if isinstance(value, Mapping):
            return {name: with_ids(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [with_ids(one, field) for one in value]
        if not isinstance(value, str):
            return value
        subject = subject_of(path, field)
        return re.sub(r"\{([^}]*)\}", lambda found: meant(subject, found[1]), value)

    body = with_ids(given.get("body"))
    if "body" not in given and not asked.without_body:
        body = plausible_body(stage, asked.method, path)
    return stage.ask(
        asked.method,
        with_ids(path),
        caller=caller_of(given) if told is ... else None,
        at=now_of(given),
        query={name: with_ids(value, name) for name, value in asked.query},
        headers=headers,
        body=body,
    )


def _answer(reply: Reply, expect: Json) -> Json:
    answer = reply.told()
    if isinstance(expect.get("headers"), Mapping):
        answer["headers"] = {name: reply.headers.get(name) for name in expect["headers"]}
    data = reply.body.get("data") if isinstance(reply.body, dict) else None
    if isinstance(data, list):
        answer |= {"count": len(data), "ids": [record["id"] for record in data]}
        answer["body"] = None if "body" not in expect else reply.body
    if "body_has" in expect:
        wanted = expect["body_has"]
        answer["body_has"] = [name for name in wanted if _has(reply.body, str(name))]
    return answer


def _has(body: Any, path: str) -> bool:
    """Whether a body has a field: its name anywhere, or a path such as `changes[].changed_at`."""
    name = re.split(r"[.\[\]/]+", path.strip("[]./"))[-1]
    return f'"{name}"' in json.dumps(body)
