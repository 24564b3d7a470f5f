import type { CreateEndpoint, EndpointTemplate, Model } from "@berth/api";

/** The template with its model named as every profile knows it: by its repository, where it has one. */
export function withRepoName(
  template: EndpointTemplate | null,
  models: readonly Model[],
): Exclude<CreateEndpoint["template"], undefined> {
  const chosen = models.find(({ id }) => id === template?.model);
  if (template === null || chosen === undefined || chosen.location === "directory") return template;
  return { ...template, model: chosen.repo };
}
