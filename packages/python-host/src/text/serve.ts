/** The handler behind its socket. */
export const serve = String.raw`
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
`;
