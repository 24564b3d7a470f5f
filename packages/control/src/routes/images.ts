import type { Images } from "../services/images.ts";
import type { Handlers } from "./handler.ts";

type ImageRoute =
  | "listImages"
  | "deleteImage"
  | "createImagePull"
  | "listImagePulls"
  | "getImagePull"
  | "cancelImagePull";

export function imageHandlers(images: Images): Pick<Handlers, ImageRoute> {
  return {
    listImages: ({ query }, { signal }) => images.list(query.profile, signal),
    deleteImage: ({ params }, { signal }) => images.remove(params.id, signal),
    createImagePull: ({ body }, { signal }) => images.pull(body, signal),
    listImagePulls: async () => ({ data: images.listPulls() }),
    getImagePull: async ({ params }) => images.get(params.id),
    cancelImagePull: ({ params }, { signal }) => images.cancel(params.id, signal),
  };
}
