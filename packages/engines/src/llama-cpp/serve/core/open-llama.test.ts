import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pilotConfig } from "../test/engine.ts";
import type { TokenReport } from "./generation.ts";
import type { GenerateRequest, LlamaHost } from "./host.ts";
import { openLlama } from "./open-llama.ts";
import type { Sampling } from "./sampling.ts";

const greedy: Sampling = {
  temperature: 0,
  topK: 0,
  topP: 1,
  minP: 0,
  frequencyPenalty: 0,
  presencePenalty: 0,
  seed: 1,
  bias: new Map(),
};
const warm: Sampling = { ...greedy, temperature: 1 };
const berth =
  "Berth runs open models on your laptop, in containers or on a Slurm cluster, and gives all of them one address that speaks the OpenAI API.";
const noAbort = new AbortController().signal;

let host: LlamaHost;
beforeAll(async () => {
  host = await openLlama(pilotConfig());
});
afterAll(() => host.close());

function question(text: string): Omit<GenerateRequest, "sampling"> {
  return {
    prompt: host.promptOf(`<|im_start|>user\n${text}<|im_end|>\n<|im_start|>assistant\n`, "messages"),
  };
}

async function answer(text: string, more: Partial<GenerateRequest> = {}, signal = noAbort) {
  let answered = "";
  const tokens: TokenReport[] = [];
  const result = await host.generate(
    { ...question(text), sampling: greedy, ...more },
    (piece, reports) => {
      answered += piece;
      tokens.push(...reports);
    },
    signal,
  );
  return { ...result, text: answered, tokens };
}

describe("one answer", () => {
  test("is what the model was trained to say, and ends there", async () => {
    expect(await answer("What is Berth?")).toMatchObject({
      text: berth,
      finishReason: "stop",
      completionTokens: 29,
    });
  });

  test("ends at its limit", async () => {
    expect(await answer("What is Berth?", { maxTokens: 3 })).toMatchObject({
      text: "Berth runs open",
      finishReason: "length",
      completionTokens: 3,
    });
  });

  test("ends before a stop string", async () => {
    expect(await answer("What is Berth?", { stop: ["laptop", "models on"] })).toMatchObject({
      text: "Berth runs open ",
      finishReason: "stop",
    });
  });

  test("ends where its reader says", async () => {
    let pieces = 0;
    const result = await host.generate(
      { ...question("What is Berth?"), sampling: greedy },
      () => (++pieces === 2 ? "stop" : undefined),
      noAbort,
    );
    expect([pieces, result.finishReason]).toEqual([2, "stop"]);
  });

  test("waits for a reader who is slower than the model", async () => {
    let reading = 0;
    let most = 0;
    await host.generate(
      { ...question("What is Berth?"), sampling: greedy, maxTokens: 5 },
      async () => {
        most = Math.max(most, ++reading);
        await new Promise((resolve) => setImmediate(resolve));
        reading--;
      },
      noAbort,
    );
    expect(most).toBe(1);
  });

  test("ends when the context is full", async () => {
    const filled = host.tokenize("one two three four five six ".repeat(100), false).slice(0, 500);
    const result = await host.generate(
      { prompt: filled, sampling: { ...greedy, bias: new Map() } },
      () => {},
      noAbort,
    );
    expect(result.promptTokens + result.completionTokens).toBeLessThanOrEqual(host.facts.contextTokens);
  });

  test("never holds half a character", async () => {
    const pieces: string[] = [];
    await host.generate(
      { ...question('Translate "green" to German.'), sampling: greedy },
      (piece) => void pieces.push(piece),
      noAbort,
    );
    expect(pieces.join("")).toBe('"green" in German is "grün".');
    expect(pieces.join("")).not.toContain("\uFFFD");
    expect(pieces).toContain("ü");
  });
});

