import { BerthError } from "@berth/api";

/** What a hub says becomes a path on our disk: nothing that it says may lead out of the cache. */

export const isCommit = (name: string): boolean => /^[0-9a-f]{40}$/.test(name);

export const isBlobName = (name: string, digest: "sha256" | "git-sha1"): boolean =>
  (digest === "sha256" ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{40}$/).test(name);

/** A path below a folder: no `..`, not absolute, not a Windows drive or share. Throws `upstream_failed`. */
export function assertSafePath(path: string): void {
  const steps = path.split("/");
  const bad = steps.some((step) => step === "" || step === "." || step === ".." || /^[A-Za-z]:/.test(step));
  // oxlint-disable-next-line no-control-regex
  if (!bad && !/[\\\u0000-\u001f]/.test(path)) return;
  throw new BerthError(
    "upstream_failed",
    `the repository holds a file with an unsafe name: ${JSON.stringify(path)}`,
  );
}

/** A branch or tag that can be a path under `refs`. */
export const isRefName = (name: string): boolean =>
  /^[\w.-]+(?:\/[\w.-]+)*$/.test(name) && !name.split("/").some((step) => step === "." || step === "..");

/** `owner/name` (or an old model's bare name). Throws `model_not_found` for what cannot be one. */
export function assertRepoName(repo: string): void {
  const proper = /^[A-Za-z0-9][\w.-]*(?:\/[A-Za-z0-9_][\w.-]*)?$/.test(repo) && !repo.includes("..");
  if (proper && !/^(?:datasets|spaces|buckets|kernels)\//.test(repo)) return;
  throw new BerthError("model_not_found", `repo: "${repo}" is no model's name; give owner/name`, {
    param: "repo",
  });
}
