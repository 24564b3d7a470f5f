/**
 * The control plane: decides what should run and sees that it does. It carries no requests, listens on no socket and
 * reads no environment; launchers, engines and the store come to it as ports.
 */
export { httpRunnerProbe, type RunnerProbe } from "./controllers/health.ts";
export { defaultServiceLimits, type ServiceLimits } from "./controllers/service-limits.ts";
export { H2ogptImport } from "./h2ogpt/import-h2ogpt.ts";
export { ModelRoutes, type ModelRoutesOptions } from "./providers/model-routes.ts";
export type { ProviderAnswerProof, ProviderProbe } from "./providers/provider-probe.ts";
export { Providers, type ProvidersOptions } from "./providers/providers.ts";
export { EndpointControl, type EndpointControlOptions } from "./endpoints/endpoint-control.ts";
export type { Traffic } from "./endpoints/endpoint-meter.ts";
export type { EndpointLoads } from "./endpoints/endpoint-sights.ts";
export { HardwarePresets } from "./endpoints/hardware-presets.ts";
export { StoredSecrets } from "./endpoints/stored-secrets.ts";
export { endpointHandlers, secretHandlers } from "./routes/endpoints.ts";
export { conversationHandlers } from "./routes/conversations.ts";
export { downloadHandlers } from "./routes/downloads.ts";
export type {
  Handler,
  HandlerCaller,
  HandlerContext,
  HandlerResult,
  Handlers,
  RawResult,
} from "./routes/handler.ts";
export { imageHandlers } from "./routes/images.ts";
export { keyHandlers } from "./routes/keys.ts";
export { loginHandlers } from "./routes/logins.ts";
export { hubHandlers, modelHandlers } from "./routes/models.ts";
export { modelRouteHandlers } from "./routes/model-routes.ts";
export { providerHandlers } from "./routes/providers.ts";
export { type ProfileCare, profileHandlers } from "./routes/profiles.ts";
export { usageHandlers } from "./routes/usage.ts";
export { serviceHandlers } from "./routes/services.ts";
export { ServiceControl, type ServiceControlOptions } from "./service-control.ts";
export { type AdminKey, type AdminKeyOptions, ensureAdminKey } from "./services/admin-key.ts";
export { Changes } from "./services/changes.ts";
export type { ModelLookup } from "./services/choose-model.ts";
export { Conversations, type ConversationsOptions } from "./services/conversations.ts";
export { type DefaultProfileOptions, ensureDefaultProfile } from "./services/default-profile.ts";
export { Downloads } from "./services/downloads.ts";
export { Logins, type LoginsOptions } from "./services/logins.ts";
export type { MachineProbe } from "./services/draft-service.ts";
export { ImageFiles, type ImageFilesOptions } from "./services/image-files.ts";
export { Images, type ImagesOptions } from "./services/images.ts";
export { hashKey } from "./services/key-text.ts";
export {
  type JudgedKey,
  type KeyHolder,
  type KeyLimitsPort,
  Keys,
  type KeysOptions,
} from "./services/keys.ts";
export { servicesUsing } from "./services/models-in-use.ts";
export { Models } from "./services/models.ts";
export { requireKnownResources, type UnknownResource, unknownResources } from "./services/known-resources.ts";
export { importProfiles } from "./services/import-profiles.ts";
export type { ProfileLookup } from "./services/place.ts";
export type { ProfileSites, SiteDirectories } from "./services/profile-sites.ts";
export { type NewProfile, Profiles, type ProfilesOptions } from "./services/profiles.ts";
export { Secrets } from "./services/secrets.ts";
export type { PortProbe, PortRange } from "./services/service-port.ts";
export type { Services } from "./services/services.ts";
export { type OpenSession, Sessions, type SessionsOptions } from "./services/sessions.ts";
export { Usage } from "./services/usage.ts";
