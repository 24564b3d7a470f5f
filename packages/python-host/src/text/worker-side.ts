/** What a worker that started the host asks of it, beside calling the handler. */
export const workerSide = String.raw`
def serve_worker(app, loaded, secret, settings):
    """The same app, and below /-/ what only the worker may ask. It ends when the worker says so, or is gone."""
    import uvicorn
    from starlette.requests import Request
    from starlette.responses import JSONResponse

    class Server(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self):
            # who signals all processes at once means the worker: it finishes what runs here
            for each in (signal.SIGTERM, signal.SIGINT):
                signal.signal(each, lambda *_: None)
            yield

    async def about(_):
        return {
            "about": f"python {'.'.join(map(str, sys.version_info[:3]))}",
            "concurrency": loaded.concurrency,
            "hasModifier": loaded.modifier is not None,
            "baseUrl": loaded.base_url,
        }

    async def concurrency(told):
        return {"allowed": await value_of(loaded.modifier, told["current"])}

    async def started(_):
        return {"started": await value_of(loaded.check_start) is True}

    async def end(_):
        server.should_exit = True
        return {}

    routes = {"/-/about": about, "/-/concurrency": concurrency, "/-/started": started, "/-/end": end}
    own_header = (b"x-berth-worker", secret.encode())

    async def with_routes(scope, receive, send):
        route = routes.get(scope.get("path"))
        if route is None or own_header not in scope["headers"]:
            return await app(scope, receive, send)
        try:
            answer = JSONResponse(await route(await Request(scope, receive).json()))
        except Exception as error:
            traceback.print_exc()
            answer = JSONResponse({"error": told_error(error)}, status_code=500)
        await answer(scope, receive, send)

    server = Server(uvicorn.Config(with_routes, **settings))
    server.run()


async def value_of(function, *arguments):
    value = function(*arguments)
    return await value if inspect.isawaitable(value) else value
`;
