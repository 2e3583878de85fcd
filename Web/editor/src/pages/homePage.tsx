import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Session, Workspace } from "@collabhub/sdk";
import { useAction, useLoad } from "../state/async";
import { Link, navigate, useAddress } from "../state/router";
import { TagFilter, TaggedWorkspaces } from "../settings/tagFilter";
import { useAuth, useServices, type Services } from "../state/services";
import { Button, Empty, Field, Problem, Skeleton } from "../ui/controls";
import { Select } from "../ui/select";
import { Dialog } from "../ui/dialog";
import { ago } from "../ui/format";
import { RoleBadge } from "../ui/people";
import { Page } from "./page";

/** Sessions that are open, and workspaces. */
export function HomePage(): JSX.Element {
  const services = useServices();
  const auth = useAuth();
  const [creating, setCreating] = useState(false);
  const [state, reload] = useLoad("home", async () => {
    const [workspaces, sessions] = await Promise.all([services.api.workspaces(), services.api.sessions("active")]);
    return { workspaces: workspaces.items, sessions: sessions.items };
  });
  const tag = useAddress().searchParams.get("tag") ?? "";
  const user = auth.kind === "signedIn" ? auth.user : null;
  const start = useAction(() => startFirstSession(services, user?.displayName ?? "My"));
  const isGuest = user?.isGuest ?? true;
  const startButton = <Button kind="primary" icon="play" busy={start.busy} onClick={() => start.run()}>Start a session</Button>;
  const actions = state.kind === "ready" && !isEmpty(state.value) && (
    <>
      {!isGuest && <Button icon="plus" onClick={() => setCreating(true)}>New workspace</Button>}
      {startButton}
    </>
  );
  return (
    <Page title="Workspaces" actions={actions}>
      <Problem error={start.error} />
      {state.kind === "loading" && <Skeleton rows={5} />}
      {state.kind === "failed" && <Problem error={state.error} onRetry={reload} />}
      {state.kind === "ready" && isEmpty(state.value) && (
        <Empty title="Nothing here yet">
          <p>Start a session and share its link: whoever opens it types with you in the same file.</p>
          <div class="actions center">
            {startButton}
            {!isGuest && <Button icon="plus" onClick={() => setCreating(true)}>New workspace</Button>}
          </div>
        </Empty>
      )}
      {state.kind === "ready" && !isEmpty(state.value) && (
        <>
          <SessionList sessions={state.value.sessions} />
          <TagFilter tag={tag} />
          {tag === "" ? <WorkspaceList title="All workspaces" workspaces={state.value.workspaces} /> : <TaggedWorkspaces tag={tag} />}
        </>
      )}
      {creating && <NewWorkspaceDialog onClose={() => setCreating(false)} />}
    </Page>
  );
}

const isEmpty = (lists: { workspaces: Workspace[]; sessions: Session[] }): boolean => lists.workspaces.length + lists.sessions.length === 0;

/** A session in a workspace of its own, with a file to type into. */
async function startFirstSession({ api }: Services, name: string): Promise<void> {
  const session = await api.createSession({ name: `${name}'s session` });
  const file = await api.createFile(session.workspaceId, { path: "main.js", content: firstFile });
  navigate(`/s/${session.sessionId}?file=${file.fileId}`);
}

const firstFile = `// Share this session with the button at the top right.
// Everyone who opens the link types here with you.

function greet(name) {
  return \`Hello, \${name}!\`;
}

console.log(greet("world"));
`;

export function SessionList({ sessions }: { sessions: readonly Session[] }): JSX.Element | null {
  if (sessions.length === 0) return null;
  return (
    <section>
      <h2>Open sessions</h2>
      <ul class="rows">
        {sessions.map((session) => (
          <li key={session.sessionId}>
            <Link to={`/s/${session.sessionId}`} class="row">
              <span class="live-dot" aria-hidden="true" />
              <span class="row-name">{session.name}</span>
              <RoleBadge role={session.role} />
              <span class="muted row-time">{ago(session.lastActive ?? session.createdAt)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function WorkspaceList({ title, workspaces }: { title: string; workspaces: readonly Workspace[] }): JSX.Element | null {
  if (workspaces.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul class="rows">
        {workspaces.map((workspace) => (
          <li key={workspace.workspaceId}>
            <Link to={`/w/${workspace.workspaceId}`} class="row">
              <span class="row-name">{workspace.name}{workspace.description !== null && <span class="muted row-note">{workspace.description}</span>}</span>
              {workspace.isTemplate && <span class="badge">template</span>}
              {workspace.status === "archived" && <span class="badge">archived</span>}
              <RoleBadge role={workspace.role} />
              <span class="muted row-time">{ago(workspace.lastActive ?? workspace.updatedAt)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function NewWorkspaceDialog({ onClose }: { onClose: () => void }): JSX.Element {
  const { api, workspaces } = useServices();
  const [name, setName] = useState("");
  const [template, setTemplate] = useState("");
  const [templates, retry] = useLoad("templates", () => workspaces.templates());
  const [description, setDescription] = useState("");
  const create = useAction(async () => {
    const workspace = await api.createWorkspace({ name: name.trim(), ...(description.trim() === "" ? {} : { description: description.trim() }), ...(template === "" ? {} : { templateId: template }) });
    navigate(`/w/${workspace.workspaceId}`);
  });
  const errors = create.error?.errors ?? {};
  return (
    <Dialog title="New workspace" onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); create.run(); }}>
        <Field label="Name" name="name" value={name} onInput={setName} errors={errors["name"]} required autofocus maxLength={255} />
        <Field label="Description" name="description" value={description} onInput={setDescription} errors={errors["description"]} hint="Optional." />
        {templates.kind === "failed" && <Problem error={templates.error} onRetry={retry} />}
        {templates.kind === "ready" && templates.value.length > 0 && (
          <Select
            label="Template" name="template" value={template} onChange={setTemplate} errors={errors["templateId"]} hint="Its files, settings and tags are copied."
            options={[{ value: "", label: "None" }, ...templates.value.map(({ workspaceId, name: label }) => ({ value: workspaceId, label }))]}
          />
        )}
        <Problem error={Object.keys(errors).length > 0 ? null : create.error} />
        <div class="actions end">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={create.busy}>Create workspace</Button>
        </div>
      </form>
    </Dialog>
  );
}
