"""What the words of a request ask for.

`GET /statements`, `GET any list, 8 records`, `1,001 requests in 5 minutes`,
`PUT /participants/npq/{unknown id}/resume`. Words in braces say which record is meant.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cli.dfe_cases.over_http.protocol_times import NUMBER, counted, says_how_often, times_asked
from cli.dfe_cases.suites import Json, NotUnderstood

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

_GENERAL = r"(?:(?:any|all|every|each|an?|the)\s+)?(?:lists?|endpoints?|requests?|calls?)\b|\bany\b"
_VERB = r"(?P<method>GET|POST|PUT|PATCH|DELETE)"
_REQUEST = re.compile(
    rf"[^/]*?\b{_VERB}\s+"
    rf"(?P<target>(?:{_GENERAL})(?:\?[^\s,]+)?|/?(?:\{{[^}}]*\}}|[^\s{{,]|,(?=\S))+)"
    r"(?P<rest>.*)",
    re.IGNORECASE,
)
_PATH = re.compile(rf"/(?:api/v3/)?(?:{'|'.join(path.partition('/')[0] for path in ANY_LIST)})\b")
_RECORDS = re.compile(
    rf"{NUMBER}\s+(?:delivery\s+)?"
    r"(record|application|participant|declaration|outcome|statement|partner)s?\b",
    re.IGNORECASE,
)
_BARE_VERB = re.compile(
    rf"\b{_VERB}(?=\s+(?:in|within|with|per|by|for|after|of)\b|\s*[,;.]|\s*$)", re.IGNORECASE
)
_VERBS = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE)s\b", re.IGNORECASE)
_QUERY = re.compile(r"((?:filter|page)\[\w+\]|\b(?:filter|sort|page)\b)\s*=\s*([^\s,;)]+)")
_NO_BODY = re.compile(r"(?:no|without|missing|empty)\s+(?:\w+\s+)?(?:body|data|attributes)", re.I)
_NO_TOKEN = re.compile(r"\b(?:no|without|missing)\s+(?:\w+\s+)?(?:token|authori[sz]ation)\b", re.I)
_BAD_TOKEN = re.compile(r"\b(?:wrong|invalid|unknown|bad|revoked)\s+(?:\w+\s+)?token\b", re.I)
_WITHOUT_FEE = re.compile(
    rf"(?:{NUMBER}|\b(all|both))?\s*(?:of (?:them|which)\s+)?(?:with|has|have)?\s*"
    r"output[_ ]fees?\s*(?:=|:|is|are|of)?\s*(?:false|no)\b",
    re.IGNORECASE,
)
_WITH_FEE = re.compile(
    rf"{NUMBER}\s+(?:statements?\s+)?(?:of (?:them|which)\s+)?(?:with|has|have|having)\s+"
    r"output[_ ]fees?\b(?!\s*(?:=|:|is|are)?\s*(?:false|no)\b)",
    re.IGNORECASE,
)
_THE_OTHERS = re.compile(rf"{NUMBER}()\s+without\s*(?:$|[.,;)])", re.IGNORECASE)
_FUNDING = re.compile(
    r"\b(?:(?P<full>full(?:y)?[ -](?:funded|funding)|full cohort|cohort[ _]funding\W*full)"
    r"|unfunded|zero[ -](?:funded|funding)|cohort[ _]funding\W*zero)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Asked:
    """A request. `times`: how often it is asked, None where the words do not say. `notes`: which
    words say something that was not understood, where it is asked all the same.
    """

    method: str
    paths: list[str]
    query: list[tuple[str, str]]
    words: str  # all of them
    times: int | None
    notes: tuple[str, ...] = ()

    def count(self, subject: str) -> int | None:
        """How many applications, say, the words tell of, or records of no kind; None: of none."""
        told = [(counted(number), kind.casefold()) for number, kind in _RECORDS.findall(self.words)]
        return next((number for number, kind in told if kind in ("record", subject)), None)

    @property
    def without_body(self) -> bool:
        """Whether the words say that there is none."""
        return bool(_NO_BODY.search(self.words))

    @property
    def token(self) -> str | None:
        """The header that the words tell of: empty for none; None where they tell of none."""
        if _NO_TOKEN.search(self.words):
            return ""
        return "Bearer wrong" if _BAD_TOKEN.search(self.words) else None


def read_request(given: Json) -> Asked:
    """The request of a case. Raises NotUnderstood."""
    said = str(given["request"]).strip()
    match = _REQUEST.fullmatch(_with_verb(said))
    if match is None:
        raise NotUnderstood(f"the request is not understood: {said}")
    target, _, asked = match["target"].strip().partition("?")
    path = target.removeprefix("/api/v3").strip("/")
    query = [*flat(given.get("query") or {}), *_pairs(asked), *_QUERY.findall(match["rest"])]
    paths = [path]
    if re.fullmatch(_GENERAL, path, re.IGNORECASE):
        every = re.match("any|all|every|each", path, re.IGNORECASE)
        paths = _lists(query) if every else [LIST]
    told = _as_words(given.get("given"))
    words, times = f"{match[0]} {told}", times_asked(match[0], told)
    unclear = times is None and says_how_often(words)
    notes = (f"how often it is asked is not understood, so it was once: {words}",)
    return Asked(match["method"].upper(), paths, query, words, times, notes if unclear else ())


def _with_verb(said: str) -> str:
    """A request without a verb is a GET: of a path in it, or of a list; so is one of `GETs`. A verb
    without a path is asked of a list.
    """
    several, path, bare = _VERBS.search(said), _PATH.search(said), _BARE_VERB.search(said)
    if path is None and bare is not None:
        return _BARE_VERB.sub(r"\g<method> list", said, count=1)
    if bare is None and re.search(rf"\b{_VERB}\b", said, re.IGNORECASE):
        return said
    verb = bare["method"] if bare is not None else several[1] if several else "GET"
    if path is not None:
        return f"{verb} {said[path.start() :]} {said[: path.start()]}"
    return f"{verb} {said}" if re.match(_GENERAL, said, re.IGNORECASE) else f"{verb} list, {said}"


def _as_words(told: Any) -> str:
    """`{"records": 8}` is the same as `8 records`, and underscores are as good as spaces."""
    if isinstance(told, Mapping):
        return ", ".join(f"{number} {name}".replace("_", " ") for name, number in told.items())
    return str(told or "")


def _pairs(asked: str) -> Iterator[tuple[str, str]]:
    for pair in filter(None, asked.split("&")):
        name, _, value = pair.partition("=")
        yield name, value


def _lists(query: list[tuple[str, str]]) -> list[str]:
    """The lists that have the filters of the query; all of them where it has none."""
    wanted = {found[1] for name, _ in query if (found := re.fullmatch(r"filter\[(\w+)\]", name))}
    return [path for path, filters in ANY_LIST.items() if wanted <= filters] or [LIST]


def statements_meant(records: int, words: str) -> tuple[int, int]:
    """`2 statements, one with output_fee=false`, `1 with output_fee=true and 1 without`: how many
    in all, and how many of them are without.
    """
    fee = _WITH_FEE.search(words)
    having, without = counted(fee[1]) if fee else 0, _without_fee(records, words)
    if without is None:
        without = records - having if fee else 0
    return max(records, having + without), without


def _without_fee(records: int, words: str) -> int | None:
    found = _WITHOUT_FEE.search(words) or _THE_OTHERS.search(words)
    if found is None:
        said = re.search(r"\b(?:without|no|non)[ -]output[ _-]fee", words, re.IGNORECASE)
        return 1 if said else None
    if found[2]:
        return records
    return counted(found[1]) if found[1] else 1


def funding_meant(words: str) -> str:
    """`fully funded cohort`, `unfunded cohort`; capped where the words do not say."""
    found = _FUNDING.search(words)
    return "capped" if found is None else "full" if found["full"] else "zero"


def flat(query: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """`{"page": {"page": 2}}` is the same as `{"page[page]": 2}`."""
    for name, value in query.items():
        if isinstance(value, Mapping):
            for inner, one in value.items():
                yield f"{name}[{inner}]", str(one)
        else:
            yield name, str(value)
