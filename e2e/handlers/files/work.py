import asyncio
import ctypes
import os
import subprocess
import time
import urllib.request

from berth_worker import is_cancelled, logger, progress, request_id
from fastapi import Body, HTTPException


def wait_at(gate):
    urllib.request.urlopen(gate).read()


def counted(count, gate):
    for number in range(count):
        progress(number, count, "counts")
        yield {"number": number}
        if gate:
            wait_at(gate)


async def counted_async(count):
    for number in range(count):
        await asyncio.sleep(0)
        yield {"number": number}


async def waiting():
    try:
        yield "begun"
        await asyncio.Event().wait()
    finally:
        print("was cancelled", flush=True)


concurrency = 2


class Work:
    """Does what it is asked to, or comes to the end that it is asked for."""

    def predict(self, kind: str = Body(), count: int = Body(0), path: str = Body("")):
        if kind == "generator":
            return counted(count, path)
        if kind == "async generator":
            return counted_async(count)
        if kind == "waits":
            return waiting()
        if kind == "looks":
            logger.info("begun")
            while not is_cancelled():
                time.sleep(0.01)
            print("has seen that it is cancelled", flush=True)
        if kind == "waits at a gate":
            wait_at(path)
        if kind == "keeps the interpreter":
            # nothing else of Python runs meanwhile
            ctypes.PyDLL(None).sleep(count)
        if kind == "starts a child":
            return subprocess.Popen(["sleep", "3600"]).pid
        if kind == "raises":
            raise RuntimeError("there is no such voice")
        if kind == "refuses":
            raise HTTPException(418, "not that")
        if kind == "exits once" and not os.path.exists(path):
            open(path, "w").close()
            os._exit(7)
        return {"id": request_id(), "pid": os.getpid(), "large": 2**64}
