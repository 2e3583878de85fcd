import { describe, expect, it } from "vitest";
import type { WorkspaceFile } from "@collabhub/sdk";
import { firstFile, treeOf, type TreeNode } from "../src/session/tree";

const file = (path: string): WorkspaceFile => ({ fileId: path, path, language: null, size: 0, updatedAt: "2026-01-01T00:00:00Z", updatedBy: null });
const outline = (nodes: readonly TreeNode[]): unknown[] => nodes.map((node) => node.kind === "file" ? node.name : { [node.name]: outline(node.children) });

describe("the file tree", () => {
  it("makes folders from slashes, folders first, numbers in order", () => {
    const tree = treeOf(["b.js", "src/z.ts", "src/lib/a.ts", "a10.md", "a2.md", "src/lib/b.ts"].map(file));
    expect(outline(tree)).toEqual([{ src: [{ lib: ["a.ts", "b.ts"] }, "z.ts"] }, "a2.md", "a10.md", "b.js"]);
  });

  it("keeps a file and a folder of the same name apart", () => {
    expect(outline(treeOf(["a", "a/b"].map(file)))).toEqual([{ a: ["b"] }, "a"]);
  });

  it("knows which file comes first", () => {
    expect(firstFile(treeOf(["b.js", "src/z.ts"].map(file)))?.path).toBe("src/z.ts");
    expect(firstFile(treeOf([]))).toBeNull();
  });
});
