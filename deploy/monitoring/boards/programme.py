"""The programme's board, for those who run cohorts and not servers."""

from deploy.monitoring.board import SECONDS, Board, Row, number
from deploy.monitoring.boards import work

PROGRAMME = Board(
    "headship-programme",
    "Headship: programme",
    "Counted in the tables, of all cohorts, each quarter of a minute; income each five minutes.",
    (
        Row("Applications and places", work.APPLICATIONS),
        Row("Declarations and income", work.DECLARATIONS),
        Row("Training", work.TRAINING),
        Row("Assessment", work.MARKING),
        Row(
            "Messages",
            (
                *work.MESSAGES,
                number(
                    "Figures are so old",
                    "Since they were read. Above 900 s: FiguresOld, and this page shows what was.",
                    SECONDS,
                    (
                        "time() - max by (service, figures) "
                        "(headship_figures_read_timestamp_seconds)",
                        "{{service}} {{figures}}",
                    ),
                ),
            ),
        ),
    ),
)
