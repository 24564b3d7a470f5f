import type { PipelineField, PipelineForm } from "./pipeline-form.ts";

const input = (
  name: string,
  aliases: readonly string[],
  kind: PipelineField["kind"],
  about: string,
): PipelineField => ({ name, aliases, kind, isRequired: true, about });

const topK = (about: string): PipelineField => ({ name: "top_k", kind: "count", about });

/** How a text is written: what most people want to say, of all that generation takes. */
const generation: readonly PipelineField[] = [
  { name: "max_new_tokens", kind: "count", about: "the most tokens it writes (256)" },
  { name: "do_sample", kind: "flag", about: "by chance rather than the likeliest (false)" },
  { name: "temperature", kind: "number", about: "how much by chance" },
];

export const textForms: readonly PipelineForm[] = [
  {
    task: "text-classification",
    inputs: [input("texts", ["text", "args"], "texts", "what is judged")],
    options: [
      topK("the likeliest labels (1)"),
      {
        name: "function_to_apply",
        kind: "word",
        words: ["default", "softmax", "sigmoid"],
        about: "what makes scores of the model's numbers (as the model says)",
      },
    ],
    generates: false,
    gives: "for each text its label; with top_k other than 1 a list of labels",
    example: {
      request: { texts: "I love this phone." },
      answer: [{ label: "POSITIVE", score: 0.9998 }],
    },
  },
  {
    task: "token-classification",
    inputs: [input("inputs", ["texts", "text", "args"], "texts", "where names are looked for")],
    options: [
      {
        name: "aggregation_strategy",
        kind: "word",
        words: ["none", "simple"],
        about: "simple: whole names rather than tokens (none)",
      },
      { name: "ignore_labels", kind: "names", about: 'labels that are left out (["O"])' },
    ],
    generates: false,
    gives: "for each text a list of tokens that bear a label",
    example: {
      request: { inputs: "Rosa lives in Oslo." },
      answer: [{ entity: "B-LOC", score: 0.99, index: 4, word: "Oslo" }],
    },
  },
  {
    task: "question-answering",
    inputs: [
      {
        name: "args",
        aliases: ["X", "data"],
        kind: "questions",
        about: "question and context as one; or else the two fields below",
      },
      { name: "question", aliases: ["questions"], kind: "texts", about: "what is asked" },
      { name: "context", aliases: ["contexts"], kind: "texts", about: "where the answer stands" },
    ],
    options: [topK("the likeliest answers (1)")],
    generates: false,
    gives: "for each question its answer; with top_k other than 1 a list of answers",
    example: {
      request: { question: "Where does Rosa live?", context: "Rosa lives in Oslo." },
      answer: { answer: "Oslo", score: 0.98 },
    },
  },
  {
    task: "fill-mask",
    inputs: [input("args", ["texts", "text"], "texts", "a text with the model's mask in it")],
    options: [
      { name: "targets", kind: "labels", about: "only these words are weighed" },
      topK("the likeliest words (5)"),
    ],
    generates: false,
    gives: "for each text a list of words for its mask, the likeliest first",
    example: {
      request: { args: "Paris is the [MASK] of France.", top_k: 1 },
      answer: [
        { score: 0.99, token: 3007, token_str: "capital", sequence: "paris is the capital of france." },
      ],
    },
  },
  {
    task: "summarization",
    inputs: [input("documents", ["document", "texts", "text", "args"], "texts", "what is summarised")],
    options: generation,
    generates: true,
    gives: "for each document its summary, in a list",
    example: {
      request: { documents: "The ship left Oslo at dawn and came to Bergen at night." },
      answer: [{ summary_text: "The ship sailed from Oslo to Bergen." }],
    },
  },
  {
    task: "translation",
    inputs: [input("texts", ["text", "args"], "texts", "what is translated")],
    options: [
      { name: "src_lang", kind: "text", about: "the language it is in, as the model calls it" },
      { name: "tgt_lang", kind: "text", about: "the language it is to be in" },
      ...generation,
    ],
    generates: true,
    gives: "for each text its translation, in a list",
    example: {
      request: { texts: "Good morning", src_lang: "eng_Latn", tgt_lang: "nob_Latn" },
      answer: [{ translation_text: "God morgen" }],
    },
  },
  {
    task: "text2text-generation",
    inputs: [input("args", ["texts", "text"], "texts", "what is answered")],
    options: generation,
    generates: true,
    gives: "for each text what the model makes of it, in a list",
    example: {
      request: { args: "Is the sky blue? Answer yes or no." },
      answer: [{ generated_text: "yes" }],
    },
  },
  {
    task: "text-generation",
    inputs: [
      input(
        "prompts",
        ["prompt", "text_inputs", "conversations", "conversation", "messages", "texts", "text", "args"],
        "prompts",
        "what is continued, or a conversation",
      ),
    ],
    options: [
      { name: "return_full_text", kind: "flag", about: "the prompt before what follows it (true)" },
      { name: "prefix", kind: "text", about: "stands before every prompt" },
      ...generation,
    ],
    generates: true,
    gives: "for each prompt a list with its text, or its conversation",
    example: {
      request: { prompts: "Once upon a time", kwargs: { max_new_tokens: 8 } },
      answer: [{ generated_text: "Once upon a time there was a fox named Max." }],
    },
  },
  {
    task: "zero-shot-classification",
    inputs: [
      input("sequences", ["sequence", "texts", "text", "args"], "texts", "what is judged"),
      input("candidate_labels", ["labels"], "labels", "what it may be about"),
    ],
    options: [
      { name: "multi_label", kind: "flag", about: "each label by itself rather than all against each other" },
      { name: "hypothesis_template", kind: "text", about: 'with {} for the label ("This example is {}.")' },
    ],
    generates: false,
    gives: "for each text the labels and their scores, the likeliest first",
    example: {
      request: { sequences: "The engine stutters.", candidate_labels: ["car", "food"] },
      answer: { sequence: "The engine stutters.", labels: ["car", "food"], scores: [0.97, 0.03] },
    },
  },
  {
    task: "feature-extraction",
    inputs: [input("args", ["texts", "text"], "texts", "what vectors are made of")],
    options: [
      {
        name: "pooling",
        kind: "word",
        words: ["none", "mean", "cls", "first_token", "last_token", "eos"],
        about: "none: a vector for each token; else one for each text (none)",
      },
      { name: "normalize", kind: "flag", about: "vectors of length one (false)" },
    ],
    generates: false,
    gives: "a list for each text, of a vector for each of its tokens; with pooling a vector for each text",
    example: {
      request: { args: ["Hello", "World"], pooling: "mean", normalize: true },
      answer: [
        [0.8, 0.6],
        [0.6, -0.8],
      ],
    },
  },
];
