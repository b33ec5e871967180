"""Makes the standard library green. Import this before anything that opens a socket.

Only what runs services imports it (the runner and the embedded mode), so that a migration or a
command line that imports the kit stays as it is. `nameko run` patches by itself; twice is once.
"""

import selectors
import socketserver
import subprocess

import eventlet

from kit.transport.names import look_up_in_threads

eventlet.monkey_patch()
look_up_in_threads()

# Both choose a selector when they are imported, and eventlet has a green one of this kind only:
# with another a server in a thread, or the wait for a child's output, would stop everything.
socketserver._ServerSelector = selectors.SelectSelector  # type: ignore[attr-defined]
subprocess._PopenSelector = selectors.SelectSelector  # type: ignore[attr-defined]
