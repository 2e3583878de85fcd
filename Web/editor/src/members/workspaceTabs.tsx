import type { JSX } from "preact";
import type { WorkspaceRole } from "@collabhub/sdk";
import { Link } from "../state/router";

/** The pages of one workspace; those that a role does not open are left out. */
export function WorkspaceTabs({ workspaceId, role, here }: { workspaceId: string; role: WorkspaceRole; here: "files" | "members" | "settings" | "audit" }): JSX.Element {
  const manages = role === "owner" || role === "admin";
  const tab = (name: typeof here, label: string, path: string): JSX.Element => (
    <Link to={`/w/${workspaceId}${path}`} aria-current={here === name ? "page" : undefined}>{label}</Link>
  );
  return (
    <nav class="workspace-tabs" aria-label="Workspace">
      {tab("files", "Files", "")}
      {tab("members", "Members", "/members")}
      {tab("settings", "Settings", "/settings")}
      {manages && tab("audit", "Audit log", "/audit")}
    </nav>
  );
}
