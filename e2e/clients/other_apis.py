"""Drives Berth with Python's official clients of other systems and prints what came back as one JSON object."""

import json
import sys

import anthropic
import ollama
import text_generation

url, key, port, known = sys.argv[1], sys.stdin.readline().strip(), sys.argv[2], json.loads(sys.argv[3])
function = known["tool"]["function"]
weather = '{"sky": "sunny", "celsius": 21}'


def error_of(call):
    try:
        call()
    except Exception as error:  # whatever class it is: that is what is looked at
        return [type(error).__name__, getattr(error, "status_code", None)]
    return None


claude = anthropic.Anthropic(base_url=url, api_key=key, max_retries=0)
anthropic_tool = {
    "name": function["name"],
    "description": function["description"],
    "input_schema": function["parameters"],
}


def ask_claude(text, **more):
    messages = [{"role": "user", "content": text}]
    given = {"model": "pilot", "max_tokens": 100, "messages": messages, "extra_body": {"temperature": 0}}
    return claude.messages.create(**{**given, **more})


def stream_claude():
    messages = [{"role": "user", "content": known["question"]}]
    with claude.messages.stream(
        model="pilot", max_tokens=100, messages=messages, extra_body={"temperature": 0}
    ) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
        return [text, final.content[0].text, final.stop_reason]


def claude_tool_turn():
    asked = ask_claude(known["toolQuestion"], tools=[anthropic_tool])
    call = next(block for block in asked.content if block.type == "tool_use")
    result = {"type": "tool_result", "tool_use_id": call.id, "content": weather}
    answered = ask_claude(
        "",
        tools=[anthropic_tool],
        messages=[
            {"role": "user", "content": known["toolQuestion"]},
            {"role": "assistant", "content": asked.content},
            {"role": "user", "content": [result]},
        ],
    )
    return [asked.stop_reason, call.name, call.input, "sunny" in answered.content[0].text]


llama = ollama.Client(host=url, headers={"authorization": f"Bearer {key}"})


def ask_ollama(text, **more):
    given = {"model": "pilot", "messages": [{"role": "user", "content": text}], "options": {"temperature": 0}}
    return llama.chat(**{**given, **more})


ollama_parts = list(ask_ollama(known["question"], stream=True))
ollama_call = ask_ollama(known["toolQuestion"], tools=[known["tool"]]).message.tool_calls[0].function

# TGI serves one model: its clients are led to a service's own port
headers = {"authorization": f"Bearer {key}"}
tgi = text_generation.Client(f"http://127.0.0.1:{port}", headers=headers)
whole = tgi.generate("The capital of", max_new_tokens=3)
tokens = list(tgi.generate_stream("The capital of", max_new_tokens=3, return_full_text=True))

print(
    json.dumps(
        {
            "anthropic_chat": ask_claude(known["question"]).content[0].text,
            "anthropic_stream": stream_claude(),
            "anthropic_tool": claude_tool_turn(),
            "anthropic_models": [model.id for model in claude.models.list()],
            "anthropic_unknown": error_of(lambda: ask_claude("hi", model="pilott")),
            "anthropic_wrong_key": error_of(
                lambda: anthropic.Anthropic(base_url=url, api_key="sk-berth-wrong", max_retries=0).models.list()
            ),
            "ollama_chat": ask_ollama(known["question"]).message.content,
            "ollama_stream": "".join(part.message.content for part in ollama_parts),
            "ollama_done": [ollama_parts[-1].done_reason, ollama_parts[-1].eval_count],
            "ollama_tool": [ollama_call.name, dict(ollama_call.arguments)],
            "ollama_generate": llama.generate(model="pilot", prompt=known["question"], options={"temperature": 0}).response,
            "ollama_json": json.loads(ask_ollama(known["extraction"], format=known["schema"]).message.content),
            "ollama_embed": len(llama.embed(model="embedder", input=["harbour", "crane"]).embeddings),
            "ollama_models": [model.model for model in llama.list().models],
            "ollama_show": llama.show("embedder").capabilities,
            "ollama_unknown": error_of(lambda: ask_ollama("hi", model="pilott")),
            "tgi_generate": [whole.generated_text, whole.details.finish_reason.value, whole.details.generated_tokens],
            "tgi_stream": [
                "".join(part.token.text for part in tokens if not part.token.special),
                tokens[-1].generated_text,
                tokens[-1].details.finish_reason.value,
            ],
            "tgi_wrong": error_of(lambda: tgi.generate("Hi", truncate=5)),
        }
    )
)
