"""An engine small enough to run by the dozen: HTTP on a Unix socket, and as faulty as its paths say."""
import json
import os
import socketserver
import sys
import time
from http.server import BaseHTTPRequestHandler


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/health":
            return self.answer(b"{}")
        if self.path.startswith("/ticks/"):
            return self.tick(int(self.path.rsplit("/", 1)[1]))
        if self.path.startswith("/eat/"):
            self.server.eaten = bytearray(int(self.path.rsplit("/", 1)[1]) << 20)
            return self.answer(b"{}")
        if self.path == "/where":
            return self.answer(json.dumps({"node": os.uname().nodename, "pid": os.getpid()}).encode())
        self.answer(b"{}", 404)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.answer(body)

    def answer(self, body, status=200):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def tick(self, count):
        """One line each tenth of a second, then the end: a stream that can be seen to be whole."""
        self.send_response(200)
        self.send_header("content-type", "text/plain")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for number in range(count):
            line = f"{number}\n".encode()
            self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
            self.wfile.flush()
            time.sleep(0.1)
        self.wfile.write(b"0\r\n\r\n")

    def address_string(self):
        return "runner"


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 64


print("the tiny engine listens", flush=True)
Server(sys.argv[1], Handler).serve_forever()
