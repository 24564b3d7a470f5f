// Tiny model folders for Transformers.js, one for each of many tasks, written where somebody wants them. Some are made by hand
// so that what they say can be foretold (the colour of a picture, the loudness of a sound); the others' weights are chance.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Rng } from "./corpus.ts";
import { Graph } from "./onnx.ts";

const width = 16;
const specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] as const;
const words = ["rosa", "lives", "in", "oslo", "the", "ship", "is", "good", "bad", "where", "who", "red"];
const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(97 + index));
const marks = [".", ",", "?", "!", "<", ">", "-"];
const vocabulary: readonly string[] = [
  ...specials,
  ...words,
  ...letters,
  ...letters.map((letter) => `##${letter}`),
  ...marks,
];
const idOf = (token: string): number => vocabulary.indexOf(token);

interface Draft {
  readonly graph: Graph;
  readonly noise: (count: number) => Float32Array;
}

type Config = Readonly<Record<string, unknown>>;

const labels = (names: readonly string[]): Config => ({
  id2label: Object.fromEntries(names.map((name, index) => [index, name])),
  label2id: Object.fromEntries(names.map((name, index) => [name, index])),
});

/** Writes all of them below `folder`, each by its task's name. */
export function writePipelineModels(folder: string): void {
  for (const [name, write] of Object.entries(models)) {
    const directory = join(folder, name);
    mkdirSync(join(directory, "onnx"), { recursive: true });
    write(directory);
  }
}

const models: Readonly<Record<string, (directory: string) => void>> = {
  "token-classification": (directory) =>
    encoder(
      directory,
      "BertForTokenClassification",
      labels(["O", "B-PER", "B-LOC"]),
      ({ graph, hidden, noise }) =>
        graph.output("logits", graph.linear(hidden, noise(3 * width), 3, width), "float", [
          "batch",
          "tokens",
          3,
        ]),
    ),
  "fill-mask": (directory) =>
    encoder(directory, "BertForMaskedLM", {}, ({ graph, hidden, noise }) =>
      graph.output(
        "logits",
        graph.linear(hidden, noise(vocabulary.length * width), vocabulary.length, width),
        "float",
        ["batch", "tokens", vocabulary.length],
      ),
    ),
  "question-answering": (directory) =>
    encoder(directory, "BertForQuestionAnswering", {}, ({ graph, hidden, noise }) => {
      for (const name of ["start_logits", "end_logits"]) {
        const column = graph.linear(hidden, noise(width), 1, width);
        graph.output(name, graph.op("Squeeze", [column, graph.ints([2])]), "float", ["batch", "tokens"]);
      }
    }),
  "zero-shot-classification": (directory) =>
    encoder(
      directory,
      "BertForSequenceClassification",
      labels(["contradiction", "neutral", "entailment"]),
      ({ graph, mean, noise }) =>
        graph.output("logits", graph.linear(mean, noise(3 * width), 3, width), "float", ["batch", 3]),
    ),
  "feature-extraction": (directory) =>
    encoder(directory, "BertModel", {}, ({ graph, hidden }) =>
      graph.output("last_hidden_state", hidden, "float", ["batch", "tokens", width]),
    ),
  summarization: (directory) => seq2seq(directory),
  "text-generation": (directory) => generator(directory),
  "image-classification": (directory) =>
    looker(
      directory,
      "ViTForImageClassification",
      "vit",
      labels(["red", "green", "blue"]),
      (graph, pixels) => {
        const mean = graph.op("ReduceMean", [pixels], { axes: [2, 3], keepdims: 0 });
        graph.output("logits", graph.mul(mean, graph.scalar(10)), "float", ["batch", 3]);
      },
    ),
  "image-segmentation": (directory) =>
    looker(
      directory,
      "SegformerForSemanticSegmentation",
      "segformer",
      labels(["red", "green", "blue"]),
      (graph, pixels) => graph.output("logits", pixels, "float", ["batch", 3, "height", "width"]),
    ),
  "depth-estimation": (directory) =>
    looker(directory, "DPTForDepthEstimation", "dpt", {}, (graph, pixels) => {
      const depth = graph.op("ReduceMean", [pixels], { axes: [1], keepdims: 0 });
      graph.output("predicted_depth", depth, "float", ["batch", "height", "width"]);
    }),
  "image-to-image": (directory) =>
    looker(directory, "Swin2SRForImageSuperResolution", "swin2sr", {}, (graph, pixels) =>
      graph.output("reconstruction", pixels, "float", ["batch", 3, "height", "width"]),
    ),
  "image-feature-extraction": (directory) =>
    looker(directory, "ViTModel", "vit", {}, (graph, pixels) => {
      const flat = graph.transpose(graph.reshape(pixels, [0, 3, -1]), [0, 2, 1]);
      graph.output("last_hidden_state", flat, "float", ["batch", "patches", 3]);
    }),
  "object-detection": (directory) =>
    looker(directory, "DetrForObjectDetection", "detr", labels(["red", "green", "blue"]), (graph, pixels) => {
      // one find: the picture's colour, in its middle
      const mean = graph.op("ReduceMean", [pixels], { axes: [2, 3], keepdims: 0 });
      const colours = graph.unsqueeze(graph.mul(mean, graph.scalar(10)), [1]);
      const nothing = graph.weight([1, 1, 1], Float32Array.of(0));
      graph.output("logits", graph.concat([colours, nothing], 2), "float", ["batch", 1, 4]);
      const middle = graph.weight([1, 1, 4], Float32Array.of(0.5, 0.5, 0.5, 0.5));
      graph.output("pred_boxes", middle, "float", ["batch", 1, 4]);
    }),
  "image-to-text": (directory) => describer(directory),
  "zero-shot-image-classification": (directory) => matcher(directory),
  "zero-shot-object-detection": (directory) => finder(directory),
  "audio-classification": (directory) => listener(directory),
  "zero-shot-audio-classification": (directory) => namer(directory),
  "text-to-audio": (directory) => speaker(directory),
};

