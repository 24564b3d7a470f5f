"""Has Python's official openai client transcribe a clip, and prints what came back as one JSON object."""

import json
import sys

from openai import BadRequestError, OpenAI

url, model, clip, key = *sys.argv[1:4], sys.stdin.readline().strip()
client = OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)


def hear(**more):
    with open(clip, "rb") as file:
        return client.audio.transcriptions.create(file=file, model=model, language="en", **more)


def refusal():
    try:
        hear(response_format="xml")
    except BadRequestError as error:
        return [type(error).__name__, error.param]
    return None


verbose = hear(response_format="verbose_json", timestamp_granularities=["segment", "word"])
with open(clip, "rb") as file:
    translation = client.audio.translations.create(file=file, model=model, response_format="verbose_json")

print(
    json.dumps(
        {
            "text": hear().text,
            "duration": float(verbose.duration),
            "segments": all(segment.end >= segment.start for segment in verbose.segments),
            "words": all(word.end >= word.start for word in verbose.words),
            "srt": hear(response_format="srt").startswith("1\n00:00:"),
            "translation": translation.task,
            "stream": [event.type for event in hear(stream=True)],
            "refused": refusal(),
        }
    )
)
