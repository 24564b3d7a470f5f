import { updateEndpointSchema, type Endpoint } from "@berth/api";
import { expect, test } from "vitest";
import { typicalEndpoints } from "../../mock/seed-endpoints.ts";
import { readSettings, settingsForm } from "./settings-form.ts";

const { endpoints } = typicalEndpoints(0);
const [summaries] = endpoints as [Endpoint, ...Endpoint[]];

test.each(endpoints.map((one) => [one.fullName, one] as const))(
  "an untouched form of %s changes nothing",
  (_, endpoint) => {
    const { scaling } = endpoint;
    expect(readSettings(settingsForm(endpoint), endpoint)).toEqual({ body: {}, problems: {}, scaling });
  },
);

test("only what is different is sent", () => {
  const form = settingsForm(summaries);
  const { body } = readSettings(
    {
      access: { ...form.access, visibility: "public", fallback: "" },
      scaling: { ...form.scaling, max: "6" },
      queue: { ...form.queue, retriesFailures: true },
      configuration: { ...form.configuration, hardware: "" },
    },
    summaries,
  );
  expect(updateEndpointSchema.parse(body)).toEqual({
    visibility: "public",
    fallback: null,
    scaling: { max: 6 },
    queue: { retriesFailures: true },
    hardware: null,
  });
});

test("the order of profiles is a difference", () => {
  const form = settingsForm(summaries);
  const profiles = form.configuration.profiles.toReversed();
  expect(
    readSettings({ ...form, configuration: { ...form.configuration, profiles } }, summaries).body,
  ).toEqual({
    profiles,
  });
});
