"""Serves a WSGI program on loopback and does what is asked on standard input, one JSON line a request.

Runs in the programs' own environment, so it imports nothing of ours. It ends when standard input does.
"""

import json
import sys
import threading
from collections.abc import Callable, Mapping
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


def serve(program: Any, acts: Mapping[str, Callable[..., Any]]) -> None:
    """Print the port, then answer each request ``{"do": NAME, ...}`` by what that act returns."""
    server = make_server("127.0.0.1", 0, program, server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    answer = {"port": server.server_port}
    while True:
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
        asked = json.loads(sys.stdin.readline() or "null")
        if asked is None:
            return
        answer = {"gives": acts[asked.pop("do")](**asked)}
