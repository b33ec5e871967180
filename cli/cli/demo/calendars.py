"""An .ics file for each participant, as their calendar client would fetch it."""

from cli.demo.stage import Stage
from cli.demo.story import Story
from headship_contracts.sessions.calendars import GetCalendar


def write(stage: Stage, story: Story) -> None:
    """`calendars/<DfE's application id>.ics` for everyone in training."""
    folder = stage.directory / "calendars"
    folder.mkdir(parents=True, exist_ok=True)
    for player in story.in_training:
        calendar = stage.ask(GetCalendar(application_id=player.application_id))
        (folder / f"{player.key}.ics").write_text(calendar.text, newline="")
