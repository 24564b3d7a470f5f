import type { Downloads } from "../services/downloads.ts";
import type { Handlers } from "./handler.ts";

type DownloadRoute =
  | "listDownloads"
  | "createDownload"
  | "getDownload"
  | "cancelDownload"
  | "resumeDownload"
  | "deleteDownload";

export function downloadHandlers(downloads: Downloads): Pick<Handlers, DownloadRoute> {
  return {
    listDownloads: async () => ({ data: downloads.list() }),
    createDownload: ({ body }, { signal }) => downloads.create(body, signal),
    getDownload: async ({ params }) => downloads.get(params.id),
    cancelDownload: ({ params }, { signal }) => downloads.cancel(params.id, signal),
    resumeDownload: ({ params }, { signal }) => downloads.resume(params.id, signal),
    deleteDownload: ({ params }) => downloads.delete(params.id),
  };
}
