/**
 * The program that serves a Python handler. It stands here as text since the runner is one file wherever it goes. It needs
 * Python >= 3.9 and nothing else: FastAPI and uvicorn are part of the environment that it makes for the handler.
 *
 *     host.py check            reads {"name", "text", "className"} from standard input, says as JSON what is wrong with it
 *     host.py serve CONFIG SOCKET    makes the handler's environment, and goes on in it as
 *     host.py contained SOCKET       the same in a container, with what is in its environment (BERTH_HANDLER)
 *     host.py run CONFIG SOCKET      loads the handler and serves it at the socket
 *
 * Until the handler is ready, the socket answers 503 with what is going on. Exit code 78 says that no retry would help.
 */
export const pythonHost = String.raw`
import ast, asyncio, base64, contextvars, functools, hashlib, importlib.util, inspect, json, os, shutil, socketserver
import subprocess, sys, threading, time, traceback, types, typing
from http.server import BaseHTTPRequestHandler

REFUSED = 78
OWN_REQUIREMENTS = ["fastapi", "uvicorn"]


class Refused(Exception):
    """What the user has to mend; told without a traceback."""


# --- what the source says, without running it ---------------------------------------------------------------------


def read_facts(name, text, class_name):
    try:
        tree = ast.parse(text, filename=name)
    except SyntaxError as error:
        raise Refused(f"{name}, line {error.lineno}: {error.msg}: {(error.text or '').strip()}")
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    named = {node.name for node in tree.body if isinstance(node, functions)}

    def has_predict(node):
        if any(isinstance(each, functions) and each.name == "predict" for each in node.body):
            return True
        parents = [classes.get(getattr(base, "id", None)) for base in node.bases]
        return any(parent is not None and has_predict(parent) for parent in parents)

    able = [each for each, node in classes.items() if has_predict(node)]
    if class_name is None:
        own = able or [each for each in ("handler", "predict") if each in named][:1]
        if len(own) != 1:
            seen = ", ".join(own)
            raise Refused(
                f"{name} has several classes with predict: {seen}; name one of them, as {name}:{own[0]}" if own
                else f"{name} has no handler: write a class with a method predict, or a function handler(request, env)"
            )
        class_name = own[0]
    elif class_name in classes and class_name not in able:
        raise Refused(f"class {class_name} of {name} has no method predict, which answers POST /predict")
    elif class_name not in classes and class_name not in named:
        seen = ", ".join([*able, *sorted(named)]) or "nothing of the kind"
        raise Refused(f"{name} has no class or function {class_name}; it has: {seen}")
    # a function's lists stand at the top of the file
    node = classes.get(class_name, tree)
    used = {getattr(each, "id", None) for each in ast.walk(tree) if isinstance(each, ast.Name)}
    return {
        "className": class_name,
        "requirements": read_list(name, node, "python_requirements"),
        "systemDependencies": read_list(name, node, "system_dependencies"),
        "takesForms": bool(used & {"UploadFile", "Form", "File"}),
    }


def read_list(name, node, attribute):
    for statement in [] if node is None else node.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        if not any(getattr(target, "id", None) == attribute for target in targets) or statement.value is None:
            continue
        try:
            value = ast.literal_eval(statement.value)
        except ValueError:
            value = None
        if not isinstance(value, (list, tuple)) or not all(isinstance(each, str) for each in value):
            raise Refused(
                f"{name}, line {statement.lineno}: {attribute} is read before the file runs: "
                "write it as a plain list of strings"
            )
        return list(value)
    return []


def check():
    order = json.load(sys.stdin)
    try:
        told = {"ok": True, **read_facts(order["name"], order["text"], order.get("className"))}
    except Refused as error:
        told = {"ok": False, "reason": str(error)}
    print(json.dumps(told))


# --- telling how far it is ----------------------------------------------------------------------------------------


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


# --- the environment ----------------------------------------------------------------------------------------------


def make_environment(requirements, folder, say):
    """The path of a Python that has the requirements; made once for all handlers that ask for the same."""
    version = ".".join(map(str, sys.version_info[:3]))
    wanted = sorted(set(requirements))
    key = hashlib.sha256("\n".join([version, sys.prefix, *wanted]).encode()).hexdigest()[:16]
    path = os.path.join(folder, f"python-{key}")
    python = os.path.join(path, "bin", "python")
    stamp = os.path.join(path, "whole.stamp")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    with open(f"{path}.lock", "w") as lock:
        import fcntl

        # two replicas may want it at the same time
        say("looking for an environment with its requirements")
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(stamp):
            shutil.rmtree(path, ignore_errors=True)
            say(f"making a Python {version} environment with {', '.join(wanted)}")
            uv = shutil.which("uv")
            if uv is None:
                run_tool([sys.executable, "-m", "venv", path], "install the package python3-venv of your system, or uv")
                install = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"]
            else:
                run_tool([uv, "venv", "--quiet", "--python", sys.executable, path], "update uv, or take it off PATH")
                install = [uv, "pip", "install", "--quiet", "--python", python]
            run_tool(
                [*install, *wanted],
                "check the names and versions; where there is no network, name an index or a folder of wheels that can be "
                "reached: --env PIP_INDEX_URL=https://..., or --env PIP_NO_INDEX=1 --env PIP_FIND_LINKS=DIR "
                "(UV_INDEX_URL, UV_FIND_LINKS for uv)",
            )
            open(stamp, "w").close()
    return python


def run_tool(words, advice):
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode == 0:
        return
    print(done.stdout, flush=True)
    last = [line for line in done.stdout.strip().splitlines() if line.strip()][-1:] or ["it said nothing"]
    print(f"{' '.join(words[:4])} ... failed: {last[0]}\nWhat to do: {advice}", flush=True)
    sys.exit(1)


def see_to_system(names, is_contained, say):
    """Outside of a container nothing is installed: the machine is not ours."""
    if not names:
        return
    line = f"apt-get update && apt-get install --yes --no-install-recommends {' '.join(names)}"
    if is_contained and os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"installing {', '.join(names)}")
        run_tool(["sh", "-c", line], "choose an image that has them")
    else:
        say(f"the handler needs these on the machine: {', '.join(names)}; where they are missing, install them: sudo sh -c '{line}'")


def serve(config_path, socket_path):
    config = read_config(config_path)
    waiting = Waiting(socket_path)
    with open(config["file"], encoding="utf-8") as file:
        facts = read_facts(os.path.basename(config["file"]), file.read(), config["className"])
    see_to_system([*facts["systemDependencies"], *config["systemDependencies"]], config["isContained"], waiting.say)
    forms = ["python-multipart"] if facts["takesForms"] else []
    wanted = [*OWN_REQUIREMENTS, *forms, *facts["requirements"], *config["requirements"]]
    python = make_environment(wanted, config["environments"], waiting.say)
    waiting.end()
    os.execv(python, [python, os.path.abspath(__file__), "run", config_path, socket_path])


def contained(socket_path):
    import urllib.request

    order = json.loads(base64.b64decode(os.environ.pop("BERTH_HANDLER")))
    source, folder = order.pop("source"), os.path.dirname(os.path.abspath(__file__))
    # the handler's file may be called as this one is
    os.makedirs(os.path.join(folder, "handler"), exist_ok=True)
    file = source.get("path") or os.path.join(folder, "handler", source.get("name", "handler.py"))
    if source["kind"] == "text":
        with open(file, "w", encoding="utf-8") as opened:
            opened.write(source["text"])
    elif source["kind"] == "url":
        urllib.request.urlretrieve(source["url"], file)
    config_path = os.path.join(folder, "host.json")
    with open(config_path, "w", encoding="utf-8") as opened:
        environments = os.path.join(folder, "environments")
        json.dump({**order, "file": file, "environments": environments, "isContained": True}, opened)
    serve(config_path, socket_path)


def read_config(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


# --- what handlers may use: from berth_worker import logger, progress, request_id ---------------------------------

CALL = contextvars.ContextVar("call", default=None)
HANDLER_FILE = None
LEVELS = ["debug", "info", "warn", "error"]
# how the server's dispatcher is told of a job: see job-lines.ts
JOB_LINES = "application/vnd.berth.job+ndjson"


class Call:
    def __init__(self, scope):
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope.get("headers", [])}
        self.accept = headers.get("accept", "")
        self.is_job = JOB_LINES in self.accept
        self.wants_progress = self.is_job or headers.get("x-berth-progress") == "true"
        self.request_id = headers.get("x-request-id") or os.urandom(16).hex()
        self.tell = None


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


class Env:
    """The second argument of handler(request, env)."""

    def __init__(self, logger):
        self.config = {}
        self.logger = logger
        self.progress = progress


# --- the handler --------------------------------------------------------------------------------------------------


def load(config, logger):
    global HANDLER_FILE
    path = HANDLER_FILE = config["file"]
    with open(path, encoding="utf-8") as file:
        name = read_facts(os.path.basename(path), file.read(), config["className"])["className"]
    module_name = os.path.splitext(os.path.basename(path))[0].replace("-", "_")
    sys.path.insert(0, os.path.dirname(path))
    spec = importlib.util.spec_from_file_location(module_name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    spec.loader.exec_module(module)
    found = getattr(module, name)
    if not inspect.isclass(found):
        return name, None, spirit_style(found, logger) if is_spirit_style(found) else found
    wanted = getattr(found, "secrets", None)
    if isinstance(wanted, (list, tuple)):
        missing = [each for each in wanted if each not in os.environ]
        if missing:
            raise Refused(f"{name} needs the secrets {', '.join(missing)} in its environment: --env {missing[0]}")
        found.secrets = {each: os.environ[each] for each in wanted}
    instance = found()
    return name, instance, instance.predict


def is_spirit_style(function):
    parameters = list(inspect.signature(function).parameters.values())
    names = [each.name for each in parameters]
    plain = (inspect.Parameter.empty, dict, typing.Dict, "dict", "Dict", "Dict[str, Any]", "dict[str, Any]")
    first = parameters[0].annotation if parameters else None
    is_plain = first in plain or typing.get_origin(first) is dict
    return names in (["request"], ["request", "env"]) and is_plain


def spirit_style(function, logger):
    """request is the body, or {"input": body}; request["meta"]["requestID"] is there unless the caller has a meta of his own."""
    from fastapi import Body

    count = len(inspect.signature(function).parameters)

    def arguments(body):
        request = dict(body) if isinstance(body, dict) and "input" in body else {"input": body}
        request.setdefault("meta", {"requestID": request_id()})
        return [request, Env(logger)][:count]

    def describe(wrapper):
        parameter = inspect.Parameter("body", inspect.Parameter.KEYWORD_ONLY, default=Body(None), annotation=typing.Any)
        wrapper.__signature__ = inspect.Signature([parameter])
        return wrapper

    if inspect.isasyncgenfunction(function):
        async def wrapper(body):
            async for value in function(*arguments(body)):
                yield value
    elif inspect.isgeneratorfunction(function):
        def wrapper(body):
            yield from function(*arguments(body))
    elif inspect.iscoroutinefunction(function):
        async def wrapper(body):
            return await function(*arguments(body))
    else:
        def wrapper(body):
            return function(*arguments(body))
    return describe(wrapper)


def endpoint_of(function):
    """A FastAPI endpoint with the function's own parameters, which streams what it yields, and progress, to whoever asks."""
    from fastapi.concurrency import run_in_threadpool
    from fastapi.encoders import jsonable_encoder
    from fastapi.responses import JSONResponse, Response, StreamingResponse
    from starlette.concurrency import iterate_in_threadpool

    hints = typing.get_type_hints(getattr(function, "__func__", function), include_extras=True)
    own = inspect.signature(function)
    signature = own.replace(
        parameters=[
            each.replace(annotation=hints.get(each.name, each.annotation)) for each in own.parameters.values()
        ],
        return_annotation=inspect.Signature.empty,
    )

    async def values_of(result):
        if inspect.isasyncgen(result):
            async for value in result:
                yield value
        else:
            async for value in iterate_in_threadpool(result):
                yield value

    def is_generator(result):
        return inspect.isasyncgen(result) or inspect.isgenerator(result)

    async def call_function(kwargs):
        if inspect.iscoroutinefunction(function):
            return await function(**kwargs)
        if inspect.isasyncgenfunction(function) or inspect.isgeneratorfunction(function):
            return function(**kwargs)
        return await run_in_threadpool(function, **kwargs)

    def text_of(value):
        return json.dumps(jsonable_encoder(value), allow_nan=False)

    async def answer_of(response):
        """The response as text, whatever kind of one it is: it is had as a server would have it."""
        parts = []

        async def send(message):
            parts.append(message.get("body", b""))

        scope = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "method": "POST", "headers": []}
        await response(scope, asyncio.Event().wait, send)
        kind = response.headers.get("content-type", "application/octet-stream")
        encoded = base64.b64encode(b"".join(parts)).decode()
        return json.dumps({"status": response.status_code, "contentType": kind, "base64": encoded})

    async def whole_of(result, is_job):
        """Of what comes after progress."""
        if not isinstance(result, Response):
            return "result", text_of(result)
        if not is_job:
            raise TypeError("predict returned a response after it had told progress")
        return "answer", await answer_of(result)

    async def work(kwargs, queue, is_job):
        try:
            result = await call_function(kwargs)
            if is_generator(result):
                async for value in values_of(result):
                    await queue.put(("value", text_of(value)))
                await queue.put(("end", None))
            elif isinstance(result, Response) or is_job:
                await queue.put(("result", result))
            else:
                await queue.put(("value", text_of(result)))
                await queue.put(("end", None))
        except Exception as error:
            await queue.put(("error", error))

    def event_of(kind, text):
        return {
            "value": f"data: {text}\n\n",
            "error": f'event: error\ndata: {{"error": {text}}}\n\n',
            "end": "event: end\ndata: {}\n\n",
        }.get(kind, "")

    def line_of(kind, text):
        return {"value": f"{text}\n", "end": ""}.get(kind, f'{{"{kind}": {text}}}\n')

    def job_line_of(kind, text):
        return "" if kind == "end" else f'{{"{kind}": {text}}}\n'

    async def streamed(kwargs, call, framed, media_type):
        queue = asyncio.Queue(maxsize=16)
        loop = asyncio.get_running_loop()

        def put_if_room(item):
            # progress that nobody keeps up with is not worth waiting for
            if not queue.full():
                queue.put_nowait(item)

        def tell(told):
            item = ("progress", json.dumps(told))
            if asyncio._get_running_loop() is loop:
                put_if_room(item)
            else:
                loop.call_soon_threadsafe(put_if_room, item)

        if call.wants_progress and framed is not event_of:
            call.tell = tell
        task = asyncio.create_task(work(kwargs, queue, call.is_job))
        first = await queue.get()
        if first[0] == "error":
            raise first[1]
        if first[0] == "result":
            return first[1]

        async def rest():
            """What comes, as kinds and texts; of an error, itself."""
            item = first
            while True:
                kind, value = item
                try:
                    if kind == "result":
                        kind, value = await whole_of(value, call.is_job)
                except Exception as error:
                    kind, value = "error", error
                yield kind, value
                if kind not in ("progress", "value"):
                    return
                item = await queue.get()

        async def lines():
            try:
                async for kind, value in rest():
                    if kind != "error":
                        yield framed(kind, value)
                        continue
                    print("".join(traceback.format_exception(type(value), value, value.__traceback__)), file=sys.stderr)
                    yield framed(kind, json.dumps(told_error(value)))
                    # what is not whole must not look so; a job's last line says what it is
                    if not call.is_job:
                        raise value
            finally:
                task.cancel()

        return StreamingResponse(lines(), media_type=media_type)

    async def endpoint(**kwargs):
        call = CALL.get()
        if call.is_job:
            return await streamed(kwargs, call, job_line_of, JOB_LINES)
        if "text/event-stream" in call.accept:
            return await streamed(kwargs, call, event_of, "text/event-stream")
        if "application/x-ndjson" in call.accept:
            return await streamed(kwargs, call, line_of, "application/x-ndjson")
        result = await call_function(kwargs)
        if is_generator(result):
            return JSONResponse([jsonable_encoder(value) async for value in values_of(result)])
        return result

    endpoint.__signature__ = signature
    endpoint.__name__ = getattr(function, "__name__", "predict")
    endpoint.__doc__ = function.__doc__
    return endpoint


def told_error(error):
    shown = error.__traceback__
    # what lies between the server and the handler is nobody's concern
    while shown is not None and shown.tb_frame.f_code.co_filename != HANDLER_FILE:
        shown = shown.tb_next
    details = "".join(traceback.format_exception(type(error), error, shown or error.__traceback__))
    return {"code": "handler_failed", "message": str(error) or type(error).__name__, "details": details}


def make_app(name, instance, predict):
    from fastapi import FastAPI
    from fastapi.responses import JSONResponse

    async def unhandled(_, error):
        return JSONResponse({"error": told_error(error)}, status_code=500)

    handlers = {Exception: unhandled, **dict(getattr(instance, "exception_handlers", None) or {})}
    app = FastAPI(title=name, exception_handlers=handlers)
    app.add_api_route("/predict", endpoint_of(predict), methods=["POST"], response_model=None)

    async def healthcheck():
        return {"status": "ready", "progress": None}

    for path in ("/healthcheck", "/health"):
        app.add_api_route(path, healthcheck, methods=["GET"])

    async def with_call(scope, receive, send):
        if scope["type"] == "http":
            CALL.set(Call(scope))
        await app(scope, receive, send)

    return with_call


def run(config_path, socket_path):
    config = read_config(config_path)
    waiting = Waiting(socket_path)
    logger = Logger()
    own = types.ModuleType("berth_worker")
    own.logger, own.progress, own.request_id = logger, progress, request_id
    sys.modules["berth_worker"] = own
    waiting.say(f"loading {os.path.basename(config['file'])}")
    began = time.monotonic()
    name, instance, predict = load(config, logger)
    app = make_app(name, instance, predict)
    print(f"{name} is loaded ({time.monotonic() - began:.1f} s)", flush=True)
    waiting.end()
    import uvicorn

    uvicorn.run(app, uds=socket_path, log_level="warning", access_log=False)


def end_with_parent():
    """The runner holds the other end of standard input; when it is gone, so is this."""
    def wait():
        while sys.stdin.buffer.read(65536):
            pass
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    command, *words = sys.argv[1:]
    try:
        if command == "check":
            check()
        else:
            if os.environ.get("BERTH_HANDLER_TIED") == "1":
                end_with_parent()
            {"serve": serve, "contained": contained, "run": run}[command](*words)
    except Refused as error:
        print(error, file=sys.stderr, flush=True)
        sys.exit(REFUSED)
`;
