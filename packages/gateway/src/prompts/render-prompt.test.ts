import { promptTypeNames, type PromptFormat } from "@berth/api";
import type { RequestMessage } from "@berth/api/openai";
import { describe, expect, test } from "vitest";
import golden from "./golden/h2ogpt-prompts.json" with { type: "json" };
import { renderPrompt } from "./render-prompt.ts";

const said = (...all: readonly string[]): RequestMessage[] =>
  all.map((content, index) => ({ role: index % 2 === 0 ? "user" : "assistant", content }));
const system = (content: string): RequestMessage => ({ role: "system", content });
const oneTurn = said("Go to the market?");
const threeTurns = said("Hello!", "Hi!", "How are you?", "I'm good", "Go to the market?");
const who = said("Who are you and what do you do?", "SYS");

const built: (readonly [string, PromptFormat])[] = [
  ["plain", { kind: "plain" }],
  ...promptTypeNames.map((name) => [name, { kind: "type", name }] as const),
];

/** h2oGPT's own renderings, by running it on 21 November 2026. dai_faq has none: it fails there. */
const recorded = built.flatMap(([name, format]) => {
  const facts = Object.entries(golden).find(([key]) => key === name)?.[1];
  return facts === undefined ? [] : [[name, { format, ...facts }] as const];
});

test("every type that is built has been recorded, but the one that fails there", () => {
  const names = recorded.map(([name]) => name);
  expect(built.map(([name]) => name).filter((name) => !names.includes(name))).toEqual(["dai_faq"]);
});

/** The one that takes a system prompt there and drops it. */
const drops = ["docsgpt"];

describe.each(recorded)("%s agrees with h2oGPT byte by byte", (name, { format, ...facts }) => {
  const prompt = (messages: RequestMessage[]) => renderPrompt(format, messages).prompt;

  test("without a system prompt", () => {
    expect(prompt([system(""), ...threeTurns])).toBe(facts.threeTurns.none);
    expect(prompt([system(""), ...oneTurn])).toBe(facts.oneTurn.none);
  });

  test("with its own", () => {
    expect(prompt(threeTurns)).toBe(facts.threeTurns.byDefault);
    expect(prompt(oneTurn)).toBe(facts.oneTurn.byDefault);
  });

  test("with one that was given, or a first turn in its place", () => {
    const placed = facts.takesSystem && !drops.includes(name);
    const inTurn = prompt([...who, ...oneTurn]);
    expect(prompt([system("SYS"), ...threeTurns])).toBe(
      placed ? facts.threeTurns.SYS : prompt([...who, ...threeTurns]),
    );
    expect(prompt([system("SYS"), ...oneTurn])).toBe(placed ? facts.oneTurn.SYS : inTurn);
  });

  test("with all its stop strings, or shorter ones that stop as early", () => {
    const { stops } = renderPrompt(format, oneTurn);
    const missing = facts.stops.filter((stop) => !stops.some((one) => stop.startsWith(one)));
    expect(missing).toEqual(name === "yi" ? ["<|endotftext|>"] : []);
  });
});

describe("what h2oGPT does wrong is done right", () => {
  test("dai_faq: its separator is a text", () => {
    const rendered = renderPrompt({ kind: "type", name: "dai_faq" }, said("a", "b", "c"));
    const question = "\n### Driverless AI frequently asked question:\n";
    const answer = "\n### Driverless AI documentation answer:\n";
    expect(rendered.prompt).toBe(
      `Answer the following Driverless AI question.\n${question}a\n\n${answer}b\n\n${question}c\n\n${answer}`,
    );
    expect(rendered.stops).toContain("\n\n");
  });

  test("yi: its stop string is spelt as the model spells it", () => {
    expect(renderPrompt({ kind: "type", name: "yi" }, oneTurn).stops).toContain("<|endoftext|>");
  });
});

describe("a prompt_dict", () => {
  const documented = {
    PreInput: null,
    PreInstruct: "",
    PreResponse: "<bot>:",
    botstr: "<bot>:",
    chat_sep: "\n",
    humanstr: "<human>:",
    promptA: "<human>: ",
    promptB: "<human>: ",
    terminate_response: ["<human>:", "<bot>:"],
  };
  const custom = (dict: Extract<PromptFormat, { kind: "custom" }>["dict"]) =>
    renderPrompt({ kind: "custom", dict }, said("Hello!", "Hi!", "Go?"));

  test("as h2oGPT documents it: the mark of its promptB stands once before each user message", () => {
    expect(custom(documented)).toEqual({
      prompt: "<human>: Hello!\n<bot>:Hi!\n<human>: Go?\n<bot>:",
      stops: ["<human>:", "<bot>:"],
      spaceBeforeAnswer: false,
    });
  });

  test("with the mark in PreInstruct, where it belongs", () => {
    const moved = { ...documented, promptA: "", promptB: "", PreInstruct: "<human>: " };
    expect(custom(moved)).toEqual(custom(documented));
  });

  test("whose promptB is a preamble: it stands once", () => {
    expect(
      custom({ promptB: "Be kind.\n", PreInstruct: "Q: ", PreResponse: "A: ", chat_turn_sep: "\n\n" }).prompt,
    ).toBe("Be kind.\nQ: Hello!\nA: Hi!\n\nQ: Go?\nA: ");
  });

  test("that is empty joins the messages by lines", () => {
    expect(custom({})).toEqual({ prompt: "Hello!\nHi!\nGo?\n", stops: [], spaceBeforeAnswer: false });
  });

  test("a system prompt becomes a first turn", () => {
    expect(renderPrompt({ kind: "custom", dict: documented }, [system("SYS"), ...oneTurn]).prompt).toBe(
      "<human>: Who are you and what do you do?\n<bot>:SYS\n<human>: Go to the market?\n<bot>:",
    );
  });
});

