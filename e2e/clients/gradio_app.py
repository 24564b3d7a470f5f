"""A chat, a chat with settings, or functions, on a free port, until its input ends. Its address is the first line it says."""

import sys

import gradio as gr


def chat(message, history):
    said = ""
    for piece in ("echo:", " ", message):
        said += piece
        yield said


def configured(message, history, system_message, max_tokens, temperature):
    yield f"{system_message} {max_tokens:g} {temperature:g} {message}"


def shout(text):
    return text.upper()


def fail(text):
    raise gr.Error("no such luck")


def respond(message, history):
    history = [*history, {"role": "user", "content": message}]
    yield "", history
    said = [turn["content"] if isinstance(turn["content"], str) else turn["content"][0]["text"] for turn in history]
    yield "", [*history, {"role": "assistant", "content": "heard " + " ".join(said)}]


def functions():
    with gr.Blocks() as app:
        text, answer, history = gr.Textbox(), gr.Textbox(), gr.Chatbot()
        button = gr.Button()
        button.click(shout, text, answer, api_name="shout")
        button.click(fail, text, answer, api_name="fail")
        button.click(respond, [text, history], [text, history], api_name="talk")
    return app


apps = {
    "chat": lambda: gr.ChatInterface(chat),
    "settings": lambda: gr.ChatInterface(
        configured,
        additional_inputs=[
            gr.Textbox(value="You are friendly.", label="System message"),
            gr.Slider(1, 2048, value=512, step=1, label="Max new tokens"),
            gr.Slider(0.1, 4, value=0.7, label="Temperature"),
        ],
    ),
    "functions": functions,
}

which, password = sys.argv[1], sys.argv[2]
_, url, _ = apps[which]().launch(
    server_name="127.0.0.1",
    prevent_thread_lock=True,
    quiet=True,
    auth=None if password == "" else ("lab", password),
)
print(url, flush=True)
sys.stdin.read()
