import type { AppRuntime, Deployment, FileDrift, PastDeployment, Session } from "@collabhub/sdk";

export interface StatusWords {
  text: string;
  tone: "good" | "busy" | "bad" | "none";
}

const reasons: Record<string, string> = {
  user: "stopped by someone", replaced: "replaced by a newer one", idle_timeout: "nobody used it", max_lifetime: "ran as long as one may",
  session_ended: "the session ended", workspace_archived: "the workspace was archived", permission_revoked: "who deployed may no longer",
  build_failed: "the build failed", start_failed: "the app did not start", unhealthy: "the app was not healthy", crashed: "the app crashed",
  oom_killed: "out of memory", engine_lost: "the container engine lost it", server_shutdown: "the server stopped",
};

/** Why it ended, for a person; an unknown reason is shown as it is. */
export const reasonWords = (reason: string): string => reasons[reason] ?? reason;

const steps: Partial<Record<Deployment["status"], string>> = { pending: "Waiting", building: "Building", starting: "Starting", stopping: "Stopping" };

export function statusWords(deployment: Deployment): StatusWords {
  const reason = deployment.reason == null ? "" : `: ${reasonWords(deployment.reason)}`;
  switch (deployment.status) {
    case "running": return { text: "Running", tone: "good" };
    case "failed": return { text: `Failed${reason}`, tone: "bad" };
    case "stopped": return { text: `Stopped${reason}`, tone: "none" };
    default: return { text: `${steps[deployment.status]}${deployment.status === "stopping" ? reason : ""} …`, tone: "busy" };
  }
}

export const isLive = (deployment: Deployment): boolean => deployment.status !== "stopped" && deployment.status !== "failed";
export const isOnTheWay = (deployment: Deployment): boolean => ["pending", "building", "starting"].includes(deployment.status);

/** The runtime that the server takes for a session. */
export function runtimeOf(session: Session, runtimes: readonly AppRuntime[]): AppRuntime | null {
  if (!session.isDynamic) return runtimes.find((runtime) => runtime.isStatic) ?? null;
  const language = session.language?.trim().toLowerCase();
  return runtimes.find((runtime) => !runtime.isStatic && (runtime.name.toLowerCase() === language || runtime.languages.some((name) => name.toLowerCase() === language))) ?? null;
}

export const driftWords: Record<FileDrift["change"], string> = { changed: "changed since", moved: "moved since", added: "new since", removed: "deleted since" };

/** "ran 3 min, out of memory". */
export function pastWords(past: PastDeployment): string {
  const ran = past.startedAt === null ? "never ran" : past.totalRuntimeMinutes < 1 ? "ran under a minute" : `ran ${past.totalRuntimeMinutes} min`;
  return `${ran}, ${reasonWords(past.reasonForStop)}`;
}
