import type { Model, PipelineTask, Task } from "@berth/api";

/** Tasks that are done by models of the same make: whoever names one of them may mean it. */
const kin: readonly (readonly Task[])[] = [
  ["summarization", "translation", "text2text-generation"],
  ["text-classification", "zero-shot-classification", "text-ranking"],
  ["feature-extraction", "fill-mask"],
  ["image-segmentation", "background-removal"],
  ["image-to-text", "document-question-answering"],
  ["image-feature-extraction", "image-classification", "zero-shot-image-classification"],
];

/** Why a model cannot do the task, as far as its facts tell, or `null`: what they do not tell, its loading will. */
export function whyNotPipeline({ repo, facts }: Model, task: PipelineTask): string | null {
  const made = facts?.task ?? "unknown";
  if (/SpeechT5ForTextToSpeech/.test(facts?.architecture ?? ""))
    return `${repo} needs a second model beside it that makes sound of what it gives; take one that speaks by itself (VITS, MMS, Supertonic)`;
  if (made === "unknown" || made === task) return null;
  const group = kin.find((each) => each.includes(made)) ?? [made];
  if (group.includes(task)) return null;
  return `${repo} is made for ${made}, and cannot do ${task}; ask for ${group.filter((each) => each !== "text-ranking").join(" or ")}`;
}
