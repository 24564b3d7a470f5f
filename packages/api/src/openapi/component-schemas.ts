import { openAiRoutes, type OpenAiRoute } from "../openai/routes.ts";
import { changeSchema, serviceEventSchema } from "../resources/event.ts";
import { containerImageSchema, imagePullSchema } from "../resources/container-image.ts";
import { conversationSchema, conversationSummarySchema } from "../resources/conversation.ts";
import {
  deploymentSchema,
  endpointConfigurationSchema,
  endpointEventSchema,
  endpointMomentSchema,
  endpointSchema,
  endpointTemplateSchema,
  queueRulesSchema,
  scalingSchema,
} from "../resources/endpoint.ts";
import { hardwarePresetSchema } from "../resources/hardware-preset.ts";
import {
  deliverySchema,
  jobStreamEventSchema,
  takenJobSchema,
  workerSchema,
} from "../resources/job-orders.ts";
import { jobSchema } from "../resources/job.ts";
import { secretSchema } from "../resources/secret.ts";
import { downloadSchema } from "../resources/download.ts";
import { hubModelSchema, hubVariantSchema, modelFactsSchema, modelSchema } from "../resources/model.ts";
import { keySchema } from "../resources/key.ts";
import { modelRouteSchema, routeTargetSchema } from "../resources/model-route.ts";
import { promptFormatSchema } from "../prompt-format.ts";
import { providerSchema, providerTestSchema } from "../resources/provider.ts";
import { clusterSchema } from "../resources/slurm.ts";
import { summaryEventSchema, summaryPartSchema } from "../resources/summary.ts";
import {
  importedProfileSchema,
  profileSchema,
  profileSpecSchema,
  repairStepSchema,
} from "../resources/profile.ts";
import {
  commandSpecSchema,
  createServiceSchema,
  engineOptionsSchema,
  serviceSchema,
  serviceStatusSchema,
} from "../resources/service.ts";
import { checkSchema, settingSchema } from "../resources/system.ts";
import type { Route } from "../route.ts";
import { routes } from "../routes.ts";
import { z } from "../schema.ts";
import type { JsonSchema } from "./document.ts";

/** Refusals, on every route. Mirrors `ErrorBody`. */
const errorSchema = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    code: z.string(),
    param: z.string().nullable(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
});

const resources: Readonly<Record<string, z.ZodType>> = {
  Error: errorSchema,
  Profile: profileSchema,
  ProfileSpec: profileSpecSchema,
  ImportedProfile: importedProfileSchema,
  RepairStep: repairStepSchema,
  Cluster: clusterSchema,
  Model: modelSchema,
  ModelFacts: modelFactsSchema,
  HubModel: hubModelSchema,
  HubVariant: hubVariantSchema,
  Download: downloadSchema,
  ContainerImage: containerImageSchema,
  ImagePull: imagePullSchema,
  Service: serviceSchema,
  ServiceStatus: serviceStatusSchema,
  ServiceEvent: serviceEventSchema,
  CreateService: createServiceSchema,
  EngineOptions: engineOptionsSchema,
  CommandSpec: commandSpecSchema,
  Endpoint: endpointSchema,
  EndpointTemplate: endpointTemplateSchema,
  EndpointConfiguration: endpointConfigurationSchema,
  EndpointEvent: endpointEventSchema,
  EndpointMoment: endpointMomentSchema,
  Scaling: scalingSchema,
  QueueRules: queueRulesSchema,
  Deployment: deploymentSchema,
  Job: jobSchema,
  JobStreamEvent: jobStreamEventSchema,
  Worker: workerSchema,
  TakenJob: takenJobSchema,
  Delivery: deliverySchema,
  Secret: secretSchema,
  HardwarePreset: hardwarePresetSchema,
  Provider: providerSchema,
  ProviderTest: providerTestSchema,
  PromptFormat: promptFormatSchema,
  ModelRoute: modelRouteSchema,
  RouteTarget: routeTargetSchema,
  Key: keySchema,
  Conversation: conversationSchema,
  ConversationSummary: conversationSummarySchema,
  Setting: settingSchema,
  Check: checkSchema,
  Change: changeSchema,
  SummaryPart: summaryPartSchema,
  SummaryEvent: summaryEventSchema,
};

export interface ComponentSchemas {
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** A `$ref` to the schema, which must be a resource or a body or response of some route. */
  ref(schema: z.ZodType): JsonSchema;
  /** The name of such a schema. */
  nameOf(schema: z.ZodType | undefined): string;
  readonly errorRef: JsonSchema;
}

const uri = (name: string): string => `#/components/schemas/${name}`;
const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** Every resource, request body and reply as a named JSON Schema. */
export function componentSchemas(): ComponentSchemas {
  const registry = z.registry<{ id: string }>();
  const add = (schema: z.ZodType | undefined, name: string): void => {
    if (schema !== undefined && !registry.has(schema)) registry.add(schema, { id: name });
  };
  for (const [name, schema] of Object.entries(resources)) add(schema, name);
  const all: Readonly<Record<string, Route | OpenAiRoute>> = { ...routes, ...openAiRoutes };
  for (const [name, route] of Object.entries(all)) {
    add(route.body, `${capitalised(name)}Body`);
    add(route.response, `${capitalised(name)}Reply`);
  }
  // "input": replies may gain fields, so nothing but strict objects forbids unknown ones
  const { schemas } = z.toJSONSchema(registry, { uri, io: "input", override: dropIntegerBounds });
  const nameOf = (schema: z.ZodType | undefined): string => {
    const name = schema === undefined ? undefined : registry.get(schema)?.id;
    if (name === undefined) throw new Error("the schema belongs to no route");
    return name;
  };
  return {
    schemas: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, withoutIds(schema)])),
    ref: (schema) => ({ $ref: uri(nameOf(schema)) }),
    nameOf,
    errorRef: { $ref: uri("Error") },
  };
}

/** The properties of an object schema, each with its JSON Schema: what parameters are made of. */
export function parameterSchemas(
  schema: z.ZodType | undefined,
): readonly { name: string; required: boolean; schema: JsonSchema }[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(schema, {
    io: "input",
    override: dropIntegerBounds,
  });
  return Object.entries(properties).map(([name, property]) => ({
    name,
    required: required.includes(name),
    schema: property as JsonSchema,
  }));
}

/** The bounds of exact integers say nothing of the field. */
function dropIntegerBounds({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

/** Drops `$schema` and `$id`, which the place in the document already tells. */
function withoutIds({ $schema: _dialect, $id: _id, ...rest }: JsonSchema): JsonSchema {
  return rest;
}