const json = (directory: string, name: string, value: unknown): void =>
  writeFileSync(join(directory, name), `${JSON.stringify(value, null, 2)}\n`);

function draft(): Draft {
  const random = new Rng(47);
  return {
    graph: new Graph(),
    noise: (count) => Float32Array.from({ length: count }, () => random.normal() * 0.5),
  };
}

interface Encoded extends Draft {
  /** [batch, tokens, width]. */
  readonly hidden: string;
  /** Of the tokens that are no padding. */
  readonly mean: string;
}

/** Word vectors that have seen their text's mean. */
function encode({ graph, noise }: Draft): Encoded {
  const ids = graph.input("input_ids", "int64", ["batch", "tokens"]);
  const attention = graph.input("attention_mask", "int64", ["batch", "tokens"]);
  const seen = graph.unsqueeze(graph.cast(attention, "float"), [2]);
  const vectors = graph.gather(
    graph.weight([vocabulary.length, width], noise(vocabulary.length * width)),
    ids,
  );
  const total = graph.op("ReduceSum", [graph.mul(vectors, seen), graph.ints([1])], { keepdims: 1 });
  const count = graph.op("ReduceSum", [seen, graph.ints([1])], { keepdims: 1 });
  const mean = graph.op("Div", [total, count]);
  const hidden = graph.op("Tanh", [graph.add(vectors, mean)]);
  return { graph, noise, hidden, mean: graph.op("Squeeze", [mean, graph.ints([1])]) };
}

function encoder(
  directory: string,
  architecture: string,
  more: Config,
  head: (encoded: Encoded) => void,
): void {
  const encoded = encode(draft());
  head(encoded);
  encoded.graph.save(join(directory, "onnx/model.onnx"));
  json(directory, "config.json", {
    architectures: [architecture],
    model_type: "bert",
    hidden_size: width,
    vocab_size: vocabulary.length,
    num_hidden_layers: 1,
    num_attention_heads: 1,
    pad_token_id: 0,
    max_position_embeddings: 128,
    ...more,
  });
  writeTokenizer(directory, "BertTokenizer");
}

function writeTokenizer(directory: string, tokenizerClass: string): void {
  const piece = (token: string) => ({ SpecialToken: { id: token, type_id: 0 } });
  const text = (id: string) => ({ Sequence: { id, type_id: id === "A" ? 0 : 1 } });
  const special = (token: string) => [token, { id: token, ids: [idOf(token)], tokens: [token] }] as const;
  json(directory, "tokenizer.json", {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: specials.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: [piece("[CLS]"), text("A"), piece("[SEP]")],
      pair: [piece("[CLS]"), text("A"), piece("[SEP]"), text("B"), piece("[SEP]")],
      special_tokens: Object.fromEntries([special("[CLS]"), special("[SEP]")]),
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
    },
  });
  json(directory, "tokenizer_config.json", {
    tokenizer_class: tokenizerClass,
    model_max_length: 128,
    do_lower_case: true,
    pad_token: "[PAD]",
    unk_token: "[UNK]",
    cls_token: "[CLS]",
    sep_token: "[SEP]",
    mask_token: "[MASK]",
  });
}

