/** The browser side of CollabHub: REST, sign-in, live sessions, and files as Yjs documents. */
export { ApiClient, type NewFile, type NewInvitation, type NewSession, type NewWorkspace } from "./api/apiClient";
export { Http, type AccessToken, type AccessTokenSource, type HttpOptions } from "./api/http";
export { AuthSession, type AuthState, type Credentials, type Registration } from "./auth/authSession";
export { BrowserTokenStore, type StoredSignIn, type TokenStore } from "./auth/tokenStore";
export { backoffMs, maxBackoffMs } from "./backoff";
export { DeploymentWatcher, type DeploymentWatcherOptions } from "./deployments/deploymentWatcher";
export { CollabError, hubError, type Problem } from "./errors";
export { FileProvider, type Binding, type FileProviderEvents } from "./file/fileProvider";
export type { FileStage, FileState, Refusal, SaveState } from "./file/fileState";
export { splitUpdate } from "./file/splitUpdate";
export { SessionConnection, type SessionConnectionEvents, type SessionConnectionOptions } from "./session/sessionConnection";
export type { ConnectionState, SessionEvent, SessionModel } from "./session/sessionState";
export { signalrTransport } from "./session/signalrTransport";
export type { HubTransport, StreamReceiver, TransportFactory } from "./session/transport";
export * from "./types";
