import type { JSX } from "preact";
import type { Role } from "@collabhub/sdk";

/** A person's initial on their colour; faded while away. */
export function Avatar({ name, color, away = false, small = false }: { name: string; color: string; away?: boolean; small?: boolean }): JSX.Element {
  const initial = [...name.trim()][0]?.toUpperCase() ?? "?";
  return (
    <span class={`avatar${away ? " away" : ""}${small ? " small" : ""}`} style={{ backgroundColor: color }} title={name} aria-hidden="true">
      {initial}
    </span>
  );
}

export function RoleBadge({ role }: { role: Role }): JSX.Element {
  return <span class={`badge role-${role}`}>{role}</span>;
}
