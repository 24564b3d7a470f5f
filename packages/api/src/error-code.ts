/** Every way a request to Berth can be refused or fail, with the HTTP status and OpenAI `type` it is told with. */
export const errorCodes = {
  invalid_request: { status: 400, type: "invalid_request_error" },
  invalid_json: { status: 400, type: "invalid_request_error" },
  unknown_parameter: { status: 400, type: "invalid_request_error" },
  model_required: { status: 400, type: "invalid_request_error" },
  context_length_exceeded: { status: 400, type: "invalid_request_error" },
  unsupported: { status: 400, type: "invalid_request_error" },
  invalid_api_key: { status: 401, type: "authentication_error" },
  session_expired: { status: 401, type: "authentication_error" },
  forbidden: { status: 403, type: "permission_error" },
  forbidden_host: { status: 403, type: "permission_error" },
  forbidden_origin: { status: 403, type: "permission_error" },
  gated_model: { status: 403, type: "permission_error" },
  not_found: { status: 404, type: "invalid_request_error" },
  model_not_found: { status: 404, type: "invalid_request_error" },
  method_not_allowed: { status: 405, type: "invalid_request_error" },
  request_timeout: { status: 408, type: "invalid_request_error" },
  conflict: { status: 409, type: "invalid_request_error" },
  already_exists: { status: 409, type: "invalid_request_error" },
  payload_too_large: { status: 413, type: "invalid_request_error" },
  unsupported_media_type: { status: 415, type: "invalid_request_error" },
  unprocessable: { status: 422, type: "invalid_request_error" },
  insufficient_memory: { status: 422, type: "invalid_request_error" },
  insufficient_disk: { status: 422, type: "invalid_request_error" },
  read_only: { status: 422, type: "invalid_request_error" },
  /** The scheduler or the place refused a launch; the message is its own. */
  launch_refused: { status: 422, type: "invalid_request_error" },
  rate_limited: { status: 429, type: "rate_limit_error" },
  /** The key's own budget would be passed; `details.retryAfterSeconds` says when it begins anew. */
  budget_exceeded: { status: 429, type: "insufficient_quota" },
  too_many_waiting: { status: 429, type: "rate_limit_error" },
  client_closed: { status: 499, type: "invalid_request_error" },
  internal: { status: 500, type: "server_error" },
  upstream_failed: { status: 502, type: "server_error" },
  engine_died: { status: 502, type: "server_error" },
  service_failed: { status: 503, type: "server_error" },
  service_unavailable: { status: 503, type: "server_error" },
  shutting_down: { status: 503, type: "server_error" },
  /** A cluster wants a password, a code or a push first: `berth profile login NAME`. */
  login_required: { status: 503, type: "server_error" },
  /** A cluster cannot be reached at the moment; nothing is concluded from it. */
  host_unreachable: { status: 503, type: "server_error" },
  /** Nobody has said yet that the host key is right, or it has changed. */
  host_key_refused: { status: 503, type: "server_error" },
  offline: { status: 503, type: "server_error" },
  upstream_timeout: { status: 504, type: "server_error" },
} as const satisfies Record<string, { status: number; type: string }>;

export type ErrorCode = keyof typeof errorCodes;
