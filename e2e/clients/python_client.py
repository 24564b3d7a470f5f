"""Drives Berth with Python's official openai client and prints what came back as one JSON object."""

import json
import sys

from openai import AuthenticationError, NotFoundError, OpenAI

url, key, known = sys.argv[1], sys.stdin.readline().strip(), json.loads(sys.argv[2])
client = OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)


def ask(text, **more):
    return client.chat.completions.create(
        model="pilot", temperature=0, messages=[{"role": "user", "content": text}], **more
    )


def error_of(call):
    try:
        call()
    except (AuthenticationError, NotFoundError) as error:
        return [type(error).__name__, error.status_code]
    return None


stream = list(ask(known["question"], stream=True, stream_options={"include_usage": True}))
schema = {"type": "json_schema", "json_schema": {"name": "person", "schema": known["schema"], "strict": True}}
tool_call = ask(known["toolQuestion"], tools=[known["tool"]]).choices[0].message.tool_calls[0]
wrong = OpenAI(base_url=f"{url}/v1", api_key="sk-berth-wrong", max_retries=0)

print(
    json.dumps(
        {
            "chat": ask(known["question"]).choices[0].message.content,
            "stream": "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices),
            "usage": stream[-1].usage.completion_tokens,
            "tool": [tool_call.function.name, json.loads(tool_call.function.arguments)],
            "json": json.loads(ask(known["extraction"], response_format=schema).choices[0].message.content),
            "embedding": len(client.embeddings.create(model="embedder", input="harbour").data[0].embedding),
            "models": [model.id for model in client.models.list()],
            "unknown": error_of(
                lambda: client.chat.completions.create(model="pilott", messages=[{"role": "user", "content": "hi"}])
            ),
            "wrong_key": error_of(lambda: wrong.models.list()),
        }
    )
)
