"""What `headship-hub register` writes can be filled in and recorded as it is."""

import pytest

from headship_contracts.enrolment.events import DeliveryPartnerChanged
from headship_contracts.sessions.attendance import GetRegister
from headship_hub import Hub, command
from kit.identity import Caller


@pytest.fixture
def file(training, tmp_path, monkeypatch, capsys):
    """Runs the command of the training's hub; what it prints, and how it ends."""
    known = {"delivery_partner_id": training.hub, "status": "active", "name": "North Hub"}
    training.hears(DeliveryPartnerChanged(revision=1, **known))

    class Inside(Hub):
        """Asks the service here, instead of by a broker."""

        def call(self, request, **_options):
            return training.call(request, caller=Caller("hub", str(training.hub)))

    monkeypatch.setattr(command, "Hub", Inside)
    login = tmp_path / "hub.login"
    login.write_text("amqp://hub:secret@127.0.0.1/hubs")

    def run(*words):
        code = command.run(["--login", str(login), *map(str, words)])
        return code, capsys.readouterr()

    return run


def test_a_register_is_written_filled_in_and_recorded(training, file, tmp_path):
    ids = training.a_running_cohort()
    session = next(s for s in training.sessions() if s.delivery_partner_id == training.hub)
    training.hold(session, {ids[0]: "absent", ids[1]: "present"})
    training.catch_up(session, ids[0])
    path = tmp_path / "register.csv"

    path.write_text(file("register", session.session_id)[1].out, newline="")
    assert file("record", path)[0] == 0
    lines = path.read_text().replace(f"{ids[1]}", "HERE").splitlines()
    changed = [line.replace("present", "late") if "HERE" in line else line for line in lines]
    path.write_text("\n".join(changed).replace("HERE", f"{ids[1]}"))
    code, told = file("record", path)

    assert code == 0, told.err
    lines = training.call(GetRegister(session_id=session.session_id)).lines
    found = {line.application_id: line.status for line in lines}
    assert found[ids[0]] == "catch_up_pending"
    assert found[ids[1]] == "late"
