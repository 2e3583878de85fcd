import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NotificationConnection } from "../src/notifications/notificationConnection";
import { FakeHub } from "./fakeHub";

const settle = (ms = 50): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const invitation = { invitationId: "i1", status: "pending", createdAt: new Date("2026-01-01T00:00:00Z") };

describe("notifications", () => {
  let hub: FakeHub;
  let connection: NotificationConnection;
  let heard: string[];
  beforeEach(() => {
    vi.useFakeTimers();
    hub = new FakeHub();
    heard = [];
    connection = new NotificationConnection({
      connect: hub.connect, random: () => 0.5, accessToken: async () => ({ value: "token", expiresAt: Date.now() + 600_000 }),
    });
    connection.on("received", (got) => heard.push(`received ${got.invitationId} ${got.createdAt}`));
    connection.on("changed", (got) => heard.push(`changed ${got.status}`));
    connection.on("membership", (got) => heard.push(`membership ${got.workspaceId} ${got.role ?? "out"}`));
    connection.on("invitations", () => heard.push("invitations"));
  });
  afterEach(async () => {
    await connection.stop();
    vi.useRealTimers();
  });

  it("tells of invitations and memberships", async () => {
    connection.start();
    await settle();
    hub.raise("InvitationReceived", { invitation });
    hub.raise("InvitationChanged", { invitation: { ...invitation, status: "accepted" } });
    hub.raise("MembershipChanged", { workspaceId: "w1", role: "editor" });
    hub.raise("MembershipChanged", { workspaceId: "w1", role: null });
    expect(heard).toEqual([
      "received i1 2026-01-01T00:00:00.000Z", "invitations", "changed accepted", "invitations", "membership w1 editor", "membership w1 out",
    ]);
  });

  it("comes back after a lost connection and says that something may have been missed", async () => {
    connection.start();
    await settle();
    expect(heard).toEqual([]);
    hub.dropAll();
    await settle(2_000);
    expect(hub.connections.size).toBe(1);
    expect(heard).toEqual(["invitations"]);
  });

  it("keeps trying while the server is away, and stops when told", async () => {
    hub.down = new Error("away");
    connection.start();
    await settle(60_000);
    hub.down = null;
    await settle(60_000);
    expect(hub.connections.size).toBe(1);
    await connection.stop();
    await settle(60_000);
    expect(hub.connections.size).toBe(0);
  });
});
