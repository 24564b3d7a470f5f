/** Telling how far it is, until the handler can be called. */
export const waiting = String.raw`
class Waiting:
    """Answers every request with 503 and what is going on."""

    def __init__(self, socket_path):
        self.message = "starting"
        self.socket_path = socket_path
        waiting = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                progress = {"message": waiting.message, "fraction": None}
                body = json.dumps({"status": "loading", "progress": progress}).encode()
                self.send_response(503)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def address_string(self):
                return "runner"

            def log_message(self, *_):
                pass

        remove(socket_path)
        self.server = socketserver.ThreadingUnixStreamServer(socket_path, Answer)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def say(self, message):
        self.message = message
        print(message, flush=True)

    def end(self):
        self.server.shutdown()
        self.server.server_close()
        remove(self.socket_path)


def remove(path):
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
`;
