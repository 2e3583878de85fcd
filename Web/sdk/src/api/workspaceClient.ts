import type { Page, Workspace } from "../types";
import type { Http } from "./http";

/** A variable is its text; a secret shows only that it is there. */
export type Variable = string | { secret: true };

export interface WorkspaceDocument {
  settings: Record<string, unknown>;
  /** Absent for those who are not members. */
  environment?: Record<string, Variable>;
  deployment: Record<string, unknown>;
  git: Record<string, unknown>;
  collaboration: Record<string, unknown>;
  tags: string[];
  analytics: { opens: number; edits: number; sessions: number; deployments: number };
}

/** JSON Merge Patch (RFC 7396): null removes. */
export interface DocumentPatch {
  settings?: Record<string, unknown> | null;
  environment?: Record<string, string | { value: string; secret: boolean } | null> | null;
  deployment?: Record<string, unknown> | null;
  tags?: string[];
}

export interface WorkspaceChange { name?: string; description?: string | null; isPublic?: boolean; isTemplate?: boolean }

export interface WorkspaceFilter { q?: string; status?: "active" | "archived"; tag?: string; cursor?: string }

export interface WorkspaceMember { userId: string; username: string; displayName: string; role: Workspace["role"]; status: string }

/** Managing workspaces and their documents: one method per route. Shares its sign-in with the `ApiClient` on the same `Http`. */
export class WorkspaceClient {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  list(filter: WorkspaceFilter = {}): Promise<Page<Workspace>> { return this.#http.get("/workspaces", { ...filter }); }

  /** All of mine that new workspaces may be made after. */
  async templates(): Promise<Workspace[]> {
    const found: Workspace[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<Workspace> = await this.#http.get("/workspaces", { limit: 200, cursor: cursor ?? undefined });
      found.push(...page.items.filter((workspace) => workspace.isTemplate));
      cursor = page.nextCursor;
    } while (cursor !== null);
    return found;
  }

  change(workspaceId: string, change: WorkspaceChange): Promise<Workspace> { return this.#http.patch(`/workspaces/${workspaceId}`, change); }
  archive(workspaceId: string): Promise<Workspace> { return this.#http.post(`/workspaces/${workspaceId}/archive`); }
  restore(workspaceId: string): Promise<Workspace> { return this.#http.post(`/workspaces/${workspaceId}/restore`); }
  /** The old owner becomes an admin. */
  transfer(workspaceId: string, userId: string): Promise<Workspace> { return this.#http.post(`/workspaces/${workspaceId}/transfer`, { userId }); }
  remove(workspaceId: string): Promise<void> { return this.#http.delete(`/workspaces/${workspaceId}`); }

  async members(workspaceId: string): Promise<WorkspaceMember[]> {
    return (await this.#http.get<Page<WorkspaceMember>>(`/workspaces/${workspaceId}/members`, { limit: 200 })).items;
  }

  document(workspaceId: string): Promise<WorkspaceDocument> { return this.#http.get(`/workspaces/${workspaceId}/document`); }
  patchDocument(workspaceId: string, patch: DocumentPatch): Promise<WorkspaceDocument> {
    return this.#http.patch(`/workspaces/${workspaceId}/document`, patch);
  }
}
