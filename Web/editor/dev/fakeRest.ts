import type { Invitation, Session, SignIn, User, Workspace, WorkspaceFile } from "@collabhub/sdk";
import { aFile, aSession } from "../../sdk/test/fakeHub";

const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

const user: User = {
  userId: "u1", email: "ada@example.org", username: "ada", displayName: "Ada Lovelace", firstName: "Ada", lastName: "Lovelace",
  profileImageUrl: null, emailVerified: true, isGuest: false, hasPassword: true, externalProvider: null, createdAt: hoursAgo(900),
};
export const session: Session = { ...aSession, name: "Parser pairing", ownerId: "u1", createdAt: hoursAgo(1), lastActive: hoursAgo(0) };
export const files: WorkspaceFile[] = [
  aFile("f1", { path: "src/math/add.ts", size: 412, updatedAt: hoursAgo(0) }), aFile("f2", { path: "src/parser.ts", size: 18_400, updatedAt: hoursAgo(3) }),
  aFile("f3", { path: "README.md", size: 2_100, updatedAt: hoursAgo(30) }), aFile("f4", { path: "package.json", size: 640, updatedAt: hoursAgo(700) }),
];
const workspace = (change: Partial<Workspace>): Workspace => ({
  workspaceId: "w1", name: "Compiler course", description: "Exercises of the winter term", ownerId: "u1", isPublic: false, isTemplate: false,
  status: "active", role: "owner", createdAt: hoursAgo(900), updatedAt: hoursAgo(2), lastActive: hoursAgo(2), ...change,
});
const invitation = (change: Partial<Invitation>): Invitation => ({
  invitationId: "i1", kind: "session", sessionId: "s1", targetName: "Parser pairing", email: null, role: "editor", status: "pending",
  invitedBy: { userId: "u2", displayName: "Grace Hopper" }, createdAt: hoursAgo(1), expiresAt: hoursAgo(-70), ...change,
});
const signIn: SignIn = { user, accessToken: "a", expiresIn: 600, refreshToken: "r" };
const page = <T>(items: T[]): { items: T[]; nextCursor: null } => ({ items, nextCursor: null });

/** Answers the routes the pages use. `scene` picks a state to show. */
export const fakeRest = (scene: string): typeof fetch => async (input, init) => {
  const route = `${init?.method ?? "GET"} ${String(input).replace(/^\/api/, "").replace(/\?.*$/, "")}`;
  const guest = scene === "guest" || scene === "empty";
  const answers: Record<string, unknown> = {
    "POST /auth/refresh": guest ? { ...signIn, user: { ...user, isGuest: true, displayName: "Guest 4711" } } : signIn,
    "POST /auth/login": signIn, "POST /auth/guest": signIn,
    "GET /workspaces": page(scene === "empty" ? [] : [
      workspace({}), workspace({ workspaceId: "w2", name: "Website", description: null, role: "editor", updatedAt: hoursAgo(50), lastActive: null }),
      workspace({ workspaceId: "w3", name: "Archive of experiments", description: "Read only", role: "viewer", status: "archived", lastActive: hoursAgo(2000) }),
    ]),
    "GET /workspaces/w1": workspace({}), "GET /workspaces/w1/files": { items: files },
    "GET /sessions": page(scene === "empty" ? [] : [session]),
    "GET /sessions/s1/invitations": page([invitation({}), invitation({ invitationId: "i2", email: "barbara@example.org", role: "viewer" })]),
    "POST /sessions/s1/invitations": invitation({ link: "https://collab.example.org/invite#token=kqX3v9Zb2mT7cN1aUe5Rw8" }),
    "POST /sessions/s1/invitations/bulk": { items: [
      { email: "barbara@example.org", invitation: invitation({ email: "barbara@example.org" }) },
      { email: "jean@example.org", code: "rate.limited", detail: "Too many requests; wait a little.", retryAfter: 60 },
    ] },
    "GET /invitations": page(scene === "empty" ? [] : [invitation({ message: "The parser from yesterday, if you have an hour." }), invitation({ invitationId: "i2", kind: "workspace", workspaceId: "w2", targetName: "Website", role: "viewer" })]),
    "GET /invitations/by-token/t": invitation({}),
  };
  if (scene === "loading" && route === "GET /workspaces") return new Promise<never>(() => undefined);
  if (scene === "error" && route === "GET /workspaces") throw new TypeError("offline");
  if (route === "POST /auth/register") return problem(400, { title: "Some fields are wrong.", code: "validation.failed", errors: { password: ["This password is used by many people. Choose another one."], username: ["This name is taken."] } });
  if (route === "POST /auth/login" && scene === "wrongPassword") return problem(401, { title: "Sign-in failed", code: "auth.invalid_credentials", detail: "E-mail, username or password are not right." });
  const body = answers[route];
  return body === undefined ? problem(404, { title: "Not found", code: "resource.not_found" }) : Response.json(body);
};

const problem = (status: number, body: object): Response =>
  new Response(JSON.stringify({ status, ...body }), { status, headers: { "Content-Type": "application/problem+json" } });
