import fc from "fast-check";
import { expect, test } from "vitest";
import { ObjectEnd } from "./object-end.ts";

test("an object is over with its last character, however it comes in pieces, and not before", () => {
  const objects = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(
      objects,
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 0, max: 2 }),
      (value, size, space) => {
        const text = ` ${JSON.stringify(value, undefined, space)}`;
        const end = new ObjectEnd();
        for (let at = 0; at < text.length; at += size) {
          expect(end.isOver).toBe(false);
          end.push(text.slice(at, at + size));
        }
        expect(end.isOver).toBe(true);
      },
    ),
  );
});

test.for(["", " ", '{"a":"}"', '{"a":"\\"}"', "}", "null", '"{}"'])("%j is no whole object", (text) => {
  const end = new ObjectEnd();
  end.push(text);
  expect(end.isOver).toBe(false);
});
