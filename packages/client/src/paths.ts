import type { RouteName, Routes } from "@berth/api";
import type { openAiRoutes } from "@berth/api/openai";

/**
 * Where each management route lies, without its schemas: callers load no schema library. The compiler holds it equal
 * to the route table.
 */
export const paths: { readonly [N in RouteName]: Pick<Routes[N], "method" | "path" | "reply"> } = {
  getSystem: { method: "GET", path: "/api/v1/system", reply: "json" },
  listSettings: { method: "GET", path: "/api/v1/config", reply: "json" },
  listChecks: { method: "GET", path: "/api/v1/checks", reply: "json" },
  checkDatabase: { method: "POST", path: "/api/v1/database/check", reply: "json" },
  backupDatabase: { method: "POST", path: "/api/v1/database/backup", reply: "json" },
  listProfiles: { method: "GET", path: "/api/v1/profiles", reply: "json" },
  createProfile: { method: "POST", path: "/api/v1/profiles", reply: "json" },
  getProfile: { method: "GET", path: "/api/v1/profiles/{name}", reply: "json" },
  updateProfile: { method: "PATCH", path: "/api/v1/profiles/{name}", reply: "json" },
  renameProfile: { method: "POST", path: "/api/v1/profiles/{name}/rename", reply: "json" },
  setDefaultProfile: { method: "POST", path: "/api/v1/profiles/{name}/default", reply: "json" },
  deleteProfile: { method: "DELETE", path: "/api/v1/profiles/{name}", reply: "empty" },
  listModels: { method: "GET", path: "/api/v1/models", reply: "json" },
  getModel: { method: "GET", path: "/api/v1/models/{id}", reply: "json" },
  deleteModel: { method: "DELETE", path: "/api/v1/models/{id}", reply: "empty" },
  addLocalModel: { method: "POST", path: "/api/v1/models", reply: "json" },
  searchHub: { method: "GET", path: "/api/v1/hub/models", reply: "json" },
  getHubModel: { method: "GET", path: "/api/v1/hub/models/{repo}", reply: "json" },
  listDownloads: { method: "GET", path: "/api/v1/downloads", reply: "json" },
  createDownload: { method: "POST", path: "/api/v1/downloads", reply: "json" },
  getDownload: { method: "GET", path: "/api/v1/downloads/{id}", reply: "json" },
  cancelDownload: { method: "POST", path: "/api/v1/downloads/{id}/cancel", reply: "json" },
  resumeDownload: { method: "POST", path: "/api/v1/downloads/{id}/resume", reply: "json" },
  deleteDownload: { method: "DELETE", path: "/api/v1/downloads/{id}", reply: "empty" },
  listServices: { method: "GET", path: "/api/v1/services", reply: "json" },
  createService: { method: "POST", path: "/api/v1/services", reply: "json" },
  previewService: { method: "POST", path: "/api/v1/services/preview", reply: "json" },
  getService: { method: "GET", path: "/api/v1/services/{id}", reply: "json" },
  stopService: { method: "POST", path: "/api/v1/services/{id}/stop", reply: "json" },
  restartService: { method: "POST", path: "/api/v1/services/{id}/restart", reply: "json" },
  deleteService: { method: "DELETE", path: "/api/v1/services/{id}", reply: "empty" },
  listServiceEvents: { method: "GET", path: "/api/v1/services/{id}/events", reply: "json" },
  getServiceLogs: { method: "GET", path: "/api/v1/services/{id}/logs", reply: "text" },
  listKeys: { method: "GET", path: "/api/v1/keys", reply: "json" },
  createKey: { method: "POST", path: "/api/v1/keys", reply: "json" },
  deleteKey: { method: "DELETE", path: "/api/v1/keys/{id}", reply: "empty" },
  streamEvents: { method: "GET", path: "/api/v1/events", reply: "events" },
  createSessionCode: { method: "POST", path: "/api/v1/session/codes", reply: "json" },
  createSession: { method: "POST", path: "/api/v1/session", reply: "json" },
  getSession: { method: "GET", path: "/api/v1/session", reply: "json" },
  deleteSession: { method: "DELETE", path: "/api/v1/session", reply: "empty" },
  listConversations: { method: "GET", path: "/api/v1/conversations", reply: "json" },
  createConversation: { method: "POST", path: "/api/v1/conversations", reply: "json" },
  getConversation: { method: "GET", path: "/api/v1/conversations/{id}", reply: "json" },
  updateConversation: { method: "PUT", path: "/api/v1/conversations/{id}", reply: "json" },
  deleteConversation: { method: "DELETE", path: "/api/v1/conversations/{id}", reply: "empty" },
};

type OpenAiRoutes = typeof openAiRoutes;

/** The same for OpenAI's routes. */
export const openAiPaths: { readonly [N in keyof OpenAiRoutes]: Pick<OpenAiRoutes[N], "method" | "path"> } = {
  createChatCompletion: { method: "POST", path: "/v1/chat/completions" },
  createCompletion: { method: "POST", path: "/v1/completions" },
  createEmbedding: { method: "POST", path: "/v1/embeddings" },
  createRerank: { method: "POST", path: "/v1/rerank" },
  createTranscription: { method: "POST", path: "/v1/audio/transcriptions" },
  createTranslation: { method: "POST", path: "/v1/audio/translations" },
  transcribe: { method: "POST", path: "/transcribe" },
  listCallableModels: { method: "GET", path: "/v1/models" },
  getCallableModel: { method: "GET", path: "/v1/models/{model}" },
};
