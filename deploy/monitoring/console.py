"""A board as a console template of Prometheus, for those without Grafana.

It shows the latest values, in tables. Prometheus serves it as /consoles/headship.html when the file
is in its `--web.console.templates`.
"""

import re
from html import escape

from deploy.monitoring.board import (
    BYTES,
    PER_SECOND,
    POUNDS,
    SECONDS,
    SHARE,
    SHORT,
    WINDOW,
    Board,
    Panel,
    Query,
)

NOTHING_YET = "–"
RATES_OVER = "5m"
LABEL = re.compile(r"\{\{(\w+)\}\}")

SHOWN = {
    SHORT: '{{ printf "%.4g" .Value }}',
    SHARE: "{{ humanizePercentage .Value }}",
    SECONDS: "{{ humanizeDuration .Value }}",
    BYTES: "{{ humanize1024 .Value }}B",
    PER_SECOND: '{{ printf "%.3g" .Value }}/s',
    POUNDS: '£{{ printf "%.0f" .Value }}',
}

PAGE = """\
<!doctype html>
<html lang="en-GB">
<meta charset="utf-8">
<meta http-equiv="refresh" content="30">
<title>{title}</title>
<style>
body {{ font: 15px/1.4 sans-serif; margin: 24px auto; max-width: 1240px; color: #222 }}
h2 {{ border-bottom: 1px solid #ccc }}
div {{ display: grid; grid-template-columns: repeat(3, 1fr); gap: 12px }}
section {{ border: 1px solid #ddd; padding: 8px 12px }}
h3 {{ font-size: 15px; margin: 0 }} p {{ color: #666; font-size: 13px; margin: 0 0 6px }}
table {{ width: 100%; border-collapse: collapse }} td {{ border-top: 1px solid #eee }}
td:last-child {{ text-align: right; font-variant-numeric: tabular-nums }}
.nothing td {{ background: #fdd }}
</style>
<h1>{title}</h1>
<p>{says}</p>
{rows}
"""


def drawn(board: Board) -> str:
    """The template."""
    rows = "\n".join(
        f"<h2>{escape(row.title)}</h2>\n<div>\n" + "".join(map(_section, row.panels)) + "</div>"
        for row in board.rows
    )
    return PAGE.format(title=escape(board.title), says=escape(board.says), rows=rows)


def _section(panel: Panel) -> str:
    lines = "".join(_lines(query, panel.unit) for query in panel.queries)
    head = f"<h3>{escape(panel.title)}</h3><p>{escape(panel.says)}</p>"
    return f"<section>{head}\n<table>\n{lines}</table></section>\n"


def _lines(query: Query, unit: str) -> str:
    labels = LABEL.findall(query.legend)
    called = LABEL.sub(r"{{ .Labels.\1 }}", escape(query.legend))
    unnamed = LABEL.sub(r"\1", escape(query.legend))
    order = f' | sortByLabel "{labels[0]}"' if labels else ""
    expr = query.expr.replace(WINDOW, RATES_OVER)
    never = '{{ if eq (printf "%v" .Value) "NaN" }}'
    value = f"{never}{NOTHING_YET}{{{{ else }}}}{SHOWN[unit]}{{{{ end }}}}"
    return (
        f"{{{{ range query `{expr}`{order} }}}}<tr><td>{called}<td>{value}\n"
        f'{{{{ else }}}}<tr class="nothing"><td>{unnamed}<td>no data\n{{{{ end }}}}'
    )
