from typing import Callable, Dict, List, Type, Union

from berth_worker import logger
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel


class Item(BaseModel):
    prompt: str
    frame_size: int = 256
    guidance_scale: float = 15


async def on_value_error(_, error: Exception):
    return JSONResponse({"error": str(error), "type": "unhandled_error"}, status_code=500)


class ShapEHandler:
    system_dependencies: List[str] = ["curl"]
    python_requirements: List[str] = ["iniconfig==2.0.0"]
    exception_handlers: Dict[Union[int, Type[Exception]], Callable] = {ValueError: on_value_error}

    def __init__(self) -> None:
        self.frames = [b"GIF", b"89a"]

    def predict(self, item: Item, loud: bool = False):
        import iniconfig

        logger.set_level("debug")
        logger.debug(f"draws with {iniconfig.__name__}", caller=True)
        if item.prompt == "nothing":
            raise ValueError("there is nothing to draw")
        if item.prompt == "fields":
            return {"frame_size": item.frame_size, "guidance_scale": item.guidance_scale, "loud": loud}
        return StreamingResponse(iter(self.frames), media_type="image/gif")