describe("sampling", () => {
  test("the same seed gives the same text, another seed another", async () => {
    const story = (seed: number) =>
      answer("Tell me a story.", { sampling: { ...warm, seed }, maxTokens: 40 });
    const [first, again, other] = [await story(5), await story(5), await story(6)];
    expect(again.text).toBe(first.text);
    expect(other.text).not.toBe(first.text);
  });

  test("a bias keeps a token away", async () => {
    const bias = new Map([[host.tokenize("Berth", false)[0] ?? -1, -100]]);
    expect((await answer("What is Berth?", { sampling: { ...greedy, bias } })).text).not.toMatch(/^Berth/);
  });

  test("a penalty keeps the model from saying a thing again and again", async () => {
    const grammar = 'root ::= ("a" | "b" | "c")*';
    const letters = (sampling: Sampling) => answer("Repeat: a a a", { sampling, grammar, maxTokens: 12 });
    const same = new Set((await letters(greedy)).text);
    const penalised = new Set((await letters({ ...greedy, frequencyPenalty: 2 })).text);
    expect(penalised.size).toBeGreaterThan(same.size);
  });

  test("a grammar is followed, whatever the model would rather say", async () => {
    expect((await answer("What is Berth?", { grammar: 'root ::= "yes" | "no"' })).text).toMatch(/^(yes|no)$/);
  });

  test("a grammar that cannot be read is refused, and the next answer is as ever", async () => {
    await expect(answer("What is Berth?", { grammar: 'root ::= "' })).rejects.toMatchObject({
      code: "invalid_request",
    });
    expect((await answer("What is Berth?")).text).toBe(berth);
  });
});

describe("log-probabilities", () => {
  test("are told for each token, with its rivals, likeliest first", async () => {
    const { tokens, completionTokens } = await answer("What is Berth?", { topLogprobs: 3 });
    expect(tokens).toHaveLength(completionTokens);
    for (const { token, logprob, top } of tokens) {
      expect(top).toHaveLength(3);
      expect(top[0]).toEqual([token, logprob]);
      expect(top.map(([, value]) => value)).toEqual(top.map(([, value]) => value).toSorted((a, b) => b - a));
    }
    expect(tokens.map(({ offset }) => offset).slice(0, 3)).toEqual([0, 5, 10]);
  });

  test.each([
    ["at a temperature", { sampling: { ...warm, seed: 3 } }],
    ["with a grammar", { grammar: 'root ::= "yes" | "no"' }],
    ["with a grammar at a temperature", { grammar: 'root ::= "yes" | "no"', sampling: warm }],
  ])("are at most zero and add up to at most one, %s", async (_, more) => {
    const { tokens } = await answer("What is Berth?", { topLogprobs: 5, maxTokens: 8, ...more });
    for (const { logprob, top } of tokens) {
      expect(logprob).toBeLessThanOrEqual(0);
      expect(top.reduce((sum, [, value]) => sum + Math.exp(value), 0)).toBeLessThanOrEqual(1.001);
    }
  });

  test("the same seed gives the same text with them, too", async () => {
    const story = () =>
      answer("Tell me a story.", { sampling: { ...warm, seed: 5 }, maxTokens: 30, topLogprobs: 0 });
    expect((await story()).text).toBe((await story()).text);
  });

  test("bytes tell what text cannot", () => {
    const tokens = host.tokenize("ü", false);
    expect(tokens.flatMap((token) => host.tokenBytes(token))).toEqual([...Buffer.from("ü")]);
  });
});

describe("what was read before is not read again", () => {
  test("a second turn evaluates its new tokens only", async () => {
    const first = `<|im_start|>user\nMy name is Hugo.<|im_end|>\n<|im_start|>assistant\n`;
    const said = await host.generate(
      { prompt: host.promptOf(first, "p"), sampling: greedy },
      () => {},
      noAbort,
    );
    const second = `${first}Nice to meet you, Hugo!<|im_end|>\n<|im_start|>user\nWhat is my name?<|im_end|>\n<|im_start|>assistant\n`;
    let text = "";
    const { cachedTokens } = await host.generate(
      { prompt: host.promptOf(second, "p"), sampling: greedy },
      (piece) => void (text += piece),
      noAbort,
    );
    expect(text).toBe("Your name is Hugo.");
    expect(cachedTokens).toBe(said.promptTokens + said.completionTokens);
  });

  test("two chats in turns each find their own", async () => {
    const chats = ["What is a GPU?", "What is Slurm?"];
    for (const chat of chats) await answer(chat);
    for (const chat of chats) {
      const { cachedTokens, promptTokens } = await answer(chat);
      expect(cachedTokens).toBe(promptTokens - 1);
    }
  });
});

