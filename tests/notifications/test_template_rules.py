"""What templates make of values: Notify's syntax, and nothing that a value could break."""

import re

import pytest

from notifications.domain.placeholders import MissingValues, fill, keys_in
from notifications.domain.templates import BadTemplate, read_template
from notifications.templates import shipped, shipped_newest

HEAD = "Subject: About ((thing))\nClass: transactional\nNeeds: active\n\n"


def a_template(body):
    return read_template("a_template", 1, HEAD + body)


@pytest.mark.parametrize(
    "key", ["first name", "First Name", "first_name", "FIRST-NAME", "firstname"]
)
def test_keys_are_told_apart_without_case_and_spaces(key):
    assert fill("Dear ((first name))", {key: "Seren"}) == "Dear Seren"


@pytest.mark.parametrize("value", [True, "yes", "Y", "true", "1", "include", "show"])
def test_a_condition_that_holds_shows_its_text(value):
    assert fill("You ((passed??have passed))", {"passed": value}) == "You have passed"


@pytest.mark.parametrize("value", [False, "no", "0", "", "perhaps"])
def test_a_condition_that_does_not_hold_shows_nothing(value):
    assert fill("You ((passed??have passed))", {"passed": value}) == "You "


def test_a_list_has_bullets_wherever_in_a_body_it_is_named():
    template = a_template("See ((things)).\n\n((things))")

    plain = template.render({"thing": "this", "things": ["one", "two", "three"]}).plain

    assert plain == "See\n\n* one\n* two\n* three.\n\n* one\n* two\n* three\n"


def test_an_empty_list_leaves_nothing_behind():
    assert a_template("((things))\n\nThe end.").render({"thing": "", "things": []}).plain == (
        "The end.\n"
    )


@pytest.mark.parametrize("values", [{}, {"thing": "x"}, {"thing": "x", "other": None}])
def test_a_missing_value_is_an_error_that_names_it(values):
    with pytest.raises(MissingValues, match="other"):
        a_template("((other))").render(values)


def test_a_condition_needs_a_value_too():
    assert keys_in("((Passed??yes)) ((name)) ((passed))") == ["Passed", "name"]
    with pytest.raises(MissingValues):
        a_template("((passed??yes))").render({"thing": "x"})


def test_values_found_when_sending_need_not_be_there_when_queueing():
    template = a_template("Dear ((name)), your ((course)) at ((place))")

    with pytest.raises(MissingValues) as missing:
        template.check_values({"thing": "x"})

    assert missing.value.keys == ["place"]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("# Big\n\n* item", "Dear # Big * item"),
        ("[click](https://evil.example)", "Dear click"),
        ("https://evil.example/x", "Dear evil.example/x"),
        ("[[click](a)](//evil.example)", "Dear click"),
        ("[click](www.//evil.example)", "Dear click"),
        ("[click]www.(//evil.example)", "Dear click"),
        ("((other))", "Dear ((other))"),
        ("a\r\nBcc: all@example.org", "Dear a Bcc: all@example.org"),
        ("tab\there\x00\u202e", "Dear tab here"),
    ],
)
def test_a_value_is_never_markup(value, plain):
    assert a_template("Dear ((name))").render({"thing": "", "name": value}).plain == f"{plain}\n"


def test_html_shows_values_as_they_are():
    html = (
        a_template("Dear ((name)), see https://www.gov.uk/npq.")
        .render({"thing": "", "name": '<b>"Bobby" & Co</b>'})
        .html
    )

    assert "&lt;b&gt;&quot;Bobby&quot; &amp; Co&lt;/b&gt;" in html
    assert '<a href="https://www.gov.uk/npq">https://www.gov.uk/npq</a>.' in html


def test_a_value_cannot_add_a_line_to_the_subject():
    rendered = a_template("Hello").render({"thing": "this\nBcc: all@example.org"})

    assert rendered.subject == "About this Bcc: all@example.org"


def test_headings_lists_and_rules_are_laid_out():
    rendered = a_template("# Next\n\n* one\n* two\n\n---\n\nline one\nline two").render(
        {"thing": ""}
    )

    assert rendered.plain == f"Next\n----\n\n* one\n* two\n\n{'-' * 40}\n\nline one\nline two\n"
    assert (
        "<h2>Next</h2>\n<ul><li>one</li><li>two</li></ul>\n<hr>\n<p>line one<br>" in rendered.html
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Subject: only a head",
        "Subject: x\nClass: urgent\n\nbody",
        "Subject: x\nClass: critical\nNeeds: luck\n\nbody",
        "Class: critical\n\nbody",
        "Subject: x\nClass: critical\nFrom: me\n\nbody",
        "no field\n\nbody",
    ],
)
def test_a_file_that_is_no_template_is_refused(text):
    with pytest.raises(BadTemplate):
        read_template("broken", 1, text)


def test_no_result_is_told_in_a_subject():
    template = shipped()["result", 1]

    for passed in (True, False):
        values = {"passed": passed, "failed": not passed, "changed": False}
        subject = template.render(
            values | {"name": "Seren", "course": "NPQ", "completion date": "today"}
        ).subject
        assert not {"pass", "fail"} & {word.strip(".,:")[:4].lower() for word in subject.split()}


def test_only_results_windows_and_deadlines_are_critical():
    critical = {name for (name, _), t in shipped().items() if t.message_class == "critical"}

    assert critical == {
        "assessment_closing",
        "assessment_dates_changed",
        "assessment_opens",
        "circumstances_decided",
        "appeal_decided",
        "extension_granted",
        "resubmission_offered",
        "result",
        "submission_refused",
    }


def test_no_subject_tells_what_others_who_see_it_need_not_know():
    newest = {name: shipped_newest(name).subject for name, _version in shipped()}
    to_people = {name: told for name, told in newest.items() if not name.startswith("hub_")}
    telling = re.compile(
        r"miss|appeal|more time|extension|circumstances|pass|fail|resubmi|risk|attempt", re.I
    )

    assert [name for name, told in to_people.items() if telling.search(told)] == []


@pytest.mark.parametrize("values", [("[click](", "evil.example)"), ("[click]", "(evil.example)")])
def test_two_values_beside_each_other_make_no_link(values):
    told = a_template("Hi ((a))((b))").render({"thing": "x", "a": values[0], "b": values[1]})

    assert "](" not in told.markup
    assert "<a" not in told.html


def test_a_link_may_have_a_value_in_its_address_which_leads_nowhere_else():
    template = a_template("[your page](https://x.example/((place))?ref=((my ref)))")

    told = template.render({"thing": "x", "place": "../evil", "my ref": 'a b)"&c=1'})

    address = "https://x.example/..%2Fevil?ref=a%20b%29%22%26c%3D1"
    assert told.markup == f"[your page]({address})\n"
    assert f'<a href="{address}">your page</a>' in told.html
    assert told.plain == f"your page: {address}\n"


def test_a_value_in_the_words_of_a_link_cannot_lead_it_elsewhere():
    template = a_template("[page of ((who))](https://x.example)")

    told = template.render({"thing": "x", "who": "t](https:evil"})

    assert told.markup == "[page of t(https:evil](https://x.example)\n"
