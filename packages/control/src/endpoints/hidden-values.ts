import type { EndpointConfiguration, EndpointTemplate } from "@berth/api";
import { hidden, hideValues } from "../services/redact.ts";
import { redactCommand } from "../services/service-view.ts";

/** The configuration as people see it: the names in the environment, not the values. */
export function hideConfiguration(configuration: EndpointConfiguration): EndpointConfiguration {
  const { template } = configuration;
  return template === null ? configuration : { ...configuration, template: hideTemplate(template) };
}

function hideTemplate(template: EndpointTemplate): EndpointTemplate {
  const { env, command } = template;
  return {
    ...template,
    ...(env === undefined ? {} : { env: hideValues(env) }),
    ...(command === undefined
      ? {}
      : {
          command: {
            ...redactCommand(command),
            ...(command.env === undefined ? {} : { env: hideValues(command.env) }),
          },
        }),
  };
}

/** A template that was shown, changed and sent back: what was hidden in it is what it was. */
export function withHidden(given: EndpointTemplate, before: EndpointTemplate | null): EndpointTemplate {
  const { env, command } = given;
  return {
    ...given,
    ...(env === undefined ? {} : { env: restored(env, before?.env) }),
    ...(command === undefined
      ? {}
      : {
          command: {
            ...command,
            argv: restoredWords(command.argv, before?.command?.argv ?? []),
            ...(command.env === undefined ? {} : { env: restored(command.env, before?.command?.env) }),
          },
        }),
  };
}

function restored(
  env: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value === hidden ? (before?.[name] ?? value) : value]),
  );
}

/** By their places: whoever moves a hidden word says it anew. */
function restoredWords(words: readonly string[], before: readonly string[]): string[] {
  return words.map((word, index) => {
    const was = before[index];
    const isHidden = word === hidden || word.endsWith(`=${hidden}`);
    return isHidden && was !== undefined ? was : word;
  });
}
