import { BerthError, type Model } from "@berth/api";

type ModelFile = Model["files"][number];

/**
 * The file of the model that `wanted` names: a quantisation or a path. Without it the first, which the catalog takes for
 * the best. Throws BerthError `invalid_request` that lists what there is.
 */
export function chooseFile(
  model: Model,
  wanted: string | undefined,
): { readonly file: ModelFile; readonly choice: string | null } {
  const { files } = model;
  const [first] = files;
  if (first === undefined)
    throw new BerthError("invalid_request", `${model.repo} holds no file to serve`, { param: "model" });
  if (wanted === undefined)
    return {
      file: first,
      choice:
        files.length === 1
          ? null
          : `${first.path} taken of ${files.length} files; the option file takes another one`,
    };
  const named = files.filter(
    ({ path, quantisation }) =>
      path === wanted ||
      path.split("/").at(-1) === wanted ||
      quantisation?.toUpperCase() === wanted.toUpperCase(),
  );
  const [file] = named;
  if (file !== undefined && named.length === 1) return { file, choice: null };
  const problem = file === undefined ? `is not in ${model.repo}` : `names several files of ${model.repo}`;
  const choices = (file === undefined ? files : named).map(({ path }) => path);
  throw new BerthError("invalid_request", `file "${wanted}" ${problem}; there is ${choices.join(", ")}`, {
    param: "options.file",
    details: { files: choices },
  });
}
