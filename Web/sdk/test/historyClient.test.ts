import { expect, test } from "vitest";
import { CollabError, HistoryClient, Http } from "../src";

interface Sent { method: string; url: string; headers: Headers; body: BodyInit | null | undefined }

function client(answer: () => Response): { history: HistoryClient; sent: Sent[] } {
  const sent: Sent[] = [];
  const http = new Http({
    fetch: async (input, init) => {
      sent.push({ method: init?.method ?? "", url: String(input), headers: new Headers(init?.headers), body: init?.body });
      return answer();
    },
  });
  http.tokens = async () => ({ value: "t", expiresAt: Number.MAX_SAFE_INTEGER });
  return { history: new HistoryClient(http), sent };
}

test("an archive is sent as zip, once per key, and never as JSON", async () => {
  const { history, sent } = client(() => Response.json({ created: [], updated: [], unchanged: ["a"], skipped: [] }));
  const result = await history.importZip("w", new Blob(["bytes"], { type: "text/plain" }));
  expect(result.unchanged).toEqual(["a"]);
  expect(sent[0]).toMatchObject({ method: "POST", url: "/api/workspaces/w/files.zip" });
  expect(sent[0]!.headers.get("Content-Type")).toBe("application/zip");
  expect(sent[0]!.headers.get("Idempotency-Key")).toMatch(/^[0-9a-f]{32}$/);
  expect(await new Response(sent[0]!.body).text()).toBe("bytes");
});

test("a download tells how far it is and is whole", async () => {
  const heard: number[] = [];
  const { history } = client(() => new Response("0123456789"));
  const blob = await history.exportZip("w", (count) => heard.push(count));
  expect(await blob.text()).toBe("0123456789");
  expect(heard.at(-1)).toBe(10);
});

test("a download that is cut off is an error and not a short archive", async () => {
  const { history } = client(() => new Response(new ReadableStream({
    pull(controller) { controller.error(new TypeError("cut")); },
  })));
  await expect(history.exportZip("w")).rejects.toMatchObject({ code: "network.unreachable" });
});

test("a refused archive names the entry", async () => {
  const problem = { code: "archive.entry_invalid", title: "No", errors: { "../x": ["may not contain .."] } };
  const { history } = client(() => new Response(JSON.stringify(problem), { status: 422 }));
  const error = await history.importZip("w", new Blob([])).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CollabError);
  expect((error as CollabError).errors).toEqual(problem.errors);
});

test("search and diff say what they look for", async () => {
  const { history, sent } = client(() => new Response("{}"));
  await history.search("w", "a b&c", { matchCase: true, cursor: "x" });
  await history.search("w", "q");
  await history.diff("w", "f", 2);
  await history.diff("w", "f", 2, 5);
  expect(sent.map(({ url }) => url.slice("/api/workspaces/w".length))).toEqual([
    "/search?q=a+b%26c&case=true&cursor=x", "/search?q=q", "/files/f/versions/2/diff", "/files/f/versions/2/diff?to=5",
  ]);
});
