import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Participant, SessionModel } from "@collabhub/sdk";
import { IconButton } from "../ui/controls";
import { Icon } from "../ui/icon";
import { Avatar } from "../ui/people";
import { treeOf, type TreeNode } from "./tree";

interface FileTreeProps {
  model: SessionModel;
  fileId: string | null;
  mayEdit: boolean;
  onOpen: (fileId: string) => void;
  onNewFile: () => void;
  onSearch: () => void;
  onTransfer: () => void;
}

/** The files of the session's workspace, with who is in which. */
export function FileTree({ model, fileId, mayEdit, onOpen, onNewFile, onSearch, onTransfer }: FileTreeProps): JSX.Element {
  const others = [...model.participants.values()].filter((who) => who.userId !== model.you.userId);
  return (
    <nav class="panel files" aria-label="Files">
      <header>
        <h2>Files</h2>
        <span class="tools">
          <IconButton icon="search" label="Search in all files" onClick={onSearch} />
          <IconButton icon="download" label="Export and import" onClick={onTransfer} />
          {mayEdit && <IconButton icon="plus" label="New file" onClick={onNewFile} />}
        </span>
      </header>
      {model.files.size === 0 && <p class="muted hint">No files yet.{mayEdit && " Create one with the button above."}</p>}
      <Branch nodes={treeOf(model.files.values())} fileId={fileId} others={others} onOpen={onOpen} />
    </nav>
  );
}

interface BranchProps {
  nodes: readonly TreeNode[];
  fileId: string | null;
  others: readonly Participant[];
  onOpen: (fileId: string) => void;
}

function Branch({ nodes, ...rest }: BranchProps): JSX.Element {
  return (
    <ul>
      {nodes.map((node) => node.kind === "folder"
        ? <Folder key={node.path} folder={node} {...rest} />
        : <FileRow key={node.file.fileId} node={node} {...rest} />)}
    </ul>
  );
}

function Folder({ folder, ...rest }: Omit<BranchProps, "nodes"> & { folder: TreeNode & { kind: "folder" } }): JSX.Element {
  const [open, setOpen] = useState(true);
  return (
    <li>
      <button type="button" class="tree-row folder" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class="twist" aria-hidden="true">›</span>
        <span class="name">{folder.name}</span>
      </button>
      {open && <Branch nodes={folder.children} {...rest} />}
    </li>
  );
}

function FileRow({ node, fileId, others, onOpen }: Omit<BranchProps, "nodes"> & { node: TreeNode & { kind: "file" } }): JSX.Element {
  const here = others.filter((who) => who.fileId === node.file.fileId && who.status !== "offline");
  const names = here.map((who) => who.displayName).join(", ");
  return (
    <li>
      <button
        type="button" class="tree-row" onClick={() => onOpen(node.file.fileId)} title={node.path}
        aria-current={node.file.fileId === fileId ? "true" : undefined}
      >
        <Icon name="file" />
        <span class="name">{node.name}</span>
        {here.length > 0 && <span class="visually-hidden">, open by {names}</span>}
        <span class="here" aria-hidden="true">{here.slice(0, 3).map((who) => <Avatar key={who.userId} name={who.displayName} color={who.color} away={who.status === "away"} small />)}{here.length > 3 && <span class="muted more">+{here.length - 3}</span>}</span>
      </button>
    </li>
  );
}
