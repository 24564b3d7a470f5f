from typing import Any, Dict


def handler(request: Dict[str, Any], env):
    return {"output": request["input"], "id": request["meta"]["requestID"]}


def gen_handler(request: Dict[str, Any], env):
    for i in range(5):
        env.progress(i, 5)
        yield i


async def async_handler(request: Dict[str, Any], env):
    env.progress(1, 2, "half")
    return {"output": "hello"}


async def async_gen_handler(request: Dict[str, Any], env):
    for i in range(10):
        yield i
