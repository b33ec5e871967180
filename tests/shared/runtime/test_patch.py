"""Making the standard library green late: what was imported before must not stop the loop."""

import subprocess
import sys

LATE = """
import socketserver, subprocess, sys, threading, time, urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
import sqlalchemy.pool

import kit.transport.patch
import eventlet


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"page")

    def log_message(self, *_told):
        return None


server = HTTPServer(("127.0.0.1", 0), Page)
threading.Thread(target=server.serve_forever, daemon=True).start()
turns = []

def count():
    while True:
        turns.append(time.monotonic())
        eventlet.sleep(0.01)

eventlet.spawn(count)
page = urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/").read()
child = [sys.executable, "-c", "import time; time.sleep(0.5); print('child')"]
before_child = len(turns)
said = subprocess.run(child, capture_output=True, text=True).stdout

limits = {"pool_size": 1, "max_overflow": 0, "timeout": 0.3, "reset_on_return": None}
pool = sqlalchemy.pool.QueuePool(lambda: sys, **limits)
held = pool.connect()
before_pool = len(turns)
try:
    pool.connect()
except sqlalchemy.exc.TimeoutError:
    waited = "waited"
turned = [before_pool - before_child, len(turns) - before_pool]
print(page.decode(), said.strip(), waited, min(turned) > 3)
"""


def test_servers_children_and_pools_imported_earlier_wait_green() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LATE], capture_output=True, text=True, check=True, timeout=120
    )

    assert done.stdout.split() == ["page", "child", "waited", "True"]


LOOK_UP = """
import _socket, socket, time
real = _socket.getaddrinfo

def slow(host, *told):
    if host == "broker.example":
        time.sleep(0.5)
        host = "127.0.0.1"
    return real(host, *told)

_socket.getaddrinfo = slow

import kit.transport.patch
import sys
import eventlet

turns = []

def count():
    while True:
        turns.append(time.monotonic())
        eventlet.sleep(0.01)

eventlet.spawn(count)
listening = eventlet.listen(("127.0.0.1", 0))
eventlet.sleep(0)
known = socket.create_connection(("localhost", listening.getsockname()[1]))
before = len(turns)
found = socket.create_connection(("broker.example", listening.getsockname()[1]))
turned = len(turns) - before
try:
    socket.getaddrinfo("nobody.invalid", 80)
except socket.gaierror as error:
    print(type(error).__name__)
print(found.getpeername()[0], turned > 3, "dns" in sys.modules)
"""


def test_a_name_that_takes_long_to_find_does_not_stop_the_loop() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK_UP], capture_output=True, text=True, check=True, timeout=120
    )

    assert done.stdout.split() == ["gaierror", "127.0.0.1", "True", "False"]
    assert done.stderr == ""
