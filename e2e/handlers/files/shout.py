from typing import Dict, List, Optional

from berth_worker import logger, progress
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel


class Item(BaseModel):
    prompt: str
    times: int = 1


async def on_value_error(_, error):
    return JSONResponse({"own": str(error)}, status_code=418)


class Handler:
    system_dependencies: List[str] = ["curl"]
    python_requirements: List[str] = []
    secrets: List[str] = ["VOICE"]
    exception_handlers: Dict = {ValueError: on_value_error}

    def __init__(self, **kwargs) -> None:
        self.voice = self.secrets["VOICE"]

    def predict(self, item: Item, loud: bool = False, note: Optional[str] = None):
        logger.info("asked", caller=True)
        if item.prompt == "refuse":
            raise ValueError("not that")
        if item.prompt == "break":
            raise RuntimeError("broken")
        if item.prompt == "gif":
            return StreamingResponse(iter([b"GIF", b"89a"]), media_type="image/gif")
        progress(1, 1, "said")
        text = " ".join([item.prompt] * item.times)
        return {"voice": self.voice, "text": text.upper() if loud else text, "note": note}
