import type { PipelineField, PipelineForm } from "./pipeline-form.ts";

const sounds: PipelineField = {
  name: "inputs",
  aliases: ["audio", "audios", "args"],
  kind: "sounds",
  isRequired: true,
  about: "what is heard",
};

const url = "https://example.com/talk.mp3";

export const audioForms: readonly PipelineForm[] = [
  {
    task: "automatic-speech-recognition",
    inputs: [sounds],
    options: [
      { name: "return_timestamps", kind: "anything", about: 'true, or "word" (false)' },
      {
        name: "chunk_length_s",
        kind: "number",
        about: "the seconds of one piece; 0 hears the first 30 (30)",
      },
      { name: "stride_length_s", kind: "number", about: "how far pieces overlap" },
      { name: "language", kind: "text", about: "what is spoken (as the model finds out)" },
      { name: "task", kind: "word", words: ["transcribe", "translate"], about: "translate: into English" },
      { name: "max_new_tokens", kind: "count", about: "the most tokens it writes of a piece" },
    ],
    generates: true,
    gives: "for each recording its text, with its pieces where times are wanted",
    example: { request: { inputs: url }, answer: { text: " Good morning." } },
  },
  {
    task: "audio-classification",
    inputs: [sounds],
    options: [{ name: "top_k", kind: "count", about: "the likeliest labels (5)" }],
    generates: false,
    gives: "for each recording a list of labels",
    example: { request: { inputs: url, top_k: 1 }, answer: [{ label: "speech", score: 0.9 }] },
  },
  {
    task: "zero-shot-audio-classification",
    inputs: [
      sounds,
      {
        name: "candidate_labels",
        aliases: ["labels"],
        kind: "labels",
        isRequired: true,
        about: "what it may be",
      },
    ],
    options: [
      {
        name: "hypothesis_template",
        kind: "text",
        about: 'with {} for the label ("This is a sound of {}.")',
      },
    ],
    generates: false,
    gives: "for each recording the labels with their scores",
    example: {
      request: { inputs: url, candidate_labels: ["speech", "dog"] },
      answer: [
        { score: 0.99, label: "speech" },
        { score: 0.01, label: "dog" },
      ],
    },
  },
  {
    task: "text-to-audio",
    inputs: [
      {
        name: "text_inputs",
        aliases: ["texts", "text", "args"],
        kind: "texts",
        isRequired: true,
        about: "what is spoken",
      },
    ],
    options: [
      { name: "speaker_embeddings", kind: "numbers", about: "the voice, for models that know several" },
      { name: "num_inference_steps", kind: "count", about: "how carefully (as the model says)" },
      { name: "speed", kind: "number", about: "how fast (1)" },
    ],
    generates: false,
    gives: "for each text its sound as a WAV",
    example: {
      request: { text_inputs: "Good morning." },
      answer: { audio: "data:audio/wav;base64,...", sampling_rate: 16_000 },
    },
  },
];
