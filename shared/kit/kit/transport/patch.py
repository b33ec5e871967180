"""Makes the standard library green. Import this before anything that opens a socket.

Only what runs services imports it (the runner and the embedded mode), so that a migration or a
command line that imports the kit stays as it is. `nameko run` patches by itself; twice is once.
"""

import eventlet

eventlet.monkey_patch()
