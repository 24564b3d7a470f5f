import { isPipelineTask, type Task } from "@berth/api";

/** What of a model's files tells what it is made for. */
export interface TaskSigns {
  /** The class in `architectures`. */
  readonly architecture: string | null;
  readonly isSentenceTransformer: boolean;
  readonly labels: readonly string[];
  /** What its card says (`pipeline_tag`). */
  readonly tag: string | null;
}

/** Classes of one task each, in transformers' words; the first that fits. */
const byClass: readonly (readonly [RegExp, Task])[] = [
  [
    /^(?:Wav2Vec2|Hubert|WavLM|UniSpeech|SEW|Data2VecAudio)\w*ForSequenceClassification$/,
    "audio-classification",
  ],
  [/ForAudioClassification$/, "audio-classification"],
  [/^(?:OwlViT|Owlv2|GroundingDino)\w*ForObjectDetection$/, "zero-shot-object-detection"],
  [/ForTokenClassification$/, "token-classification"],
  [/ForQuestionAnswering$/, "question-answering"],
  [/ForMaskedLM$/, "fill-mask"],
  [/ForImageClassification\w*$/, "image-classification"],
  [/For(?:Semantic|Instance|Universal|Image)?Segmentation$/, "image-segmentation"],
  [/ForObjectDetection$/, "object-detection"],
  [/ForDepthEstimation$/, "depth-estimation"],
  [/ForImageSuperResolution$/, "image-to-image"],
  [/ForTextToSpeech$|^VitsModel$|^Supertonic/, "text-to-audio"],
  [/^VisionEncoderDecoderModel$/, "image-to-text"],
  [/^(?:CLIP|ChineseCLIP|JinaCLIP|Siglip\w*)Model$/, "zero-shot-image-classification"],
  [/^ClapModel$/, "zero-shot-audio-classification"],
  [/^(?:ViT|Dino|Deit|Swin|Convnext)\w*Model$/i, "image-feature-extraction"],
  [/^(?:Marian|M2M100|Nllb)\w*(?:MTModel|ForConditionalGeneration)$/, "translation"],
  [
    /^(?:T5|MT5|UMT5|Bart|MBart|Pegasus\w*|Led|LongT5|Blenderbot\w*)ForConditionalGeneration$/i,
    "text2text-generation",
  ],
  [
    /^(?:Whisper|Speech2Text)\w*ForConditionalGeneration$|ForSpeechSeq2Seq$|ForCTC$/,
    "automatic-speech-recognition",
  ],
  [/ForCausalLM$|LMHeadModel$/, "text-generation"],
  // the encoder-decoders above translate or summarise, all others answer chats
  [/ForConditionalGeneration$/, "text-generation"],
  [
    /(?:Bert|Roberta|MPNet|Electra|Albert|Deberta|NewModel|Nomic|XLM)\w*Model$|^NewModel$/i,
    "feature-extraction",
  ],
];

/** Tasks of models of one make, among which only the card tells. */
const toldByCard: readonly (readonly Task[])[] = [
  ["text2text-generation", "summarization", "translation"],
  ["text-classification", "zero-shot-classification"],
  ["image-to-text", "document-question-answering"],
  ["image-segmentation", "background-removal"],
];

/** What the model is made for: its class tells, the rest its labels and its card. `unknown` where nothing does. */
export function configTask({ architecture, isSentenceTransformer, labels, tag }: TaskSigns): Task {
  const made = classTask(architecture ?? "", isSentenceTransformer, labels);
  if (tag === null || !isPipelineTask(tag)) return made;
  const told =
    made === "unknown" ? tag : toldByCard.find((tasks) => tasks.includes(made))?.find((task) => task === tag);
  return told ?? made;
}

function classTask(name: string, isSentenceTransformer: boolean, labels: readonly string[]): Task {
  const found = byClass.find(([pattern]) => pattern.test(name))?.[1];
  if (found === "audio-classification") return found;
  if (name.endsWith("ForSequenceClassification")) return judgeTask(labels);
  if (isSentenceTransformer) return "feature-extraction";
  return found ?? "unknown";
}

/** One number orders; who tells whether one sentence follows from another sorts by labels that it never saw. */
function judgeTask(labels: readonly string[]): Task {
  if (labels.length === 1) return "text-ranking";
  const follows = labels.some((label) => label.toLowerCase() === "entailment");
  return follows ? "zero-shot-classification" : "text-classification";
}
