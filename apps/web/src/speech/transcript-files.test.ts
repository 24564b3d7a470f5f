import type { TranscriptionReply } from "@berth/api/openai";
import { expect, test } from "vitest";
import { baseName, plainText, transcriptFiles } from "./transcript-files.ts";

const segment = {
  id: 0,
  seek: 0,
  tokens: [],
  temperature: 0,
  avg_logprob: null,
  compression_ratio: 1,
  no_speech_prob: null,
};
const reply: TranscriptionReply = {
  text: " Orcas hunt. In families.",
  duration: 4,
  segments: [
    { ...segment, start: 0, end: 1.5, text: " Orcas hunt." },
    { ...segment, id: 1, start: 1.5, end: 4, text: " In families." },
  ],
};
const content = (of: TranscriptionReply, ending: string) =>
  transcriptFiles(of).find((file) => file.ending === ending)?.content;

test("a transcript with times is saved in four forms", () => {
  expect(content(reply, "srt")).toBe(
    "1\n00:00:00,000 --> 00:00:01,500\nOrcas hunt.\n\n2\n00:00:01,500 --> 00:00:04,000\nIn families.\n\n",
  );
  expect(content(reply, "vtt")).toMatch(/^WEBVTT\n\n00:00:00\.000 --> 00:00:01\.500\nOrcas hunt\./);
  expect(content(reply, "txt")).toBe("Orcas hunt.\nIn families.\n");
  expect(JSON.parse(content(reply, "json") ?? "")).toEqual(reply);
});

test("without times there are no subtitles", () => {
  expect(transcriptFiles({ text: " Orcas. " }).map(({ ending }) => ending)).toEqual(["txt", "json"]);
  expect(plainText({ text: " Orcas. " })).toBe("Orcas.");
});

test("the stream's own word is not saved", () => {
  const streamed = { ...reply, type: "transcript.text.done" };
  expect(JSON.parse(content(streamed, "json") ?? "")).not.toHaveProperty("type");
});

test.each([
  ["talk.mp3", "talk"],
  ["a.b.wav", "a.b"],
  ["noise", "noise"],
  [".wav", "transcript"],
])("%s is saved as %s", (name, base) => {
  expect(baseName(name)).toBe(base);
});
