/** What handlers may use: `from berth_worker import logger, progress, request_id, is_cancelled, start`. */
export const berthWorker = String.raw`
CALL = contextvars.ContextVar("call", default=None)
HANDLER_FILE = None
LEVELS = ["debug", "info", "warn", "error"]
# how the server's dispatcher is told of a job: see job-lines.ts
JOB_LINES = "application/vnd.berth.job+ndjson"


class Call:
    def __init__(self, scope, receive):
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope.get("headers", [])}
        self.accept = headers.get("accept", "")
        self.is_job = JOB_LINES in self.accept
        self.wants_progress = self.is_job or headers.get("x-berth-progress") == "true"
        self.request_id = headers.get("x-request-id") or os.urandom(16).hex()
        self.tell = None
        self.receive = receive
        self.is_cancelled = False

    async def until_gone(self):
        """Returns when the caller has gone away."""
        while (await self.receive())["type"] != "http.disconnect":
            pass


class Logger:
    level = "info"

    def set_level(self, level):
        self.level = level

    def log(self, level, message, request_id=None, caller=False):
        if LEVELS.index(level) < LEVELS.index(self.level):
            return
        text = str(message)
        if len(text) > 4096:
            words = f" ... [{len(text)} characters] ... "
            kept = 4096 - len(words)
            text = text[: (kept + 1) // 2] + words + text[-(kept // 2):]
        call = CALL.get()
        line = {"message": text, "requestId": request_id or (call.request_id if call else None), "level": level}
        if caller:
            frame = sys._getframe(2)
            line["caller"] = f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}"
        print(json.dumps({key: value for key, value in line.items() if value is not None}), flush=True)

    def debug(self, message, **fields):
        self.log("debug", message, **fields)

    def info(self, message, **fields):
        self.log("info", message, **fields)

    def warn(self, message, **fields):
        self.log("warn", message, **fields)

    warning = warn

    def error(self, message, **fields):
        self.log("error", message, **fields)


def progress(done, total=None, message=None):
    """Tells how far the call is, to whoever listens."""
    call = CALL.get()
    if call is not None and call.tell is not None:
        whole = int(total) if total else 0
        call.tell({"done": max(0, int(done)), "total": whole if whole > 0 else None, "message": message})


def request_id():
    call = CALL.get()
    return call.request_id if call else None


def is_cancelled():
    """Whether nobody waits for this call any more. What awaits is cancelled; what does not may ask, and return."""
    call = CALL.get()
    return call is not None and call.is_cancelled


# what start was called with
GIVEN = {}
OPTIONS = ["handler", "concurrency", "concurrency_modifier", "mode", "base_url", "check_start"]


def start(options):
    """Says what is to be run, and how. It returns at once: the file is loaded, then its host runs that."""
    unknown = [each for each in options if each not in OPTIONS]
    if unknown:
        raise TypeError(f"start has no option {unknown[0]!r}; it has: {', '.join(OPTIONS)}")
    if options.get("mode") == "proxy":
        if not isinstance(options.get("base_url"), str):
            raise TypeError('base_url: give the address of the server, such as "http://localhost:11434"')
        if not callable(options.get("check_start")):
            raise TypeError("check_start: give a function that says whether the server has started")
    elif options.get("mode", "handler") != "handler":
        raise TypeError('mode: give "handler" or "proxy"')
    elif not callable(options.get("handler")):
        raise TypeError('handler: give a function; start({"handler": handler})')
    GIVEN.update(options)


class Env:
    """The second argument of handler(request, env)."""

    def __init__(self, logger):
        self.config = {}
        self.logger = logger
        self.progress = progress
        self.is_cancelled = is_cancelled
`;
