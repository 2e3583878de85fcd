import type { JSX } from "preact";
import type { AuditRow, Member } from "@collabhub/sdk";

/** Rows with the newest first; the changed fields unfold. */
export function AuditTable({ rows, members }: { rows: AuditRow[]; members: Member[] }): JSX.Element {
  const names = new Map(members.map((member) => [member.userId, member.displayName]));
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label="Audit log">
      <table class="table">
        <thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">Action</th><th scope="col">From</th><th scope="col">Changes</th></tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.logId}>
              <td><time dateTime={row.timestamp}>{new Date(row.timestamp).toLocaleString()}</time></td>
              <td>{row.userId === null ? "the server" : names.get(row.userId) ?? row.userId}</td>
              <td><code>{row.action}</code><span class="row-note muted">{row.resourceType}</span></td>
              <td>{row.ipAddress ?? "–"}</td>
              <td><Changes row={row} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Changes({ row }: { row: AuditRow }): JSX.Element {
  const names = [...new Set([...Object.keys(row.oldValue ?? {}), ...Object.keys(row.newValue ?? {})])];
  if (names.length === 0) return <span class="muted">–</span>;
  return (
    <details>
      <summary>{names.join(", ")}</summary>
      <dl>
        {names.map((name) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{row.oldValue !== null && <del>{shown(row.oldValue[name])}</del>} <ins>{shown(row.newValue?.[name])}</ins></dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

const shown = (value: unknown): string => (value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value));
