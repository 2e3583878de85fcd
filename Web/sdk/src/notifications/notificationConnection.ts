import type { AccessTokenSource } from "../api/http";
import { backoffMs } from "../backoff";
import { Emitter } from "../emitter";
import { plain } from "../session/plain";
import { TokenRenewal } from "../session/tokenRenewal";
import type { HubTransport, TransportFactory } from "../session/transport";
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

export interface NotificationOptions {
  accessToken: AccessTokenSource;
  connect: TransportFactory;
  /** 0 ≤ x < 1; spreads the reconnects. */
  random?: () => number;
}

/** Hears what concerns the signed-in person; after a lost connection it tries again for as long as it runs. */
export class NotificationConnection extends Emitter<NotificationEvents> {
  readonly #options: NotificationOptions;
  #transport: HubTransport | null = null;
  #renewal: TokenRenewal | null = null;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  /** Grows with every attempt and every stop, so that what an earlier attempt still reports is ignored. */
  #generation = 0;
  #wasLive = false;

  constructor(options: NotificationOptions) {
    super();
    this.#options = options;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#wasLive = false;
    void this.#attempt(0, false);
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#detach()?.stop();
  }

  async #attempt(attempt: number, fresh: boolean): Promise<void> {
    void this.#detach()?.stop();
    const generation = this.#generation;
    const isCurrent = (): boolean => generation === this.#generation;
    let transport: HubTransport | null = null;
    try {
      const token = await this.#options.accessToken({ fresh });
      if (!isCurrent()) return;
      transport = this.#options.connect(async () => token.value);
      this.#transport = transport;
      this.#listen(transport, isCurrent);
      transport.onClose(() => { if (isCurrent()) this.#retry(0, false); });
      await transport.start();
      if (!isCurrent()) return void transport.stop();
      this.#renewal = new TokenRenewal(token.expiresAt, this.#options.accessToken, (value) => transport!.invoke("RenewToken", value));
      if (this.#wasLive) this.emit("invitations", undefined);
      this.#wasLive = true;
    } catch {
      // Whatever it was, waiting and trying again is all there is to do; a sign-in that has ended stops this from outside.
      if (isCurrent()) this.#retry(attempt + 1, attempt % 2 === 1);
      else void transport?.stop();
    }
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

  #retry(attempt: number, fresh: boolean): void {
    void this.#detach()?.stop();
    this.#retryTimer = setTimeout(() => void this.#attempt(attempt, fresh), backoffMs(attempt, this.#options.random));
  }

  #detach(): HubTransport | null {
    this.#generation++;
    clearTimeout(this.#retryTimer);
    this.#renewal?.stop();
    this.#renewal = null;
    const transport = this.#transport;
    this.#transport = null;
    return transport;
  }
}
