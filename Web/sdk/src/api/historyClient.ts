import type { Page, WorkspaceFile } from "../types";
import type { Http } from "./http";

export interface FileVersion {
  n: number;
  name: string | null;
  kind: "named" | "automatic";
  seq: number;
  /** UTF-8 bytes. */
  size: number;
  hash: string;
  createdAt: string;
  createdBy: string | null;
  createdByName: string | null;
}

export interface VersionText extends FileVersion { content: string }

export interface Blame {
  lines: { line: number; userId: string | null; at: string | null }[];
  people: { userId: string; displayName: string }[];
  truncated: boolean;
}

/** A place in a file; line and column count from 1. */
export interface Found { fileId: string; path: string; line: number; column: number; preview: string }

export interface ImportResult { created: WorkspaceFile[]; updated: WorkspaceFile[]; unchanged: string[]; skipped: string[] }

/** Versions, blame, search, export and import: one method per route. Shares its sign-in with the `ApiClient` on the same `Http`. */
export class HistoryClient {
  readonly #http: Http;

  constructor(http: Http) { this.#http = http; }

  versions(workspaceId: string, fileId: string, cursor?: string): Promise<Page<FileVersion>> {
    return this.#http.get(`${file(workspaceId, fileId)}/versions`, { cursor });
  }
  createVersion(workspaceId: string, fileId: string, name?: string): Promise<FileVersion> {
    return this.#http.post(`${file(workspaceId, fileId)}/versions`, name === undefined ? {} : { name });
  }
  version(workspaceId: string, fileId: string, n: number): Promise<VersionText> {
    return this.#http.get(`${file(workspaceId, fileId)}/versions/${n}`);
  }
  /** Becomes an edit; what is there before is kept as a version. */
  restore(workspaceId: string, fileId: string, n: number): Promise<FileVersion> {
    return this.#http.post(`${file(workspaceId, fileId)}/versions/${n}/restore`);
  }
  /** Unified; without `to` against the text of now. */
  diff(workspaceId: string, fileId: string, n: number, to?: number): Promise<string> {
    return this.#http.text(`${file(workspaceId, fileId)}/versions/${n}/diff`, { to });
  }
  blame(workspaceId: string, fileId: string): Promise<Blame> { return this.#http.get(`${file(workspaceId, fileId)}/blame`); }

  search(workspaceId: string, q: string, options: { matchCase?: boolean; cursor?: string } = {}): Promise<Page<Found>> {
    return this.#http.get(`/workspaces/${workspaceId}/search`, { q, ...(options.matchCase === true ? { case: "true" } : {}), cursor: options.cursor });
  }

  exportZip(workspaceId: string, progress?: (bytes: number) => void): Promise<Blob> {
    return this.#http.download(`/workspaces/${workspaceId}/files.zip`, progress);
  }
  /** All of the archive, or nothing: `archive.entry_invalid` names the entry in `errors`. */
  importZip(workspaceId: string, zip: Blob): Promise<ImportResult> {
    return this.#http.upload(`/workspaces/${workspaceId}/files.zip`, zip, "application/zip");
  }
}

const file = (workspaceId: string, fileId: string): string => `/workspaces/${workspaceId}/files/${fileId}`;