const endings = {
  decoder_start_token_id: idOf("[CLS]"),
  bos_token_id: idOf("[CLS]"),
  eos_token_id: idOf("[SEP]"),
  pad_token_id: idOf("[PAD]"),
};

interface Heads {
  readonly key: string;
  readonly value: string;
}

/** One head of attention over what was written so far; gives the hidden states and the cache as it grew. */
function attend(
  { graph, noise }: Draft,
  x: string,
  past: Heads,
  mask: string,
): { readonly x: string; readonly present: Heads } {
  const project = (): string => graph.unsqueeze(graph.linear(x, noise(width * width), width, width), [1]);
  const key = graph.concat([past.key, project()], 2);
  const value = graph.concat([past.value, project()], 2);
  const scores = graph.mul(
    graph.matmul(project(), graph.transpose(key, [0, 1, 3, 2])),
    graph.scalar(1 / Math.sqrt(width)),
  );
  const seen = graph.matmul(graph.softmax(graph.add(scores, mask)), value);
  return { x: graph.add(x, graph.op("Squeeze", [seen, graph.ints([1])])), present: { key, value } };
}

/** BART. */
function seq2seq(directory: string): void {
  const encoded = encode(draft());
  encoded.graph.output("last_hidden_state", encoded.hidden, "float", ["batch", "tokens", width]);
  encoded.graph.save(join(directory, "onnx/encoder_model.onnx"));

  writeDecoder(directory, "past_key_values.0.decoder", "present.0.decoder");
  json(directory, "config.json", {
    architectures: ["BartForConditionalGeneration"],
    model_type: "bart",
    is_encoder_decoder: true,
    d_model: width,
    vocab_size: vocabulary.length,
    encoder_layers: 1,
    decoder_layers: 1,
    encoder_attention_heads: 1,
    decoder_attention_heads: 1,
    max_position_embeddings: 128,
    ...endings,
  });
  json(directory, "generation_config.json", { ...endings, max_length: 24 });
  writeTokenizer(directory, "BartTokenizer");
}

/** A decoder of one layer that sees the encoder's mean; its cache goes in by the one name and out by the other. */
function writeDecoder(directory: string, before: string, after: string): void {
  const decoder = draft();
  const { graph, noise } = decoder;
  const ids = graph.input("input_ids", "int64", ["batch", "written"]);
  const memory = graph.input("encoder_hidden_states", "float", ["batch", "tokens", width]);
  const cache = ["batch", 1, "past", width];
  const past = {
    key: graph.input(`${before}.key`, "float", cache),
    value: graph.input(`${before}.value`, "float", cache),
  };
  const table = noise(vocabulary.length * width);
  const vectors = graph.gather(graph.weight([vocabulary.length, width], table), ids);
  const told = graph.op("ReduceMean", [memory], { axes: [1], keepdims: 1 });
  const mask = graph.causalMask(graph.dim(past.key, 2), graph.dim(ids, 1));
  const { x, present } = attend(decoder, graph.add(vectors, told), past, mask);
  graph.output(
    "logits",
    graph.linear(x, noise(vocabulary.length * width), vocabulary.length, width),
    "float",
    ["batch", "written", vocabulary.length],
  );
  graph.output(`${after}.key`, present.key, "float", ["batch", 1, "written", width]);
  graph.output(`${after}.value`, present.value, "float", ["batch", 1, "written", width]);
  graph.save(join(directory, "onnx/decoder_model_merged.onnx"));
}

/** A picture's colours before the same decoder. */
function describer(directory: string): void {
  const { graph, noise } = draft();
  const pixels = graph.input("pixel_values", "float", ["batch", 3, "height", "width"]);
  const colours = graph.transpose(graph.reshape(pixels, [0, 3, -1]), [0, 2, 1]);
  const seen = graph.linear(colours, noise(width * 3), width, 3);
  graph.output("last_hidden_state", seen, "float", ["batch", "patches", width]);
  graph.save(join(directory, "onnx/encoder_model.onnx"));
  writeDecoder(directory, "past_key_values.0", "present.0");
  json(directory, "config.json", {
    architectures: ["VisionEncoderDecoderModel"],
    model_type: "vision-encoder-decoder",
    is_encoder_decoder: true,
    encoder: { model_type: "vit", hidden_size: width },
    decoder: {
      model_type: "gpt2",
      n_embd: width,
      n_layer: 1,
      n_head: 1,
      vocab_size: vocabulary.length,
      max_position_embeddings: 128,
      ...endings,
    },
    ...endings,
  });
  json(directory, "generation_config.json", { ...endings, max_length: 24 });
  writeProcessor(directory, "vit");
  writeTokenizer(directory, "PreTrainedTokenizerFast");
}

