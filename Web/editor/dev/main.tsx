/** The pages against a server in memory, to look at states that are hard to bring about for real. Not part of the build. */
import { render } from "preact";
import * as Y from "yjs";
import { Awareness, encodeAwarenessUpdate } from "y-protocols/awareness";
import { AccountClient, ApiClient, AuthSession, DeploymentWatcher, HistoryClient, Http, NotificationConnection, OpsClient, OpsConnection, SessionConnection, TeamApi, WorkspaceClient } from "@collabhub/sdk";
import { FakeHub, person } from "../../sdk/test/fakeHub";
import { App } from "../src/app";
import { KeptTexts } from "../src/state/keptTexts";
import { ServicesContext, type Services } from "../src/state/services";
import { fakeRest, files, session } from "./fakeRest";

const scene = new URLSearchParams(location.search).get("scene") ?? "";
history.replaceState(null, "", new URLSearchParams(location.search).get("at") ?? "/");

const hub = new FakeHub();
hub.role = scene === "viewer" ? "viewer" : "editor";
hub.snapshot = () => ({
  session,
  you: person("u1", { displayName: "Ada Lovelace", color: "#0f766e", role: hub.role === "viewer" ? "viewer" : "owner", fileId: "f1" }),
  participants: [
    person("u2", { displayName: "Grace Hopper", color: "#b4530a", fileId: "f1" }),
    person("u3", { displayName: "Linus", color: "#7048b6", fileId: "f3", status: "away", role: "viewer" }),
  ],
  files,
});
hub.doc("f1").getText("content").insert(0, `import { parse } from "./parser.ts";

/** Adds two numbers, and says so. */
export function add(a: number, b: number): number {
  const sum = a + b;
  console.log(\`\${a} + \${b} = \${sum}\`);
  return sum;
}

const total = [1, 2, 3].reduce(add, 0);
if (total !== 6) throw new Error("arithmetic is broken");
`);

const cursor = (doc: Y.Doc, name: string, color: string, from: number, to: number): Uint8Array => {
  const other = new Awareness(new Y.Doc());
  const text = doc.getText("content");
  other.setLocalState({
    user: { id: name, name, color, colorLight: `${color}33` },
    cursor: { anchor: Y.createRelativePositionFromTypeIndex(text, from), head: Y.createRelativePositionFromTypeIndex(text, to) },
  });
  return encodeAwarenessUpdate(other, [other.clientID]);
};

function play(): void {
  const doc = hub.doc("f1");
  hub.frame({ kind: "cursors", payload: cursor(doc, "Grace Hopper", "#b4530a", 160, 171) });
  hub.frame({ kind: "cursors", payload: cursor(doc, "Linus", "#7048b6", 8, 8) });
  if (scene === "offline") {
    hub.down = new Error("down");
    hub.dropAll();
  }
  if (scene === "unsaved") hub.savesAtOnce = false;
  if (scene === "refused") hub.rejectWith = "edit.too_large";
}

const http = new Http({ fetch: fakeRest(scene) });
const auth = new AuthSession(http, {
  read: () => scene === "signedOut" ? null : { refreshToken: "r", userId: "u1" },
  write: () => undefined, onChange: () => () => undefined, exclusively: (work) => work(),
});
const services: Services = {
  auth,
  api: new ApiClient(http, auth.accessToken),
  team: (workspaceId) => new TeamApi(http, workspaceId),
  account: new AccountClient(http),
  history: new HistoryClient(http),
  ops: new OpsClient(http),
  connectOps: () => new OpsConnection({ accessToken: auth.accessToken, connect: hub.connect }),
  workspaces: new WorkspaceClient(http),
  signInApart: async (signIn) => void await signIn(),
  notifications: new NotificationConnection({ accessToken: auth.accessToken, connect: hub.connect }),
  kept: new KeptTexts(),
  connect: (sessionId) => {
    const connection = new SessionConnection({ sessionId, accessToken: auth.accessToken, connect: hub.connect, random: () => 0.99 });
    connection.on("state", (state) => { if (state.kind === "live") setTimeout(play, 300); });
    return connection;
  },
  watch: (deploymentId, onFrame, onRestart) => new DeploymentWatcher({ deploymentId, onFrame, onRestart, accessToken: auth.accessToken, connect: hub.connect }),
};
void auth.start();
render(<ServicesContext.Provider value={services}><App /></ServicesContext.Provider>, document.getElementById("app")!);
