"""An echo server as gevent's documentation writes one. It prints its port."""

import socket
import sys

from gevent.server import StreamServer


def echo(connection, _address):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while True:
        data = connection.recv(1024)
        if not data:
            return
        connection.sendall(data)


if sys.argv[1:] != ["check"]:
    server = StreamServer(("127.0.0.1", 0), echo)
    server.start()
    print(server.server_port, flush=True)
    server.serve_forever()
