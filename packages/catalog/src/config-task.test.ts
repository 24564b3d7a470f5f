import { expect, test } from "vitest";
import { configTask } from "./config-task.ts";

const two = ["NEGATIVE", "POSITIVE"];
const judging = ["contradiction", "neutral", "entailment"];

// one row, one line
// oxfmt-ignore
test.each([
  ["LlamaForCausalLM", "text-generation"],
  ["GPT2LMHeadModel", "text-generation"],
  ["Gemma3ForConditionalGeneration", "text-generation"],
  ["T5ForConditionalGeneration", "text2text-generation"],
  ["BartForConditionalGeneration", "text2text-generation"],
  ["LEDForConditionalGeneration", "text2text-generation"],
  ["MarianMTModel", "translation"],
  ["M2M100ForConditionalGeneration", "translation"],
  ["WhisperForConditionalGeneration", "automatic-speech-recognition"],
  ["Wav2Vec2ForCTC", "automatic-speech-recognition"],
  ["BertModel", "feature-extraction"],
  ["XLMRobertaModel", "feature-extraction"],
  ["DistilBertForSequenceClassification", "text-classification"],
  ["BertForMaskedLM", "fill-mask"],
  ["BertForTokenClassification", "token-classification"],
  ["DistilBertForQuestionAnswering", "question-answering"],
  ["ViTForImageClassification", "image-classification"],
  ["DetrForSegmentation", "image-segmentation"],
  ["SegformerForSemanticSegmentation", "image-segmentation"],
  ["DetrForObjectDetection", "object-detection"],
  ["OwlViTForObjectDetection", "zero-shot-object-detection"],
  ["DPTForDepthEstimation", "depth-estimation"],
  ["Swin2SRForImageSuperResolution", "image-to-image"],
  ["VisionEncoderDecoderModel", "image-to-text"],
  ["CLIPModel", "zero-shot-image-classification"],
  ["Dinov2Model", "image-feature-extraction"],
  ["ASTForAudioClassification", "audio-classification"],
  ["Wav2Vec2ForSequenceClassification", "audio-classification"],
  ["ClapModel", "zero-shot-audio-classification"],
  ["VitsModel", "text-to-audio"],
  [null, "unknown"],
] as const)("%s is for %s", (architecture, task) => {
  expect(configTask({ architecture, isSentenceTransformer: false, labels: two, tag: null })).toBe(task);
});

// oxfmt-ignore
test.each([
  ["sentence-transformers embed, whatever their class", { architecture: "Qwen3ForCausalLM", isSentenceTransformer: true }, "feature-extraction"],
  ["one label orders", { architecture: "XLMRobertaForSequenceClassification", labels: ["LABEL_0"] }, "text-ranking"],
  ["who judges entailment sorts by any labels", { architecture: "BartForSequenceClassification", labels: judging }, "zero-shot-classification"],
  ["a card tells tasks of one make apart", { architecture: "BartForConditionalGeneration", tag: "summarization" }, "summarization"],
  ["a card is believed where the class says nothing", { architecture: "Odd", tag: "object-detection" }, "object-detection"],
  ["a card is not believed against the class", { architecture: "BertForMaskedLM", tag: "text-generation" }, "fill-mask"],
  ["a card may say what no pipeline does", { architecture: "Odd", tag: "reinforcement-learning" }, "unknown"],
] as const)("%s", (_fact, signs, task) => {
  const plain = { architecture: null, isSentenceTransformer: false, labels: two, tag: null };
  expect(configTask({ ...plain, ...signs })).toBe(task);
});
