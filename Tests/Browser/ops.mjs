// The operators' page against a real server: what it shows, and that old figures never look like those of now:
//   node ops.mjs --out DIR --data DIR -- dotnet Hubs.dll
// Fails (exit code 1) when anything that a person would notice is not as it should be. Pictures are written to DIR.
import assert from "node:assert/strict";
import path from "node:path";
import { parseArgs } from "node:util";
import { Browser, eventually, saved } from "./lib/browser.mjs";
import { cuttableProxy } from "./lib/cuttableProxy.mjs";
import { Server } from "./lib/server.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true, options: { data: { type: "string" }, out: { type: "string", default: "artifacts" } },
});
const server = await Server.start([...positionals, "--Ops:Admins=olga@example.org", "--Node:Name=node-1"], values.data);
const { url } = server;
process.once("SIGTERM", () => void server.stop().then(() => process.exit(1)));
const browser = await Browser.start();
const network = await cuttableProxy(new URL(url));
const picture = (page, name) => page.screenshot({ path: path.join(values.out, `ops-${name}.png`) });
const step = async (name, work) => {
  try {
    await work();
    console.log(`ok    ${name}`);
  } catch (error) {
    console.log(`FAIL  ${name}`);
    throw error;
  }
};
const register = async (page, origin, name) => {
  await page.goto(origin);
  await page.getByRole("button", { name: "Create account" }).first().click();
  await page.getByLabel("E-mail").fill(`${name}@example.org`);
  await page.getByLabel("Username").fill(name);
  await page.getByLabel("Password").fill("winter harbour tractor");
  await page.getByRole("button", { name: "Create account" }).last().click();
  await page.getByRole("button", { name: "New workspace" }).waitFor();
};
const tile = (page, name) => page.locator(".tile", { has: page.getByText(name, { exact: true }) }).locator("dd");
const live = (page) => page.getByText("live", { exact: true });
const fades = (page) => page.locator(".ops-figures.stale");

try {
  const mary = await browser.window();
  const olga = await browser.window({ width: 1920, height: 1080, colorScheme: "dark" });
  // Computers on walls are seldom right about the time.
  await olga.addInitScript(() => {
    const right = Date.now;
    Date.now = () => right() + 10 * 60_000;
  });

  await step("who is no operator is told so", async () => {
    await register(mary, url, "mary");
    await mary.goto(`${url}/ops`);
    await mary.getByText("This page is for operators").waitFor();
  });

  await step("an operator sees nodes, sessions and people, and the edits as they come", async () => {
    await mary.goto(url);
    await mary.getByRole("button", { name: "Start a session" }).click();
    await mary.locator(".cm-content").waitFor();
    await register(olga, network.url, "olga");
    await olga.goto(`${network.url}/ops`);
    await live(olga).waitFor();
    const session = /\/s\/([^/?]+)/.exec(mary.url())[1];
    await olga.getByRole("heading", { name: session }).waitFor();
    await olga.locator(".person", { hasText: "mary" }).getByText(/here just now/).waitFor();
    assert.equal(await tile(olga, "Nodes").textContent(), "1");
    assert.equal(await tile(olga, "People").textContent(), "1");
    assert.equal(await olga.locator(".chart canvas").count(), 4);
    const typing = mary.keyboard.type("// mary types, and the operator sees it: one edit after another, for a while", { delay: 30 });
    await eventually("edits are counted", async () => (await tile(olga, "Edits in/s").textContent()) !== "0");
    await eventually("and how long they took to be saved", async () => / m?s$/.test(await tile(olga, "Save p99").textContent()));
    await typing;
    await saved(mary);
    await olga.getByRole("button", { name: "Lock mary", exact: true }).waitFor();
    await picture(olga, "live");
  });

  await step("a stream that stands still does not look live, though the line is up", async () => {
    network.hold();
    await olga.getByText(/No new figures: what you see is \d+ s old/).waitFor();
    await fades(olga).waitFor();
    assert.equal(await live(olga).count(), 0);
    await picture(olga, "still");
    network.release();
    await live(olga).waitFor();
    assert.equal(await fades(olga).count(), 0);
  });

  await step("without the server it says how old the figures are, and is live again with it", async () => {
    const started = server.killAndStart();
    await olga.getByText(/No connection: what you see is \d+ s old/).waitFor();
    await fades(olga).waitFor();
    await started;
    await live(olga).waitFor();
    assert.equal(await fades(olga).count(), 0);
    const rows = olga.getByRole("region", { name: "Nodes" }).locator("tbody tr");
    assert.equal(await rows.count(), 1, "its new run is the same node");
    await rows.getByText("node-1").waitFor();
    await rows.getByText("up", { exact: true }).waitFor();
    await olga.locator(".person", { hasText: "mary" }).waitFor();
  });

  await step("the page's styles stay on the page", async () => {
    const paddingOf = (page) => page.locator(".person").first().evaluate((person) => getComputedStyle(person).padding);
    await olga.getByRole("link", { name: "Workspaces" }).click();
    await olga.getByRole("button", { name: "Start a session" }).click();
    await olga.locator(".cm-content").waitFor();
    assert.equal(await paddingOf(olga), await paddingOf(mary));
  });
  assert.deepEqual(browser.problems, []);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await browser.stop();
  network.stop();
  await server.stop();
}
