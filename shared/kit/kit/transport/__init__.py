"""Where the kit meets nameko, kombu and eventlet; they appear nowhere else."""

import os
import warnings

# A resolver in Python: 7 MiB, 0.3 s of each start, and it knows only part of what the system
# knows (`nsswitch.conf`). `kit.transport.names` asks the system instead.
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
os.environ.setdefault("EVENTLET_THREADPOOL_SIZE", "4")

with warnings.catch_warnings():
    # eventlet calls itself deprecated; the day nameko goes, only this folder changes
    warnings.filterwarnings("ignore", message=r"(?s).*Eventlet is deprecated")
    import eventlet  # noqa: F401
