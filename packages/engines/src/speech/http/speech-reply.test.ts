import { expect, test } from "vitest";
import type { Transcript } from "../transcript.ts";
import { speechReply, type ReplyWish } from "./speech-reply.ts";

const transcript: Transcript = {
  task: "transcribe",
  language: "de",
  seconds: 3661.504,
  segments: [
    {
      start: 0,
      end: 1.5,
      text: " Hallo <Welt> & alle --> hier.",
      tokens: [1, 2],
      pieceStart: 0,
      words: [
        { word: "Hallo", start: 0, end: 0.5 },
        { word: "Welt", start: 0.5, end: 1.5 },
      ],
    },
    { start: 3600.1, end: 3661.5, text: " Zwei\n\nZeilen.", tokens: [], pieceStart: 3600, words: [] },
  ],
};

const wish: ReplyWish = { format: "json", segments: true, words: false, temperature: 0.5 };

const golden = {
  json: '{"text":"Hallo <Welt> & alle --> hier. Zwei\\n\\nZeilen.","usage":{"type":"duration","seconds":3662}}',
  text: "Hallo <Welt> & alle --> hier. Zwei\n\nZeilen.\n",
  srt: [
    "1\n00:00:00,000 --> 00:00:01,500\nHallo <Welt> & alle -> hier.\n\n",
    "2\n01:00:00,100 --> 01:01:01,500\nZwei Zeilen.\n\n",
  ].join(""),
  vtt: [
    "WEBVTT\n\n",
    "00:00:00.000 --> 00:00:01.500\nHallo &lt;Welt&gt; &amp; alle -&gt; hier.\n\n",
    "01:00:00.100 --> 01:01:01.500\nZwei Zeilen.\n\n",
  ].join(""),
} as const;

test.each(["json", "text", "srt", "vtt"] as const)("%s", (format) => {
  expect(speechReply(transcript, { ...wish, format }).body).toBe(golden[format]);
});

test("verbose_json has what OpenAI's has, null for what our engines do not tell", () => {
  const { body, contentType } = speechReply(transcript, { ...wish, format: "verbose_json", words: true });
  expect(contentType).toMatch(/^application\/json/);
  expect(JSON.parse(body)).toEqual({
    task: "transcribe",
    language: "german",
    duration: 3661.5,
    text: "Hallo <Welt> & alle --> hier. Zwei\n\nZeilen.",
    segments: [
      {
        id: 0,
        seek: 0,
        start: 0,
        end: 1.5,
        text: " Hallo <Welt> & alle --> hier.",
        tokens: [1, 2],
        temperature: 0.5,
        avg_logprob: null,
        compression_ratio: expect.closeTo(0.8, 0) as number,
        no_speech_prob: null,
      },
      {
        id: 1,
        seek: 360_000,
        start: 3600.1,
        end: 3661.5,
        text: " Zwei\n\nZeilen.",
        tokens: [],
        temperature: 0.5,
        avg_logprob: null,
        compression_ratio: expect.closeTo(0.7, 0) as number,
        no_speech_prob: null,
      },
    ],
    words: [
      { word: "Hallo", start: 0, end: 0.5 },
      { word: "Welt", start: 0.5, end: 1.5 },
    ],
    usage: { type: "duration", seconds: 3662 },
  });
});

test.each([
  ["words alone", { segments: false, words: true }, ["words"]],
  ["segments alone", { segments: true, words: false }, ["segments"]],
  ["both", { segments: true, words: true }, ["segments", "words"]],
])("verbose_json holds %s when that is asked for", (_, asked, keys) => {
  const reply = JSON.parse(
    speechReply(transcript, { ...wish, ...asked, format: "verbose_json" }).body,
  ) as object;
  expect(Object.keys(reply).filter((key) => ["words", "segments"].includes(key))).toEqual(keys);
});

test("a translation is English, whatever was spoken", () => {
  const reply = speechReply({ ...transcript, task: "translate" }, { ...wish, format: "verbose_json" });
  expect(JSON.parse(reply.body)).toMatchObject({ task: "translate", language: "english" });
});

test("silence is an empty transcript in every form", () => {
  const silence: Transcript = { ...transcript, segments: [] };
  expect(speechReply(silence, { ...wish, format: "srt" }).body).toBe("");
  expect(speechReply(silence, { ...wish, format: "vtt" }).body).toBe("WEBVTT\n\n");
  expect(speechReply(silence, { ...wish, format: "text" }).body).toBe("\n");
});
