import { Emitter } from "../emitter";
import { plain } from "../session/plain";
import { SteadyConnection, type SteadyOptions } from "../session/steadyConnection";
import type { HubTransport } from "../session/transport";
import type { Invitation, Role } from "../types";

export interface NotificationEvents {
  /** Someone invites the signed-in person. */
  received: Invitation;
  /** An invitation that this person got or made has another status. */
  changed: Invitation;
  /** The invitations may be others than before: one came or changed, or the connection was away and may have missed some. */
  invitations: void;
  /** The person came into a workspace, has another role there, or (without one) is out of it. */
  membership: { workspaceId: string; role?: Role | null };
}

/** Hears what concerns the signed-in person; after a lost connection it tries again for as long as it runs. */
export class NotificationConnection extends Emitter<NotificationEvents> {
  readonly #connection: SteadyConnection;
  #wasLive = false;

  constructor(options: SteadyOptions) {
    super();
    this.#connection = new SteadyConnection(options, {
      listen: (transport, isCurrent) => this.#listen(transport, isCurrent),
      live: () => {
        if (this.#wasLive) this.emit("invitations", undefined);
        this.#wasLive = true;
      },
      lost: () => undefined,
    });
  }

  start(): void {
    this.#connection.start();
  }

  async stop(): Promise<void> {
    this.#wasLive = false;
    await this.#connection.stop();
  }

  #listen(transport: HubTransport, isCurrent: () => boolean): void {
    const hear = <T>(event: string, then: (payload: T) => void): void =>
      transport.on(event, (payload) => { if (isCurrent()) then(plain<T>(payload)); });
    hear<{ invitation: Invitation }>("InvitationReceived", ({ invitation }) => {
      this.emit("received", invitation);
      this.emit("invitations", undefined);
    });
    hear<{ invitation: Invitation }>("InvitationChanged", ({ invitation }) => {
      this.emit("changed", invitation);
      this.emit("invitations", undefined);
    });
    hear<NotificationEvents["membership"]>("MembershipChanged", (membership) => this.emit("membership", membership));
    // Renewal has a timer of its own.
    transport.on("TokenExpiring", () => undefined);
  }
}
