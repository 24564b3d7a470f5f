import { describe, expect, test } from "vitest";
import { cutPieces, type CutOptions } from "./cut-pieces.ts";
import type { Piece } from "./piece.ts";

const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
const word = (text: string): Piece => ({ text, tokens: [{ token: text, logprob: -1 }] });

async function cut(pieces: readonly Piece[], options: Partial<CutOptions> = {}) {
  let left = false;
  async function* source(): AsyncGenerator<Piece> {
    try {
      for (const piece of pieces) yield piece;
      left = true;
    } finally {
      left = !left;
    }
  }
  const told = await Array.fromAsync(
    cutPieces(source(), { stops: ["END"], dropsFirstSpace: false, choices: 1, ...options }),
  );
  return {
    texts: told.map(({ text = "" }) => text).join(""),
    tokens: told.flatMap(({ tokens = [] }) => tokens.map(({ token }) => token)).join("|"),
    finishes: told.flatMap(({ finish }) => finish ?? []),
    usages: told.flatMap((piece) => piece.usage ?? []).length,
    left,
  };
}

const over: Piece = { finish: "stop", usage };

describe("pieces are cut where a stop string begins", () => {
  test.each<[string, readonly Piece[], Awaited<ReturnType<typeof cut>>]>([
    [
      "at the end of all, when there is none",
      [word("one"), word(" E"), over],
      { texts: "one E", tokens: "one| E", finishes: ["stop"], usages: 1, left: false },
    ],
    [
      "across pieces, and the server is left",
      [word("one "), word("EN"), word("D two"), word("three"), over],
      { texts: "one ", tokens: "one ", finishes: ["stop"], usages: 0, left: true },
    ],
    [
      "in the middle of a token, which is told",
      [word("one END"), over],
      { texts: "one ", tokens: "one END", finishes: ["stop"], usages: 0, left: true },
    ],
    [
      "with the server's own end, whose count is told",
      [word("one "), { ...word("END"), ...over, finish: "stop" }],
      { texts: "one ", tokens: "one ", finishes: ["stop"], usages: 1, left: false },
    ],
    [
      "though the server says that it was too long",
      [{ text: "one END two", finish: "length" }],
      { texts: "one ", tokens: "", finishes: ["stop"], usages: 0, left: false },
    ],
    [
      "where the server has withheld its last token",
      [word("one"), word(" EN"), { finish: "stop", endsInStop: true }],
      { texts: "one ", tokens: "one| EN", finishes: ["stop"], usages: 0, left: false },
    ],
  ])("%s", async (_fact, pieces, expected) => {
    expect(await cut(pieces)).toEqual(expected);
  });

  test("of several answers each at its own, and the server is left after the last", async () => {
    const pieces: Piece[] = [
      { choice: 0, text: "a END b" },
      { choice: 1, text: "c" },
      { choice: 0, text: "d" },
      { choice: 1, text: "END" },
      { choice: 1, text: "e" },
    ];
    expect(await cut(pieces, { choices: 2 })).toMatchObject({
      texts: "a c",
      finishes: ["stop", "stop"],
      left: true,
    });
  });
});

test("a space that belongs to the prompt is no part of the answer", async () => {
  const pieces = [word(""), word(" one"), word(" two"), over];
  expect(await cut(pieces, { dropsFirstSpace: true })).toMatchObject({
    texts: "one two",
    tokens: "| one| two",
  });
});
