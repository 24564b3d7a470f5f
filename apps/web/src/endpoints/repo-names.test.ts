import { expect, test } from "vitest";
import { typicalModels } from "../../mock/seed-models.ts";
import { withRepoName } from "./repo-names.ts";

const [first] = typicalModels(0);
if (first === undefined) throw new Error("no model");

test("a model is named by its repository, which other profiles know too", () => {
  expect(withRepoName({ model: first.id, options: { parallel: 2 } }, [first])).toEqual({
    model: first.repo,
    options: { parallel: 2 },
  });
});

test("a directory has no other name than its own", () => {
  const local = { ...first, id: "local/data", location: "directory" as const };
  expect(withRepoName({ model: "local/data" }, [local])).toEqual({ model: "local/data" });
});

test("what is not installed stays as it was named", () => {
  expect(withRepoName({ model: "org/elsewhere" }, [first])).toEqual({ model: "org/elsewhere" });
  expect(withRepoName(null, [first])).toBeNull();
});
