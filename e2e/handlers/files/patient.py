import threading

from berth_worker import progress
from fastapi import Body, HTTPException
from fastapi.responses import StreamingResponse

GO = threading.Event()


def yielded(count):
    GO.clear()
    for number in range(count):
        progress(number, count, "patient")
        yield {"number": number}
        GO.wait()


class Handler:
    """Yields its first value, and the others when another call says so; without values it is plain."""

    def predict(self, values: int = Body(0), mode: str = Body("")):
        if values:
            return yielded(values)
        if mode == "go":
            GO.set()
        if mode == "refuse":
            raise HTTPException(418, "not that")
        if mode == "told":
            progress(1, 2)
            return StreamingResponse(iter(["a", "b"]), status_code=202, media_type="text/x")
        if mode == "fail":
            progress(1, 2)
            raise RuntimeError("broken")
        if mode == "half":
            progress(1, 2)
        return {"plain": [1, 2], "large": 10**20}
