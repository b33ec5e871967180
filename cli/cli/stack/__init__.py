"""The platform as processes on this machine: what `headship up` starts and `down` stops."""
