import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Workspace } from "@collabhub/sdk";
import { WorkspaceTabs } from "../members/workspaceTabs";
import { Page } from "../pages/page";
import { useAction, useLoad } from "../state/async";
import { useServices } from "../state/services";
import { Button, Empty, Field, Problem, Skeleton } from "../ui/controls";
import { Check } from "../ui/select";
import { DangerZone } from "./dangerZone";
import { DeploymentForm } from "./deploymentForm";
import { Environment } from "./environment";
import { Tags } from "./tags";

/** A workspace's name, tags, environment and end; what the role does not allow is shown, not offered. */
export function SettingsPage({ workspaceId }: { workspaceId: string }): JSX.Element {
  const { api, workspaces } = useServices();
  const [workspace, reload] = useLoad(workspaceId, () => api.workspace(workspaceId));
  const [document, reloadDocument] = useLoad(`${workspaceId} document`, () => workspaces.document(workspaceId));
  if (workspace.kind !== "ready") {
    return <Page title="Settings">{workspace.kind === "loading" ? <Skeleton rows={6} /> : <Problem error={workspace.error} onRetry={reload} />}</Page>;
  }
  const { role, status, name } = workspace.value;
  const isAdmin = role === "owner" || role === "admin";
  const mayChange = isAdmin && status === "active";
  return (
    <Page title={`Settings of ${name}`}>
      <WorkspaceTabs workspaceId={workspaceId} role={role} here="settings" />
      {!mayChange && (
        <p class="muted" role="note">{isAdmin ? "The workspace is archived: restore it to change anything." : "Admins and the owner can change these settings."}</p>
      )}
      <General key={workspace.value.updatedAt} workspace={workspace.value} mayChange={mayChange} onChanged={reload} />
      {document.kind === "loading" && <Skeleton rows={5} />}
      {document.kind === "failed" && <Problem error={document.error} onRetry={reloadDocument} />}
      {document.kind === "ready" && (
        <>
          <Tags workspaceId={workspaceId} tags={document.value.tags} mayChange={mayChange} onChanged={reloadDocument} />
          {document.value.environment === undefined
            ? <section class="card"><h2>Environment</h2><Empty title="Only members see the environment" /></section>
            : <Environment workspaceId={workspaceId} environment={document.value.environment} mayChange={mayChange} onChanged={reloadDocument} />}
          <DeploymentForm workspaceId={workspaceId} deployment={document.value.deployment} mayChange={mayChange} onChanged={reloadDocument} />
        </>
      )}
      {isAdmin && <DangerZone workspace={workspace.value} onChanged={reload} />}
    </Page>
  );
}

function General({ workspace, mayChange, onChanged }: { workspace: Workspace; mayChange: boolean; onChanged: () => void }): JSX.Element {
  const { workspaces } = useServices();
  const [name, setName] = useState(workspace.name);
  const [description, setDescription] = useState(workspace.description ?? "");
  const [isPublic, setPublic] = useState(workspace.isPublic);
  const [isTemplate, setTemplate] = useState(workspace.isTemplate);
  const save = useAction(async () => {
    await workspaces.change(workspace.workspaceId, { name: name.trim(), description: description.trim() === "" ? null : description.trim(), isPublic, isTemplate });
    onChanged();
  });
  const errors = save.error?.errors ?? {};
  return (
    <section class="card">
      <h2>General</h2>
      <form onSubmit={(event) => { event.preventDefault(); save.run(); }}>
        <fieldset disabled={!mayChange} class="fields">
          <Field label="Name" name="name" value={name} onInput={setName} errors={errors["name"]} required maxLength={100} />
          <Field label="Description" name="description" value={description} onInput={setDescription} errors={errors["description"]} hint="Optional." />
          <Check label="Public" note="Everyone who is signed in may read the files, and anyone with the address. Never the environment." checked={isPublic} onChange={setPublic} />
          <Check label="Template" note="Those who can read it may make new workspaces after it: files, settings and tags are copied, members and secrets are not." checked={isTemplate} onChange={setTemplate} />
          <Problem error={Object.keys(errors).length > 0 ? null : save.error} />
          {mayChange && <div class="actions end"><Button type="submit" kind="primary" busy={save.busy}>Save</Button></div>}
        </fieldset>
      </form>
    </section>
  );
}
