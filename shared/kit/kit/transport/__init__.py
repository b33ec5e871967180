"""Where the kit meets nameko, kombu and eventlet; they appear nowhere else."""

import warnings

with warnings.catch_warnings():
    # eventlet calls itself deprecated; the day nameko goes, only this folder changes
    warnings.filterwarnings("ignore", message=r"(?s).*Eventlet is deprecated")
    import eventlet  # noqa: F401
