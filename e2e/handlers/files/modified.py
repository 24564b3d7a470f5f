import asyncio
from typing import Any, Dict

from berth_worker import Env, start


def handler(request: Dict[str, Any], env: Env):
    return "it is not this one"


async def async_handler(request: Dict[str, Any], env: Env):
    env.progress(1, 2)
    host, port = request["input"]["gate"]
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(b"GET / HTTP/1.0\r\n\r\n")
    await reader.readline()
    writer.close()
    return {"output": "hello", "id": request["meta"]["requestID"]}


def concurrency_modifier(current_allowed_concurrency: int) -> int:
    return 2


start({"handler": async_handler, "concurrency_modifier": concurrency_modifier})
