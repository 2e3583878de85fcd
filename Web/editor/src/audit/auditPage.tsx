import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { AuditFilter, AuditRow, Member } from "@collabhub/sdk";
import { WorkspaceTabs } from "../members/workspaceTabs";
import { Page } from "../pages/page";
import { useAction, useLoad } from "../state/async";
import { useServices } from "../state/services";
import { Button, Empty, Problem, Skeleton } from "../ui/controls";
import { AuditFilters } from "./auditFilters";
import { AuditTable } from "./auditTable";
import { Verification } from "./verification";

/** What was done in a workspace, by whom and from where; for admins and the owner. */
export function AuditPage({ workspaceId }: { workspaceId: string }): JSX.Element {
  const { api, team } = useServices();
  const [filter, setFilter] = useState<AuditFilter>({});
  const [state, reload] = useLoad(workspaceId, async () => {
    const [workspace, members] = await Promise.all([api.workspace(workspaceId), team(workspaceId).members()]);
    return { workspace, members: members.items };
  });
  const save = useAction(async () => saveAs(`audit-${workspaceId}.csv`, await team(workspaceId).exportAudit(filter)));
  if (state.kind !== "ready") {
    return <Page title="Audit log">{state.kind === "loading" ? <Skeleton rows={6} /> : <Problem error={state.error} onRetry={reload} />}</Page>;
  }
  const { workspace, members } = state.value;
  return (
    <Page title={workspace.name} actions={<Button busy={save.busy} onClick={() => save.run()}>Export CSV</Button>}>
      <WorkspaceTabs workspaceId={workspaceId} role={workspace.role} here="audit" />
      <Problem error={save.error} />
      <Verification workspaceId={workspaceId} />
      <AuditFilters members={members} onFilter={setFilter} />
      <Rows key={JSON.stringify(filter)} workspaceId={workspaceId} filter={filter} members={members} />
    </Page>
  );
}

function Rows({ workspaceId, filter, members }: { workspaceId: string; filter: AuditFilter; members: Member[] }): JSX.Element {
  const { team } = useServices();
  const [older, setOlder] = useState<AuditRow[]>([]);
  const [cursor, setCursor] = useState<string | null | undefined>(undefined);
  const [state, reload] = useLoad(JSON.stringify(filter), () => team(workspaceId).audit(filter));
  const next = state.kind !== "ready" ? null : cursor === undefined ? state.value.nextCursor : cursor;
  const more = useAction(async () => {
    const page = await team(workspaceId).audit(filter, next ?? undefined);
    setOlder((rows) => [...rows, ...page.items]);
    setCursor(page.nextCursor);
  });
  if (state.kind === "loading") return <Skeleton rows={6} />;
  if (state.kind === "failed") return <Problem error={state.error} onRetry={reload} />;
  const rows = [...state.value.items, ...older];
  if (rows.length === 0) return <Empty title="Nothing was recorded"><p>No action in this workspace fits these filters.</p></Empty>;
  return (
    <section>
      <AuditTable rows={rows} members={members} />
      <Problem error={more.error} />
      {next !== null && <Button busy={more.busy} onClick={() => more.run()}>Show older</Button>}
    </section>
  );
}

function saveAs(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
