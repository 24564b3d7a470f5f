/** The path of a model under the API's version: `models/gemini-2.5-flash`, `tunedModels/mine`. */
export function modelPath(model: string): string {
  const path = /^(?:models|tunedModels)\//.test(model) ? model : `models/${model}`;
  return path.split("/").map(encodeURIComponent).join("/");
}

/** Models since Gemini 3 think by levels and seal their calls. A name without a number is taken for a new one. */
export function isBeforeGemini3(model: string): boolean {
  const [, major] = /gemini-(\d+)/.exec(model) ?? [];
  return major !== undefined && Number(major) < 3;
}
