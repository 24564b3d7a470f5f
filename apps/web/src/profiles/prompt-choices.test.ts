import { expect, test } from "vitest";
import { promptChoices } from "./prompt-choices.ts";

test.each([
  ["Password: ", []],
  ["Your password expires in\n3 days", []],
  [
    "Duo two-factor login for ada\n\n 1. Duo Push to XXX-XXX-0142\n 2. Phone call to XXX-XXX-0142\n\nPasscode or option (1-2): ",
    [
      { answer: "1", title: "Duo Push to XXX-XXX-0142" },
      { answer: "2", title: "Phone call to XXX-XXX-0142" },
    ],
  ],
])("%j lists these choices", (text, choices) => {
  expect(promptChoices(text)).toEqual(choices);
});
