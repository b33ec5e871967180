"""Files of cases of eligibility."""

import json
from pathlib import Path

ELIGIBLE = {
    "course": "npq-headship",
    "cohort_funding": "capped",
    "in_england": True,
    "work_setting": "a_school",
    "institution": {"establishment_type_code": "1"},
}


def a_file(tmp_path: Path, *cases: dict, suite: str = "eligibility", **content) -> Path:
    told = {"suites": {suite: {"defaults": ELIGIBLE, "cases": list(cases)}}} | content
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(told))
    return path


def a_case(case_id="E-1", code="funded", **more):
    return {"id": case_id, "given": {}, "expect": {"code": code}} | more
