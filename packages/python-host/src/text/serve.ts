/** The handler behind its socket. */
export const serve = String.raw`
def make_app(loaded):
    from fastapi import FastAPI
    from fastapi.responses import JSONResponse

    async def unhandled(_, error):
        return JSONResponse({"error": told_error(error)}, status_code=500)

    handlers = {Exception: unhandled, **dict(getattr(loaded.instance, "exception_handlers", None) or {})}
    app = FastAPI(title=loaded.name, exception_handlers=handlers)
    if loaded.predict is not None:
        app.add_api_route("/predict", endpoint_of(loaded.predict), methods=["POST"], response_model=None)

    async def healthcheck():
        return {"status": "ready", "progress": None}

    for path in ("/healthcheck", "/health"):
        app.add_api_route(path, healthcheck, methods=["GET"])

    async def with_call(scope, receive, send):
        if scope["type"] == "http":
            CALL.set(Call(scope, receive))
        await app(scope, receive, send)

    return with_call


def run(config_path, socket_path):
    config = read_config(config_path)
    waiting = Waiting(socket_path)
    logger = Logger()
    own = types.ModuleType("berth_worker")
    for each in (progress, request_id, is_cancelled, start, Env):
        setattr(own, each.__name__, each)
    own.logger = logger
    sys.modules["berth_worker"] = own
    file_name = os.path.basename(config["file"])
    waiting.say(f"loading {file_name}")
    began = time.monotonic()
    loaded = load(config, logger)
    secret = config.get("workerSecret")
    if loaded.predict is None and secret is None:
        raise Refused(
            f"{file_name} passes calls on to a server, which no replica does: use berth worker run {file_name}, "
            "or make the server itself the replica by its command"
        )
    app = make_app(loaded)
    print(f"{loaded.name} is loaded ({time.monotonic() - began:.1f} s)", flush=True)
    waiting.end()
    import uvicorn

    settings = {"uds": socket_path, "log_level": "warning", "access_log": False}
    if secret is None:
        uvicorn.run(app, **settings)
    else:
        serve_worker(app, loaded, secret, settings)
`;
