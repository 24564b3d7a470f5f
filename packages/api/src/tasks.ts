import { z } from "./schema.ts";

/** What a model does, in the Hub's words. */
export const taskSchema = z.enum([
  "text-generation",
  "feature-extraction",
  "text-ranking",
  "automatic-speech-recognition",
  "text-classification",
  "unknown",
]);
export type Task = z.infer<typeof taskSchema>;

/** The short names commands use (`berth run embeddings ...`), and what `ls` prints under IMAGE. */
export const imageSchema = z.enum([
  "text-generation",
  "embeddings",
  "rerank",
  "speech-recognition",
  "command",
  "handler",
  "other",
]);
export type Image = z.infer<typeof imageSchema>;

const imageOfTask: Record<Task, Image> = {
  "text-generation": "text-generation",
  "feature-extraction": "embeddings",
  "text-ranking": "rerank",
  "automatic-speech-recognition": "speech-recognition",
  "text-classification": "other",
  unknown: "other",
};

export function taskImage(task: Task): Image {
  return imageOfTask[task];
}

const taskOfImage: Record<Image, Task> = {
  "text-generation": "text-generation",
  embeddings: "feature-extraction",
  rerank: "text-ranking",
  "speech-recognition": "automatic-speech-recognition",
  command: "unknown",
  handler: "unknown",
  other: "unknown",
};

export function imageTask(image: Image): Task {
  return taskOfImage[image];
}
