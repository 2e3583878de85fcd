import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import {
  AccountClient, ApiClient, AuthSession, BrowserTokenStore, DeploymentWatcher, HistoryClient, Http, NotificationConnection, OpsClient, OpsConnection, SessionConnection,
  signalrTransport, TeamApi, WorkspaceClient, type AuthState, type WatchFrame,
} from "@collabhub/sdk";
import { KeptTexts } from "./keptTexts";

/** What the pages share: mostly the ways to the server. */
export interface Services {
  auth: AuthSession;
  api: ApiClient;
  /** The people of a workspace, and its audit log. */
  team: (workspaceId: string) => TeamApi;
  account: AccountClient;
  history: HistoryClient;
  ops: OpsClient;
  connectOps: () => OpsConnection;
  workspaces: WorkspaceClient;
  /** Runs a sign-in that counts for this tab only, beside the account that the browser's other tabs use. */
  signInApart: (signIn: () => Promise<unknown>) => Promise<void>;
  connect: (sessionId: string) => SessionConnection;
  watch: (deploymentId: string, onFrame: (frame: WatchFrame) => void, onRestart: () => void) => DeploymentWatcher;
  /** Runs while someone is signed in. */
  notifications: NotificationConnection;
  kept: KeptTexts;
}

export function createServices(): Services {
  const http = new Http();
  const store = new BrowserTokenStore();
  const auth = new AuthSession(http, store);
  const transport = signalrTransport();
  const deployments = signalrTransport("", "deployments");
  const notifications = new NotificationConnection({ accessToken: auth.accessToken, connect: signalrTransport("", "notifications") });
  const follow = (state: AuthState): void => {
    if (state.kind === "signedIn") notifications.start();
    else void notifications.stop();
  };
  follow(auth.state);
  auth.on("state", follow);
  return {
    auth,
    notifications,
    kept: new KeptTexts(),
    api: new ApiClient(http, auth.accessToken),
    team: (workspaceId) => new TeamApi(http, workspaceId),
    account: new AccountClient(http),
    history: new HistoryClient(http),
    ops: new OpsClient(http),
    connectOps: () => new OpsConnection({ accessToken: auth.accessToken, connect: signalrTransport("", "ops") }),
    workspaces: new WorkspaceClient(http),
    signInApart: async (signIn) => {
      const undo = store.useSlotOfThisTab();
      try {
        await signIn();
      } catch (error) {
        undo();
        throw error;
      }
    },
    connect: (sessionId) => new SessionConnection({ sessionId, accessToken: auth.accessToken, connect: transport }),
    watch: (deploymentId, onFrame, onRestart) =>
      new DeploymentWatcher({ deploymentId, onFrame, onRestart, accessToken: auth.accessToken, connect: deployments }),
  };
}

export const ServicesContext = createContext<Services | null>(null);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === null) throw new Error("Pages are rendered inside ServicesContext.");
  return services;
}

export function useAuth(): AuthState {
  const { auth } = useServices();
  const [state, setState] = useState(auth.state);
  useEffect(() => {
    setState(auth.state);
    return auth.on("state", setState);
  }, [auth]);
  return state;
}
