"""The suite about HTTP itself: tokens, pages, filters, ids. It has no twin but the simulator.

A case's request is in words: `GET /statements`, `GET list, 8 records`, `PUT
/participants/npq/{unknown id}/resume`. What stands in braces says which record is meant.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from cli.dfe_cases.over_http.protocol_world import ids_of, plausible_body, stage_world
from cli.dfe_cases.over_http.stage import Reply, Stage
from cli.dfe_cases.suites import Json, NotUnderstood, keys

NAME = "api_protocol"
CALLER = "LP1"

SHAPE = {
    **keys("request", "authorization", "given", "body", "caller", "now"),
    "query": None,
    "headers": None,
}
TELLS = frozenset({"http", "count", "body", "body_has", "errors_include", "headers", "ids"})

LIST = "npq-applications"
ANY_LIST = {
    "npq-applications": {"cohort", "updated_since", "participant_id"},
    "participants/npq": {"updated_since", "training_status", "from_participant_id"},
    "participants/npq/outcomes": {"created_since"},
    "participant-declarations": {"cohort", "updated_since", "participant_id"},
    "delivery-partners": {"cohort"},
    "statements": {"cohort", "updated_since"},
}
"""The lists, and their filters."""

_REQUEST = re.compile(
    r"(?P<before>[^/]*?)\b(?P<method>GET|POST|PUT|PATCH|DELETE)\s+"
    r"(?P<target>(?:any\s+|a\s+)?(?:list|endpoint|requests?)\b|/?(?:\{[^}]*\}|[^\s{,])+)"
    r"(?P<rest>.*)",
    re.IGNORECASE,
)
_RECORDS = re.compile(
    r"(\d[\d,]*)\s+(?:delivery\s+)?"
    r"(?:record|application|participant|declaration|outcome|statement|partner)s?\b"
)
_TIMES = re.compile(r"(\d[\d,]*)(?:st|nd|rd|th)?\s*(?:times|(?:[A-Z]+\s+)?(?:requests?|calls?))")
_THEN_ONE_MORE = re.compile(r"\b(?:after|already|more than|in the last|previous)\b")
_WITHOUT_BODY = re.compile(r"(?:no|without|missing|empty)\s+(?:\w+\s+)?(?:body|data|attributes)")


def run(stage: Stage, given: Json, expect: Json) -> Json:
    """The answers to a case; where it is about any list, all lists must answer alike."""
    match = _REQUEST.fullmatch(str(given["request"]).strip())
    if match is None:
        raise NotUnderstood(f"the request is not understood: {given['request']}")
    paths = [match["target"].strip().removeprefix("/api/v3").strip("/")]
    if re.fullmatch(r"(any |a )?(list|endpoint|requests?)", paths[0].casefold()):
        paths = _lists(given) if "any" in paths[0].casefold() else [LIST]
    words = f"{match[0]} {given.get('given') or ''}"
    records = _RECORDS.search(words)
    number = int(records[1].replace(",", "")) if records else None
    times = _times(words)
    replies = []
    for path in paths:
        if times is None:
            stage_world(stage, path, number, words)
            replies.append(_ask(stage, match["method"].upper(), path, given, words))
            continue
        with Stage(rate_limited=True) as limited:
            stage_world(limited, path, number, words)
            for _ in range(times):
                reply = _ask(limited, match["method"].upper(), path, given, words)
            replies.append(reply)
    answers = [_answer(reply, expect) for reply in replies]
    differing = [path for path, one in zip(paths, answers, strict=True) if one != answers[0]]
    if differing and len(paths) > 1:
        raise AssertionError(f"{differing[0]} answers otherwise than {paths[0]}")
    return answers[0]


def _times(words: str) -> int | None:
    """How often the same is asked: `1,001 requests`, or `after 1,000 requests`; None: once."""
    many = _TIMES.search(words)
    if many is None:
        return None
    return int(many[1].replace(",", "")) + bool(_THEN_ONE_MORE.search(words))


def _lists(given: Json) -> list[str]:
    """The lists that have the filters of the query; all of them where it has none."""
    names = [name for name, _value in _flat(given.get("query") or {})]
    wanted = {found[1] for name in names if (found := re.fullmatch(r"filter\[(\w+)\]", name))}
    return [path for path, filters in ANY_LIST.items() if wanted <= filters] or [LIST]


def _ask(stage: Stage, method: str, path: str, given: Json, words: str) -> Reply:
    headers = dict(given.get("headers") or {})
    told = given.get("authorization", headers.get("Authorization", ...))
    caller = given.get("caller", CALLER) if told is ... else None
    if isinstance(told, str):
        headers["Authorization"] = told

    def with_ids(text: str) -> str:
        return re.sub(r"\{([^}]*)\}", lambda found: ids_of(stage, path, found[1]), text)

    query = {name: with_ids(value) for name, value in _flat(given.get("query") or {})}
    path, _, asked = path.partition("?")
    for pair in filter(None, asked.split("&")):
        name, _, value = pair.partition("=")
        query[name] = with_ids(value)
    body = given.get("body")
    if "body" not in given and not _WITHOUT_BODY.search(words):
        body = plausible_body(stage, method, path)
    return stage.ask(method, with_ids(path), caller=caller, query=query, headers=headers, body=body)


def _flat(query: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """`{"page": {"page": 2}}` is the same as `{"page[page]": 2}`."""
    for name, value in query.items():
        if isinstance(value, Mapping):
            for inner, one in value.items():
                yield f"{name}[{inner}]", str(one)
        else:
            yield name, str(value)


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