/** GPT-2 of one layer. */
function generator(directory: string): void {
  const decoder = draft();
  const { graph, noise } = decoder;
  const ids = graph.input("input_ids", "int64", ["batch", "written"]);
  const attention = graph.input("attention_mask", "int64", ["batch", "total"]);
  const cache = ["batch", 1, "past", width];
  const past = {
    key: graph.input("past_key_values.0.key", "float", cache),
    value: graph.input("past_key_values.0.value", "float", cache),
  };
  const hiddenFrom = graph.mul(
    graph.sub(graph.scalar(1), graph.cast(attention, "float")),
    graph.scalar(-1e9),
  );
  const mask = graph.add(
    graph.causalMask(graph.dim(past.key, 2), graph.dim(ids, 1)),
    graph.unsqueeze(hiddenFrom, [1, 2]),
  );
  const table = noise(vocabulary.length * width);
  const vectors = graph.gather(graph.weight([vocabulary.length, width], table), ids);
  const { x, present } = attend(decoder, vectors, past, mask);
  graph.output(
    "logits",
    graph.linear(x, noise(vocabulary.length * width), vocabulary.length, width),
    "float",
    ["batch", "written", vocabulary.length],
  );
  graph.output("present.0.key", present.key, "float", ["batch", 1, "total", width]);
  graph.output("present.0.value", present.value, "float", ["batch", 1, "total", width]);
  graph.save(join(directory, "onnx/model.onnx"));
  json(directory, "config.json", {
    architectures: ["GPT2LMHeadModel"],
    model_type: "gpt2",
    n_embd: width,
    n_layer: 1,
    n_head: 1,
    n_positions: 128,
    vocab_size: vocabulary.length,
    ...endings,
  });
  json(directory, "generation_config.json", endings);
  writeTokenizer(directory, "PreTrainedTokenizerFast");
}

const side = 8;

/** Pixels from 0 to 1, of a picture made eight by eight. */
function looker(
  directory: string,
  architecture: string,
  type: string,
  more: Config,
  head: (graph: Graph, pixels: string) => void,
): void {
  const { graph } = draft();
  head(graph, graph.input("pixel_values", "float", ["batch", 3, "height", "width"]));
  graph.save(join(directory, "onnx/model.onnx"));
  json(directory, "config.json", {
    architectures: [architecture],
    model_type: type,
    hidden_size: 3,
    ...more,
  });
  writeProcessor(directory, type);
}

const processors: Readonly<Record<string, string>> = {
  segformer: "SegformerImageProcessor",
  dpt: "DPTImageProcessor",
  swin2sr: "Swin2SRImageProcessor",
  detr: "DetrImageProcessor",
  clip: "CLIPImageProcessor",
  owlvit: "OwlViTImageProcessor",
};

function writeProcessor(directory: string, type: string): void {
  json(directory, "preprocessor_config.json", {
    image_processor_type: processors[type] ?? "ViTImageProcessor",
    do_resize: true,
    do_rescale: true,
    do_normalize: false,
    do_pad: false,
    rescale_factor: 1 / 255,
    resample: 2,
    size: { height: side, width: side },
  });
}

/** CLIP: a picture's colour beside the mean of a text's word vectors. */
function matcher(directory: string): void {
  const given = draft();
  const { graph } = given;
  const meaning = meaningOf(given, 3);
  const pixels = graph.input("pixel_values", "float", ["images", 3, "height", "width"]);
  const colour = graph.op("ReduceMean", [pixels], { axes: [2, 3], keepdims: 0 });
  const match = graph.matmul(colour, graph.transpose(meaning, [1, 0]));
  graph.output("logits_per_image", match, "float", ["images", "texts"]);
  graph.save(join(directory, "onnx/model.onnx"));
  json(directory, "config.json", { architectures: ["CLIPModel"], model_type: "clip" });
  writeProcessor(directory, "clip");
  writeTokenizer(directory, "PreTrainedTokenizerFast");
}

