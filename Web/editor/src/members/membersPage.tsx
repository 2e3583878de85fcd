import type { JSX } from "preact";
import type { Member, Workspace } from "@collabhub/sdk";
import { Page } from "../pages/page";
import { useAction, useLoad } from "../state/async";
import { useAuth, useServices } from "../state/services";
import { navigate } from "../state/router";
import { Problem, Skeleton } from "../ui/controls";
import { Invitations } from "./invitations";
import { MemberRow } from "./memberRow";
import { WorkspaceTabs } from "./workspaceTabs";

/** Who is in a workspace, and who is invited. Everyone sees the members; admins and the owner change them. */
export function MembersPage({ workspaceId }: { workspaceId: string }): JSX.Element {
  const { api, team } = useServices();
  const auth = useAuth();
  const [state, reload] = useLoad(workspaceId, async () => {
    const [workspace, members] = await Promise.all([api.workspace(workspaceId), team(workspaceId).members()]);
    return { workspace, members: members.items };
  });
  if (state.kind !== "ready") {
    return <Page title="Members">{state.kind === "loading" ? <Skeleton rows={4} /> : <Problem error={state.error} onRetry={reload} />}</Page>;
  }
  const { workspace, members } = state.value;
  const manages = workspace.role === "owner" || workspace.role === "admin";
  const myId = auth.kind === "signedIn" ? auth.user.userId : "";
  return (
    <Page title={workspace.name}>
      <WorkspaceTabs workspaceId={workspaceId} role={workspace.role} here="members" />
      <Members workspace={workspace} members={members} myId={myId} onChanged={reload} />
      {manages && <Invitations workspaceId={workspaceId} />}
    </Page>
  );
}

function Members({ workspace, members, myId, onChanged }: { workspace: Workspace; members: Member[]; myId: string; onChanged: () => void }): JSX.Element {
  const { team } = useServices();
  const api = team(workspace.workspaceId);
  const change = useAction(async (work: () => Promise<unknown>, leaves: boolean) => {
    await work();
    if (leaves) navigate("/");
    else onChanged();
  });
  return (
    <section>
      <h2>Members</h2>
      <Problem error={change.error} />
      <ul class="rows" aria-label="Members">
        {members.map((member) => (
          <MemberRow
            key={member.userId} member={member} isMe={member.userId === myId} myRole={workspace.role} busy={change.busy}
            onRole={(role) => change.run(() => api.setRole(member.userId, role), false)}
            onRemove={() => change.run(() => api.remove(member.userId), member.userId === myId)}
            onTransfer={() => change.run(() => api.transfer(member.userId), false)}
          />
        ))}
      </ul>
    </section>
  );
}
