import { describe } from "vitest";
import { abilities } from "./abilities.ts";
import { describeAnswers } from "./answer-facts.ts";
import { describeFaults } from "./fault-facts.ts";
import { describeFields } from "./field-facts.ts";
import { describeOperations } from "./operation-facts.ts";
import type { Ability, ProviderUnderTest } from "./provider-under-test.ts";

/** What every adapter does, through a gateway and over real sockets, against a server that it was made for. */
export function describeProvider(name: string, subject: ProviderUnderTest): void {
  const able: ReadonlySet<Ability> = new Set(abilities[subject.kind]);
  describe(name, () => {
    describeAnswers(subject, able);
    describeFields(subject, able);
    describeOperations(subject, able);
    describeFaults(subject);
  });
}
