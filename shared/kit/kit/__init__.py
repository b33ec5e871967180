"""How a headship service runs: bus, database, calls, timers, jobs, settings, logs."""
