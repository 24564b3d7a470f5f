/** A function as an endpoint of FastAPI, which streams to whoever asks. */
export const endpoint = String.raw`
def endpoint_of(function):
    """A FastAPI endpoint with the function's own parameters, which streams what it yields, and progress, to whoever asks."""
    from fastapi import HTTPException
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

    async def unless_gone(call, work):
        """What the work gives; it is cancelled when the caller goes away before. Nobody reads what is answered then."""
        task, gone = asyncio.ensure_future(work), asyncio.ensure_future(call.until_gone())
        try:
            await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                call.is_cancelled = True
                raise HTTPException(499, "the caller has gone")
            return task.result()
        finally:
            task.cancel()
            gone.cancel()

    async def whole(kwargs):
        result = await call_function(kwargs)
        if is_generator(result):
            return JSONResponse([jsonable_encoder(value) async for value in values_of(result)])
        return result

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
        try:
            first = await unless_gone(call, queue.get())
        except BaseException:
            task.cancel()
            raise
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
                call.is_cancelled = not task.done()
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
        return await unless_gone(call, whole(kwargs))

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
`;
