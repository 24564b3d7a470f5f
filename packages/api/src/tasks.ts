import { z } from "./schema.ts";

/** What the Hub's pipelines do, in its words: each is answered at `POST /predict` by a service of the image `pipeline`. */
export const pipelineTaskSchema = z.enum([
  "text-classification",
  "token-classification",
  "question-answering",
  "fill-mask",
  "summarization",
  "translation",
  "text2text-generation",
  "text-generation",
  "zero-shot-classification",
  "feature-extraction",
  "image-classification",
  "image-segmentation",
  "background-removal",
  "object-detection",
  "depth-estimation",
  "image-to-image",
  "image-feature-extraction",
  "image-to-text",
  "zero-shot-image-classification",
  "zero-shot-object-detection",
  "document-question-answering",
  "automatic-speech-recognition",
  "audio-classification",
  "zero-shot-audio-classification",
  "text-to-audio",
]);
export type PipelineTask = z.infer<typeof pipelineTaskSchema>;

/** What a model does, in the Hub's words. */
export const taskSchema = z.enum([...pipelineTaskSchema.options, "text-ranking", "unknown"]);
export type Task = z.infer<typeof taskSchema>;

/** Whether the Hub has a pipeline for it. */
export function isPipelineTask(task: string): task is PipelineTask {
  return pipelineTaskSchema.safeParse(task).success;
}

/** The short names commands use (`berth run embeddings ...`), and what `ls` prints under IMAGE. */
export const imageSchema = z.enum([
  "text-generation",
  "embeddings",
  "rerank",
  "speech-recognition",
  "pipeline",
  "command",
  "handler",
  "other",
]);
export type Image = z.infer<typeof imageSchema>;

const ownImages: Readonly<Partial<Record<Task, Image>>> = {
  "text-generation": "text-generation",
  "feature-extraction": "embeddings",
  "text-ranking": "rerank",
  "automatic-speech-recognition": "speech-recognition",
  unknown: "other",
};

/** What the model is run as unless somebody says otherwise: what has no image of its own is a pipeline. */
export function taskImage(task: Task): Image {
  return ownImages[task] ?? "pipeline";
}

/** Of a pipeline it is the model's own, or what was asked for. */
const taskOfImage: Record<Image, Task> = {
  "text-generation": "text-generation",
  embeddings: "feature-extraction",
  rerank: "text-ranking",
  "speech-recognition": "automatic-speech-recognition",
  pipeline: "unknown",
  command: "unknown",
  handler: "unknown",
  other: "unknown",
};

export function imageTask(image: Image): Task {
  return taskOfImage[image];
}