describe("many answers at once", () => {
  const questions = [
    "What is Berth?",
    "Who are you?",
    "What is a GPU?",
    "What is Slurm?",
    "What is SSH?",
    "What is rain?",
    "What is a CPU?",
    "Count to ten.",
  ];

  test("say what each says alone, and more than there are sequences wait their turn", async () => {
    const alone: string[] = [];
    for (const text of questions) alone.push((await answer(text)).text);
    const together = await Promise.all(questions.map((text) => answer(text)));
    expect(together.map(({ text }) => text)).toEqual(alone);
  });

  test("an answer that is cut short leaves its sequence to others", async () => {
    for (let round = 0; round < 8; round++) {
      const leaving = new AbortController();
      const cut = answer("Tell me a story.", { sampling: { ...warm, seed: round } }, leaving.signal);
      setTimeout(() => leaving.abort(new Error("left")), round);
      await cut.catch((error: Error) => expect(error.message).toBe("left"));
    }
    expect((await answer("What is Berth?")).text).toBe(berth);
  });

  test("one who leaves while waiting is not waited for, and takes no sequence", async () => {
    const leaving = new AbortController();
    const running = questions.slice(0, 4).map((text) => answer(text));
    const waiting = answer("What is rain?", {}, leaving.signal);
    leaving.abort(new Error("left"));
    await expect(waiting).rejects.toThrow("left");
    await Promise.all(running);
    expect((await answer("What is Berth?")).text).toBe(berth);
  });

  test("one who leaves while a long prompt is read does not wait for its end", async () => {
    const slow = await openLlama(pilotConfig({ parallel: 1, batchTokens: 32 }));
    const prompt = slow.tokenize("q".repeat(500), false);
    const leaving = new AbortController();
    const cut = slow.generate({ prompt, sampling: greedy }, () => {}, leaving.signal);
    setImmediate(() => leaving.abort(new Error("left")));
    await expect(cut).rejects.toThrow("left");
    const { cachedTokens } = await slow.generate(
      { prompt, sampling: greedy, maxTokens: 1 },
      () => {},
      noAbort,
    );
    expect(cachedTokens).toBeLessThan(400);
    await slow.close();
  });

  test("one whose reader fails takes nobody along", async () => {
    const failing = host.generate(
      { ...question("Tell me a story."), sampling: greedy },
      () => {
        throw new Error("reader");
      },
      noAbort,
    );
    const [, other] = await Promise.allSettled([failing, answer("What is Berth?")]);
    await expect(failing).rejects.toThrow("reader");
    expect(other).toMatchObject({ status: "fulfilled", value: { text: berth } });
  });
});

describe("a prompt that does not fit", () => {
  test.each([
    [
      "is refused with the numbers",
      600,
      "600 tokens long, and the context of 512 tokens leaves room for 511",
    ],
    ["is not even read when it is absurd", 5_000_000, "at least"],
  ])("%s", (_, letters, part) => {
    expect(() => host.promptOf("q".repeat(letters), "messages")).toThrow(part);
  });

  test("may be as long as leaves room for one token", async () => {
    const prompt = host.tokenize("q".repeat(511), false);
    expect(prompt).toHaveLength(511);
    expect(
      (await host.generate({ prompt, sampling: greedy }, () => {}, noAbort)).completionTokens,
    ).toBeLessThanOrEqual(1);
  });
});