describe("a chat template", () => {
  const chatMl =
    "{{ bos_token }}{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";
  const noSystem =
    "{% for message in messages %}{% if message.role == 'system' %}{{ raise_exception('no system') }}{% endif %}[{{ message.role }}]{{ message.content }}{{ eos_token }}{% endfor %}";
  const silent =
    "{% for message in messages %}{% if message.role != 'system' %}[{{ message.role }}]{{ message.content }}{% endif %}{% endfor %}";
  const template = (text: string): PromptFormat => ({
    kind: "template",
    text,
    bosToken: "<s>",
    eosToken: "</s>",
  });

  test("is rendered with its tokens; its ends of turns are stops", () => {
    expect(renderPrompt(template(chatMl), [system("SYS"), ...oneTurn])).toEqual({
      prompt:
        "<s><|im_start|>system\nSYS<|im_end|>\n<|im_start|>user\nGo to the market?<|im_end|>\n<|im_start|>assistant\n",
      stops: ["</s>", "<|im_end|>"],
      spaceBeforeAnswer: false,
    });
  });

  test.each([
    ["refuses", noSystem, "</s>"],
    ["drops", silent, ""],
  ])("that %s a system prompt gets it as a first turn", (_, text, end) => {
    expect(renderPrompt(template(text), [system("SYS"), ...oneTurn]).prompt).toBe(
      `[user]Who are you and what do you do?${end}[assistant]SYS${end}[user]Go to the market?${end}`,
    );
  });

  test("that refuses the messages is told in its own words", () => {
    const refusing = template("{{ raise_exception('roles must alternate') }}");
    expect(() => renderPrompt(refusing, oneTurn)).toThrow(
      expect.objectContaining({
        code: "unsupported",
        message: "messages: the model's chat template refuses these messages: roles must alternate",
      }),
    );
  });

  test("that is no Jinja cannot be read", () => {
    expect(() => renderPrompt(template("{% if %}"), oneTurn)).toThrow(
      "the model's chat template cannot be read: ",
    );
  });
});

describe("messages that no text can express are refused by their field", () => {
  const image = { type: "image_url", image_url: { url: "data:," } };
  test.each<[string, RequestMessage[], string]>([
    [
      "an image",
      [{ role: "user", content: [{ type: "text", text: "a" }, image] }],
      "messages[0].content[1].type",
    ],
    ["a tool's result", [...oneTurn, { role: "tool", content: "1", tool_call_id: "x" }], "messages[1].role"],
    [
      "tool calls",
      [{ role: "assistant", content: "", tool_calls: [{ function: { name: "f", arguments: "" } }] }],
      "messages[0].tool_calls",
    ],
    ["a name", [{ role: "user", content: "a", name: "Bob" }], "messages[0].name"],
    ["no text", [{ role: "user", content: null }], "messages[0].content"],
    ["two users", said("a").concat(said("b")), "messages[1].role"],
    ["an assistant first", [{ role: "assistant", content: "a" }], "messages[0].role"],
    ["an assistant last", said("a", "b"), "messages[1].role"],
    ["a late system message", [...said("a", "b"), system("c")], "messages[2].role"],
    ["two system messages", [system("a"), system("b"), ...oneTurn], "messages[1].role"],
    ["a system message alone", [system("a")], "messages"],
    ["nothing", [], "messages"],
  ])("%s", (_, messages, param) => {
    expect(() => renderPrompt({ kind: "plain" }, messages)).toThrow(
      expect.objectContaining({ code: "unsupported", param }),
    );
  });
});

test("parts of text are one text, and a developer is the system", () => {
  const parts: RequestMessage[] = [
    { role: "developer", content: [{ type: "text", text: "SYS" }] },
    {
      role: "user",
      content: [
        { type: "text", text: "Hello" },
        { type: "text", text: " you" },
      ],
    },
  ];
  expect(renderPrompt({ kind: "type", name: "zephyr" }, parts).prompt).toBe(
    "<|system|>\nSYS</s>\n<|user|>\nHello you</s>\n<|assistant|>\n",
  );
});
