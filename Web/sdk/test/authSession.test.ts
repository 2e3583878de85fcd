import { describe, expect, it } from "vitest";
import { ApiClient } from "../src/api/apiClient";
import { Http } from "../src/api/http";
import { AuthSession } from "../src/auth/authSession";
import type { StoredSignIn, TokenStore } from "../src/auth/tokenStore";
import { CollabError } from "../src/errors";

/** One browser: what its tabs share. */
class FakeBrowser {
  stored: StoredSignIn | null = null;
  hasLocks = true;
  readonly tabs: { listener: () => void }[] = [];
  #last: Promise<unknown> = Promise.resolve();

  tab(): TokenStore {
    const tab = { listener: (): void => undefined };
    this.tabs.push(tab);
    return {
      read: () => this.stored,
      write: (signIn) => {
        this.stored = signIn;
        for (const other of this.tabs) if (other !== tab) queueMicrotask(() => other.listener());
      },
      onChange: (listener) => {
        tab.listener = listener;
        return () => undefined;
      },
      exclusively: <T>(work: () => Promise<T>) => {
        if (!this.hasLocks) return work();
        const mine = this.#last.then(work, work);
        this.#last = mine.catch(() => undefined);
        return mine;
      },
    };
  }
}

/** The server's side of signing in: every refresh token works once. */
class FakeAccounts {
  readonly requests: string[] = [];
  readonly reused: string[] = [];
  down = false;
  expiresIn = 600;
  #next = 0;
  #valid = new Set<string>();
  #access = new Set<string>();

  fetch: typeof fetch = async (input, init) => {
    const path = String(input);
    this.requests.push(`${init?.method} ${path}`);
    await Promise.resolve();
    if (this.down) throw new TypeError("Failed to fetch");
    if (path === "/api/auth/guest") return this.#issue(201);
    if (path === "/api/auth/register")
      return this.#problem(400, { code: "validation.failed", title: "Some fields are wrong.", errors: { password: ["At least 12 characters."] } });
    if (path === "/api/auth/logout") return new Response(null, { status: 204 });
    if (path === "/api/auth/refresh") {
      const { refreshToken } = JSON.parse(String(init?.body)) as { refreshToken: string };
      if (this.#valid.delete(refreshToken)) return this.#issue(200);
      this.reused.push(refreshToken);
      return this.#problem(401, { code: "auth.refresh_reused", title: "Used twice." });
    }
    const token = new Headers(init?.headers).get("Authorization")?.slice("Bearer ".length) ?? "";
    return this.#access.has(token) ? Response.json({ userId: "u1" }) : this.#problem(401, { code: "auth.token_expired", title: "Expired." });
  };

  forgetAccessTokens(): void { this.#access.clear(); }
  revokeAll(): void { this.#valid.clear(); this.#access.clear(); }

  #issue(status: number): Response {
    const n = ++this.#next;
    this.#valid.add(`refresh ${n}`);
    this.#access.add(`access ${n}`);
    return Response.json({ user: { userId: "u1" }, accessToken: `access ${n}`, expiresIn: this.expiresIn, refreshToken: `refresh ${n}` }, { status });
  }

  #problem(status: number, body: object): Response {
    return new Response(JSON.stringify({ status, ...body }), { status, headers: { "Content-Type": "application/problem+json" } });
  }
}

function tab(browser: FakeBrowser, accounts: FakeAccounts, now?: () => number): { auth: AuthSession; api: ApiClient } {
  const http = new Http({ fetch: accounts.fetch });
  const auth = new AuthSession(http, browser.tab(), now);
  return { auth, api: new ApiClient(http, auth.accessToken) };
}

describe("signing in", () => {
  it("is remembered by the browser and renewed by the next page", async () => {
    const browser = new FakeBrowser();
    const accounts = new FakeAccounts();
    await tab(browser, accounts).auth.guest();
    const { auth, api } = tab(browser, accounts);
    expect(auth.state.kind).toBe("unknown");
    await auth.start();
    expect(auth.state).toMatchObject({ kind: "signedIn", user: { userId: "u1" } });
    expect((await api.me()).userId).toBe("u1");
  });

  it("gives validation errors by field", async () => {
    const { auth } = tab(new FakeBrowser(), new FakeAccounts());
    const failure: unknown = await auth.register({ email: "a@example.org", username: "a", password: "short" }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CollabError);
    expect(failure).toMatchObject({ code: "validation.failed", status: 400, errors: { password: ["At least 12 characters."] } });
  });

  it("never spends a refresh token twice, within a tab or between tabs", async () => {
    const browser = new FakeBrowser();
    const accounts = new FakeAccounts();
    const first = tab(browser, accounts);
    const second = tab(browser, accounts);
    await first.auth.guest();
    await second.auth.start();
    accounts.forgetAccessTokens();
    await Promise.all([first.api.me(), first.api.workspaces(), second.api.me(), second.api.sessions(), second.api.myInvitations()]);
    expect(accounts.reused).toEqual([]);
    expect(first.auth.state.kind).toBe("signedIn");
    expect(second.auth.state.kind).toBe("signedIn");
  });

  it("takes the token that another tab stored when there are no locks and that tab was faster", async () => {
    const browser = new FakeBrowser();
    browser.hasLocks = false;
    const accounts = new FakeAccounts();
    const first = tab(browser, accounts);
    const second = tab(browser, accounts);
    await first.auth.guest();
    await Promise.all([first.auth.accessToken({ fresh: true }), second.auth.accessToken({ fresh: true })]);
    expect(first.auth.state.kind).toBe("signedIn");
    expect(second.auth.state.kind).toBe("signedIn");
  });

  it("renews a token that is about to expire before using it", async () => {
    let now = 0;
    const accounts = new FakeAccounts();
    const { auth } = tab(new FakeBrowser(), accounts, () => now);
    await auth.guest();
    expect((await auth.accessToken()).value).toBe("access 1");
    now = 575_000;
    expect((await auth.accessToken()).value).toBe("access 2");
  });

  it("ends when the server no longer accepts it, in every tab", async () => {
    const browser = new FakeBrowser();
    const accounts = new FakeAccounts();
    const first = tab(browser, accounts);
    const second = tab(browser, accounts);
    await first.auth.guest();
    await second.auth.start();
    accounts.revokeAll();
    await expect(first.api.me()).rejects.toMatchObject({ code: "auth.signed_out" });
    await Promise.resolve();
    expect(first.auth.state.kind).toBe("signedOut");
    expect(second.auth.state.kind).toBe("signedOut");
  });

  it("is not lost because the server is away", async () => {
    const browser = new FakeBrowser();
    const accounts = new FakeAccounts();
    await tab(browser, accounts).auth.guest();
    accounts.down = true;
    const { auth } = tab(browser, accounts);
    await auth.start();
    expect(auth.state).toMatchObject({ kind: "unknown", error: { code: "network.unreachable" } });
    accounts.down = false;
    await auth.start();
    expect(auth.state.kind).toBe("signedIn");
  });

  it("ends in all tabs when one signs out, even while the server is away", async () => {
    const browser = new FakeBrowser();
    const accounts = new FakeAccounts();
    const first = tab(browser, accounts);
    const second = tab(browser, accounts);
    await first.auth.guest();
    await second.auth.start();
    accounts.down = true;
    await first.auth.signOut();
    expect(browser.stored).toBeNull();
    expect(second.auth.state.kind).toBe("signedOut");
  });
});
