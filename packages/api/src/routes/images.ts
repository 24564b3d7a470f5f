import type { Route } from "../route.ts";
import { z } from "../schema.ts";
import {
  containerImageSchema,
  createImagePullSchema,
  imagePullSchema,
} from "../resources/container-image.ts";
import { staleListingSchema } from "../resources/model.ts";
import { idParams, list } from "./shapes.ts";

const placeErrors = ["host_unreachable", "login_required", "host_key_refused", "upstream_failed"] as const;

export const imageRoutes = {
  listImages: {
    method: "GET",
    path: "/api/v1/images",
    tag: "images",
    summary: "List container images",
    access: "admin",
    query: z.object({ profile: z.string().optional() }),
    reply: "json",
    response: list(containerImageSchema).extend({ stale: z.array(staleListingSchema).optional() }),
    status: 200,
    errors: [],
  },
  deleteImage: {
    method: "DELETE",
    path: "/api/v1/images/{id}",
    tag: "images",
    summary: "Delete a container image from the profile's home",
    access: "admin",
    params: idParams,
    reply: "empty",
    status: 204,
    errors: ["read_only", ...placeErrors],
  },
  createImagePull: {
    method: "POST",
    path: "/api/v1/image-pulls",
    tag: "images",
    summary: "Pull a container image, or make one of a file",
    access: "admin",
    body: createImagePullSchema,
    reply: "json",
    response: imagePullSchema,
    status: 202,
    errors: ["unprocessable"],
  },
  listImagePulls: {
    method: "GET",
    path: "/api/v1/image-pulls",
    tag: "images",
    summary: "List pulls of container images",
    access: "admin",
    reply: "json",
    response: list(imagePullSchema),
    status: 200,
    errors: [],
  },
  getImagePull: {
    method: "GET",
    path: "/api/v1/image-pulls/{id}",
    tag: "images",
    summary: "Show a pull of a container image",
    access: "admin",
    params: idParams,
    reply: "json",
    response: imagePullSchema,
    status: 200,
    errors: [],
  },
  cancelImagePull: {
    method: "POST",
    path: "/api/v1/image-pulls/{id}/cancel",
    tag: "images",
    summary: "Cancel a pull of a container image",
    access: "admin",
    params: idParams,
    reply: "json",
    response: imagePullSchema,
    status: 200,
    errors: ["conflict", ...placeErrors],
  },
} as const satisfies Record<string, Route>;
