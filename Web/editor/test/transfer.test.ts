import { expect, test } from "vitest";
import { summary } from "../src/archive/transfer";

test("an import is summed up in one sentence", () => {
  expect(summary({ created: [], updated: [], unchanged: ["a"], skipped: [] })).toBe("0 files created, 0 updated, 1 unchanged.");
  expect(summary({ created: [{} as never], updated: [], unchanged: [], skipped: [".DS_Store"] })).toBe("1 file created, 0 updated, 0 unchanged, 1 skipped.");
});
