import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { canEdit, type WorkspaceFile } from "@collabhub/sdk";
import { TransferDialog } from "../archive/transfer";
import { useAction, useLoad } from "../state/async";
import { navigate } from "../state/router";
import { useServices } from "../state/services";
import { Button, Empty, Problem, Skeleton } from "../ui/controls";
import { ago, bytes } from "../ui/format";
import { Icon } from "../ui/icon";
import { RoleBadge } from "../ui/people";
import { SessionList } from "./homePage";
import { NewFileDialog } from "./newFileDialog";
import { WorkspaceTabs } from "../members/workspaceTabs";
import { Page } from "./page";

/** One workspace: its sessions, where its files are edited, and its files. */
export function WorkspacePage({ workspaceId }: { workspaceId: string }): JSX.Element {
  const { api } = useServices();
  const [addingFile, setAddingFile] = useState(false);
  const [transferring, setTransferring] = useState(false);
  const [state, reload] = useLoad(workspaceId, async () => {
    const [workspace, files, sessions] = await Promise.all([api.workspace(workspaceId), api.files(workspaceId), api.sessions("active")]);
    return { workspace, files, sessions: sessions.items.filter((session) => session.workspaceId === workspaceId) };
  });
  const start = useAction(async (name: string, fileId?: string) => {
    const session = await api.createSession({ name, workspaceId });
    navigate(`/s/${session.sessionId}${fileId === undefined ? "" : `?file=${fileId}`}`);
  });
  if (state.kind !== "ready") {
    return <Page title="Workspace">{state.kind === "loading" ? <Skeleton rows={6} /> : <Problem error={state.error} onRetry={reload} />}</Page>;
  }
  const { workspace, files, sessions } = state.value;
  const mayEdit = canEdit(workspace.role) && workspace.status === "active";
  const openFile = (file: WorkspaceFile): void => {
    const session = sessions[0];
    if (session !== undefined) navigate(`/s/${session.sessionId}?file=${file.fileId}`);
    else start.run(workspace.name, file.fileId);
  };
  return (
    <Page title={workspace.name} actions={!mayEdit ? <Button icon="download" onClick={() => setTransferring(true)}>Export</Button> : (
      <>
        <Button icon="download" onClick={() => setTransferring(true)}>Export and import</Button>
        <Button icon="plus" onClick={() => setAddingFile(true)}>New file</Button>
        <Button kind="primary" icon="play" busy={start.busy} onClick={() => start.run(workspace.name)}>Start session</Button>
      </>
    )}>
      <p class="muted lead">{workspace.description} <RoleBadge role={workspace.role} /></p>
      <WorkspaceTabs workspaceId={workspaceId} role={workspace.role} here="files" />
      <Problem error={start.error} />
      <SessionList sessions={sessions} />
      <section>
        <h2>Files</h2>
        {files.length === 0 && <Empty title="No files yet"><p>Files that you create here can be edited by everyone in a session.</p></Empty>}
        <ul class="rows">
          {[...files].sort((a, b) => a.path.localeCompare(b.path)).map((file) => (
            <li key={file.fileId}>
              <button type="button" class="row" onClick={() => openFile(file)} disabled={!mayEdit && sessions.length === 0}>
                <Icon name="file" />
                <span class="row-name">{file.path}</span>
                <span class="muted">{bytes(file.size)}</span>
                <span class="muted row-time">{ago(file.updatedAt)}</span>
              </button>
            </li>
          ))}
        </ul>
      </section>
      {transferring && <TransferDialog workspaceId={workspaceId} name={workspace.name} mayEdit={mayEdit} onClose={() => setTransferring(false)} onImported={reload} />}
      {addingFile && <NewFileDialog workspaceId={workspaceId} onClose={() => setAddingFile(false)} onCreated={() => { setAddingFile(false); reload(); }} />}
    </Page>
  );
}