/** What each of the texts means: as many numbers as asked, the mean of its word vectors. */
function meaningOf({ graph, noise }: Draft, numbers: number): string {
  const ids = graph.input("input_ids", "int64", ["texts", "tokens"]);
  const vectors = graph.gather(
    graph.weight([vocabulary.length, numbers], noise(vocabulary.length * numbers)),
    ids,
  );
  return graph.op("ReduceMean", [vectors], { axes: [1], keepdims: 0 });
}

/** OWL-ViT that finds one thing in the middle of each picture: what fits its colour. */
function finder(directory: string): void {
  const given = draft();
  const { graph } = given;
  const meaning = meaningOf(given, 3);
  const pixels = graph.input("pixel_values", "float", ["images", 3, "height", "width"]);
  const colour = graph.op("ReduceMean", [pixels], { axes: [2, 3], keepdims: 0 });
  const match = graph.matmul(colour, graph.transpose(meaning, [1, 0]));
  graph.output("logits", graph.unsqueeze(match, [1]), "float", ["images", 1, "texts"]);
  const middle = graph.weight([1, 1, 4], Float32Array.of(0.5, 0.5, 0.5, 0.5));
  graph.output("pred_boxes", middle, "float", ["images", 1, 4]);
  graph.save(join(directory, "onnx/model.onnx"));
  json(directory, "config.json", { architectures: ["OwlViTForObjectDetection"], model_type: "owlvit" });
  writeProcessor(directory, "owlvit");
  writeTokenizer(directory, "PreTrainedTokenizerFast");
}

/** CLAP: a sound's loudness beside each text's one number. */
function namer(directory: string): void {
  const given = draft();
  const { graph } = given;
  const meaning = meaningOf(given, 1);
  const sound = graph.input("input_features", "float", ["sounds", 1, "frames", "bands"]);
  const loudness = graph.op("ReduceMean", [sound], { axes: [2, 3], keepdims: 0 });
  const match = graph.matmul(loudness, graph.transpose(meaning, [1, 0]));
  graph.output("logits_per_audio", match, "float", ["sounds", "texts"]);
  graph.save(join(directory, "onnx/model.onnx"));
  json(directory, "config.json", { architectures: ["ClapModel"], model_type: "clap" });
  json(directory, "preprocessor_config.json", {
    feature_extractor_type: "ClapFeatureExtractor",
    processor_class: "ClapProcessor",
    feature_size: 64,
    sampling_rate: 48_000,
    fft_window_size: 1024,
    hop_length: 480,
    frequency_min: 50,
    frequency_max: 14_000,
    max_length_s: 10,
    nb_max_samples: 480_000,
    nb_frequency_bins: 513,
    truncation: "rand_trunc",
    padding: "repeatpad",
    padding_value: 0,
  });
  writeTokenizer(directory, "PreTrainedTokenizerFast");
}

/** Wav2Vec2 that hears how loud it is. */
function listener(directory: string): void {
  const { graph } = draft();
  const sound = graph.input("input_values", "float", ["batch", "samples"]);
  const power = graph.op("ReduceMean", [graph.mul(sound, sound)], { axes: [1], keepdims: 1 });
  const quiet = graph.sub(graph.scalar(0.01), power);
  graph.output("logits", graph.mul(graph.concat([quiet, power], 1), graph.scalar(100)), "float", [
    "batch",
    2,
  ]);
  graph.save(join(directory, "onnx/model.onnx"));
  json(directory, "config.json", {
    architectures: ["Wav2Vec2ForSequenceClassification"],
    model_type: "wav2vec2",
    ...labels(["quiet", "loud"]),
  });
  json(directory, "preprocessor_config.json", {
    feature_extractor_type: "Wav2Vec2FeatureExtractor",
    feature_size: 1,
    sampling_rate: 16_000,
    padding_value: 0,
    do_normalize: false,
    return_attention_mask: false,
  });
}

/** VITS that makes eight samples of each token. */
function speaker(directory: string): void {
  const { graph, noise } = draft();
  const ids = graph.input("input_ids", "int64", ["batch", "tokens"]);
  const sounds = graph.gather(graph.weight([vocabulary.length, 8], noise(vocabulary.length * 8)), ids);
  graph.output("waveform", graph.reshape(sounds, [0, -1]), "float", ["batch", "samples"]);
  graph.save(join(directory, "onnx/model.onnx"));
  json(directory, "config.json", { architectures: ["VitsModel"], model_type: "vits", sampling_rate: 16_000 });
  writeTokenizer(directory, "BertTokenizer");
}
