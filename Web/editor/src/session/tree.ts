import type { WorkspaceFile } from "@collabhub/sdk";

export type TreeNode =
  | { kind: "folder"; name: string; path: string; children: TreeNode[] }
  | { kind: "file"; name: string; path: string; file: WorkspaceFile };

/** Folders come from the slashes in paths; folders first, then files, each by name. */
export function treeOf(files: Iterable<WorkspaceFile>): TreeNode[] {
  const root: TreeNode[] = [];
  for (const file of files) {
    const parts = file.path.split("/");
    const name = parts.pop() ?? file.path;
    let siblings = root;
    let path = "";
    for (const part of parts) {
      path = path === "" ? part : `${path}/${part}`;
      let folder = siblings.find((node) => node.kind === "folder" && node.name === part);
      if (folder === undefined) {
        folder = { kind: "folder", name: part, path, children: [] };
        siblings.push(folder);
      }
      if (folder.kind === "folder") siblings = folder.children;
    }
    siblings.push({ kind: "file", name, path: file.path, file });
  }
  return sorted(root);
}

function sorted(nodes: TreeNode[]): TreeNode[] {
  for (const node of nodes) if (node.kind === "folder") sorted(node.children);
  return nodes.sort((a, b) => a.kind === b.kind ? a.name.localeCompare(b.name, "en", { numeric: true }) : a.kind === "folder" ? -1 : 1);
}

/** The file to show when the address names none: the first one in the tree. */
export function firstFile(nodes: readonly TreeNode[]): WorkspaceFile | null {
  for (const node of nodes) {
    const file = node.kind === "file" ? node.file : firstFile(node.children);
    if (file !== null) return file;
  }
  return null;
}
