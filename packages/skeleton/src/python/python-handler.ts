import type { HandlerType } from "../choices.ts";

/** What differs between the kinds of functions. */
const kinds: Readonly<
  Record<HandlerType, { readonly def: string; readonly work: string; readonly call: string }>
> = {
  sync: { def: "def", work: "return", call: "return handle(read_input(request), request, env)" },
  async: { def: "async def", work: "return", call: "return await handle(read_input(request), request, env)" },
  generator: { def: "def", work: "yield", call: "yield from handle(read_input(request), request, env)" },
  "async-generator": {
    def: "async def",
    work: "yield",
    call: "async for value in handle(read_input(request), request, env):\n        yield value",
  },
};

/** `handler.py`: reads the input into the model and calls `handle`, which is the user's to write. */
export function pythonHandler(main: string, handlerType: HandlerType): string {
  const { def, work, call } = kinds[handlerType];
  const gives =
    work === "return" ? "What it returns is the answer" : "Each value that it yields is a part of the answer";
  return `from typing import Any, Dict

from fastapi import HTTPException
from pydantic import TypeAdapter, ValidationError

from model import ${main}

# Packages of PyPI and of Debian: plain lists, which are read before this file runs.
python_requirements = []
system_dependencies = []

reader = TypeAdapter(${main})


${def} handle(request_input: ${main}, request: Dict[str, Any], env):
    """Your work goes here. ${gives}; env.progress(done, total) tells how far it is."""
    ${work} {"received": request_input}


def read_input(request: Dict[str, Any]) -> ${main}:
    try:
        return reader.validate_python(request["input"])
    except ValidationError as error:
        raise HTTPException(422, error.errors(include_url=False, include_context=False, include_input=False))


${def} handler(request: Dict[str, Any], env):
    ${call}
`;
}
