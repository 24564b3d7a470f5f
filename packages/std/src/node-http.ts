/**
 * What is used of `node:http`, for programs whose start is waited for. To `import` it also reads its lazy `WebSocket`,
 * which loads all of Node's fetch: 30 ms of processor time.
 */
export const {
  Agent,
  createServer,
  request,
  STATUS_CODES: statusCodes,
} = process.getBuiltinModule("node:http");
