import { shellWords } from "@berth/std/shell-quote";
import type { Rule } from "./rule.ts";

/** Models that could not be had from the hub. */
export const hubRules: readonly Rule[] = [
  {
    kind: "gated_model",
    pattern:
      /GatedRepoError|Cannot access gated repo|is a gated repo|restricted and you are not in the authorized list/,
    tell: ({ service, match }) => {
      const repo = repoIn(match?.input) ?? service.model ?? "the model";
      return {
        summary: `${repo} is gated: its owners give it only to those they know`,
        advice: `accept its terms on huggingface.co/${repo}, set HF_TOKEN, and download it before: berth model add`,
        command: shellWords(["berth", "model", "add", repo, "--profile", service.profile]),
      };
    },
  },
  {
    kind: "missing_model",
    pattern:
      /RepositoryNotFoundError|RevisionNotFoundError|404 Client Error.*huggingface|is not a local folder and is not a valid model identifier|Repository Not Found for url/,
    tell: ({ service, match }) => {
      const repo = repoIn(match?.input) ?? service.model ?? "the model";
      return {
        summary: `the hub has no ${repo}, or hides it from those who show no token`,
        advice: "check its name and revision; for a private one set HF_TOKEN",
      };
    },
  },
  {
    kind: "unauthorized_model",
    pattern:
      /40[13] Client Error.*(?:huggingface|hf\.co)|Invalid user token|Invalid credentials in Authorization header/,
    tell: () => ({
      summary: "the hub did not accept the token, or none was shown",
      advice: "set HF_TOKEN to a token that may read the model, and download it before: berth model add",
    }),
  },
  {
    kind: "offline",
    pattern:
      /couldn't connect to ['"]?https:\/\/huggingface\.co|LocalEntryNotFoundError|OfflineModeIsEnabled|outgoing traffic has been disabled|Failed to resolve 'huggingface\.co'|huggingface\.co.*(?:Network is unreachable|Name or service not known|Max retries exceeded)/,
    tell: ({ service }) => ({
      summary: "it wanted something from the hub, which cannot be reached from where it runs",
      advice: "compute nodes often have no internet: download the whole model before",
      command:
        service.model === null
          ? undefined
          : shellWords(["berth", "model", "add", service.model, "--profile", service.profile]),
    }),
  },
];

function repoIn(line: string | undefined): string | undefined {
  return /huggingface\.co\/(?:api\/models\/)?([\w.-]+\/[\w.-]+?)(?:\/|\.?$|\s)/.exec(line ?? "")?.[1];
}
