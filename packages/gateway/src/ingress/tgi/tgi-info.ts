import type { CallableModel } from "../../model-list.ts";

/** The version of TGI whose API this is. */
const version = "3.3.5";

/** `GET /info`, of one model. What is not bounded here, or not known, is null. */
export function tgiInfo({ id, root, context_length }: CallableModel): object {
  return {
    model_id: id,
    model_sha: null,
    model_pipeline_tag: "text-generation",
    max_concurrent_requests: null,
    max_best_of: 1,
    max_stop_sequences: 16,
    max_input_tokens: context_length === null ? null : context_length - 1,
    max_total_tokens: context_length,
    max_client_batch_size: 1,
    router: "berth",
    version,
    sha: null,
    docker_label: null,
    // ours: what is behind the name
    root,
  };
}
