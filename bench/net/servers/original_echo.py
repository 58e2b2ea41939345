"""The echo server of the Python original. Debian ships it inside beets. It prints its port.

The original cannot be asked for the port that was picked, so that one is looked for beforehand.
"""

import socket
import sys

try:
    import bluelet
except ImportError:
    sys.path.append("/usr/share/beets")
    from beets.util import bluelet


def echoer(conn):
    while True:
        data = yield conn.recv(1024)
        if not data:
            break
        yield conn.sendall(data)


def free_port():
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(port):
    listener = bluelet.Listener("127.0.0.1", port)
    listener.sock.listen(511)  # its own backlog of 5 would have the load wait for seconds before it began
    print(port, flush=True)
    while True:
        conn = yield listener.accept()
        yield bluelet.spawn(echoer(conn))


if sys.argv[1:] != ["check"]:
    bluelet.run(serve(free_port()))
