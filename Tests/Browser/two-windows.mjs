// Drives the real page against a real server:
//   node two-windows.mjs --out DIR [--trace] --url http://127.0.0.1:5080         a server that runs already
//   node two-windows.mjs --out DIR [--trace] --data DIR -- dotnet Hubs.dll       starts one, kills it in between, removes its data
// Fails (exit code 1) when anything that a person would notice is not as it should be. Pictures are written to DIR.
import assert from "node:assert/strict";
import path from "node:path";
import { parseArgs } from "node:util";
import { accountsAndInvitations } from "./accounts.mjs";
import { Browser, eventually, sameText, saved, shownText, sideBySide } from "./lib/browser.mjs";
import { cuttableProxy } from "./lib/cuttableProxy.mjs";
import { joinTheTrace, openTheTrace } from "./joinTheTrace.mjs";
import { Server } from "./lib/server.mjs";
import { workspaceSettings } from "./settings.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { url: { type: "string" }, data: { type: "string" }, out: { type: "string", default: "artifacts" }, trace: { type: "boolean", default: false } },
});
const server = values.url === undefined ? await Server.start(positionals, values.data) : null;
const url = values.url ?? server.url;
const picture = (name) => path.join(values.out, `${name}.png`);

process.once("SIGTERM", () => void server?.stop().then(() => process.exit(1)));
const browser = await Browser.start();
const network = await cuttableProxy(new URL(url));
const step = async (name, work) => {
  const started = performance.now();
  try {
    const result = await work();
    console.log(`ok    ${name} (${Math.round(performance.now() - started)} ms)`);
    return result;
  } catch (error) {
    console.log(`FAIL  ${name}`);
    throw error;
  }
};
const type = (page, text) => page.keyboard.type(text, { delay: 15 });
const cursorOf = (page, name) => page.locator(".cm-ySelectionInfo", { hasText: name });

const link = async (page, role) => {
  await page.getByRole("button", { name: "Share" }).click();
  const dialog = page.getByRole("dialog");
  if (role === "viewer") await dialog.locator("section").first().getByText("can read").click();
  await dialog.getByRole("button", { name: "Create link" }).click();
  await dialog.getByRole("button", { name: "Copy link" }).waitFor();
  const address = await dialog.getByRole("textbox", { name: "Share link" }).inputValue();
  await page.keyboard.press("Escape");
  return new URL(address);
};

const joinAsGuest = async (page, origin, invitation, name) => {
  await page.goto(origin + invitation.pathname + invitation.hash);
  await page.getByLabel("Your name").fill(name);
  await page.getByRole("button", { name: "Join as guest" }).click();
  await page.locator(".cm-content").waitFor();
};

try {
  const ada = await browser.window();
  const grace = await browser.window({ colorScheme: "dark" });

  await step("a guest starts a session in two clicks", async () => {
    await ada.goto(url);
    await ada.getByLabel("Your name").fill("Ada");
    await ada.getByRole("button", { name: "Continue as guest" }).click();
    await ada.getByRole("button", { name: "Start a session" }).click();
    await ada.locator(".cm-content").waitFor();
    assert.match(await shownText(ada), /function greet/);
  });

  await step("a second person joins by the share link", async () => {
    const invitation = await link(ada, "editor");
    assert.match(invitation.hash, /^#token=.+/);
    await joinAsGuest(grace, network.url, invitation, "Grace");
    await ada.getByLabel("Participants").getByText("Grace").waitFor();
    await grace.getByLabel("Participants").getByText("Ada").waitFor();
    await sameText([ada, grace]);
  });

  await step("both type at once and see the same text, cursors and names", async () => {
    await ada.locator(".cm-line").last().click();
    await ada.keyboard.press("Control+End");
    await grace.locator(".cm-line").nth(6).click();
    await grace.keyboard.press("Control+Home");
    await Promise.all([type(ada, 'console.log(greet("Grace"));\n// typed by Ada 😀'), type(grace, "// Grace was here 😀, at the same time.\n")]);
    const text = await sameText([ada, grace], (shown) => shown.includes("by Ada 😀") && shown.includes("the same time"));
    assert.equal(text.split("Grace was here").length, 2);
    await cursorOf(ada, "Grace").waitFor();
    await cursorOf(grace, "Ada").waitFor();
    await Promise.all([saved(ada), saved(grace)]);
    await sideBySide(browser, ada, grace, picture("two-windows"));
  });

  await step("undo takes back one's own typing only", async () => {
    await ada.keyboard.press("Control+z");
    await sameText([ada, grace], (shown) => !shown.includes("by Ada") && shown.includes("Grace was here"));
    await ada.keyboard.press("Control+y");
    await sameText([ada, grace], (shown) => shown.includes("by Ada"));
  });

  await step("one who is offline types on, and everything merges on return", async () => {
    network.cut();
    await grace.locator(".banner").waitFor();
    await type(grace, "// Grace, offline: α😀\n");
    await grace.locator('[data-save="unsaved"]').waitFor();
    await ada.keyboard.press("Control+End");
    await type(ada, "\n// Ada, meanwhile");
    await eventually("Grace's cursor is gone from Ada's window", async () => (await cursorOf(ada, "Grace").count()) === 0);
    assert.doesNotMatch(await shownText(ada), /offline/);
    await grace.screenshot({ path: picture("offline") });
    network.mend();
    await grace.evaluate(() => window.dispatchEvent(new Event("online"))); // as the browser does when the network is back
    const text = await sameText([ada, grace], (shown) => shown.includes("offline: α😀") && shown.includes("meanwhile"));
    assert.equal(text.split("offline: α😀").length, 2, "nothing is doubled");
    await saved(grace);
    await cursorOf(ada, "Grace").waitFor();
  });

  await step("a viewer reads along and cannot type", async () => {
    const viewer = await browser.window();
    await joinAsGuest(viewer, url, await link(ada, "viewer"), "Linus");
    await viewer.getByText("read only").waitFor();
    const before = await sameText([ada, grace, viewer]);
    await viewer.locator(".cm-line").first().click();
    await type(viewer, "I may not write");
    await ada.locator(".cm-content").click();
    await ada.keyboard.press("Control+End");
    await type(ada, "\n// seen by the viewer");
    const after = await sameText([ada, grace, viewer], (shown) => shown.includes("seen by the viewer"));
    assert.equal(after.includes("I may not write"), false);
    assert.equal(after.length, before.length + "\n// seen by the viewer".length);
    assert.equal(await viewer.getByRole("button", { name: "Share" }).count(), 0);
    await viewer.screenshot({ path: picture("viewer") });
    await viewer.context().close();
    await eventually("the viewer left the list", async () => (await ada.getByLabel("Participants").getByText("Linus").count()) === 0);
  });

  await step("another window of the same browser can be another person, and stays so after a reload", async () => {
    const invitation = await link(ada, "editor");
    const second = await ada.context().newPage();
    await second.goto(url + invitation.pathname + invitation.hash);
    await second.getByText("You are signed in as Ada").waitFor();
    await second.getByRole("button", { name: "Not you?" }).click();
    await second.getByRole("button", { name: "Join as a new guest" }).click();
    await second.locator(".cm-content").waitFor();
    await ada.getByLabel("Participants").getByText("3", { exact: true }).waitFor();
    await second.reload();
    await second.locator(".cm-content").waitFor();
    await sameText([ada, second]);
    assert.equal(await second.getByRole("button", { name: "Share" }).count(), 0, "not signed in as Ada");
    await second.close();
    await ada.getByLabel("Participants").getByText("2", { exact: true }).waitFor();
  });

  await step("a new file appears for the other, who opens it and sees who is there", async () => {
    await ada.getByRole("button", { name: "New file" }).click();
    await ada.getByLabel("Path").fill("src/notes.md");
    await ada.getByRole("button", { name: "Create file" }).click();
    await ada.getByRole("heading", { name: "src/notes.md" }).waitFor();
    await ada.locator(".cm-content").waitFor();
    await type(ada, "# Notes");
    await grace.getByRole("button", { name: /notes\.md.*open by Ada/ }).click();
    await sameText([ada, grace], (shown) => shown === "# Notes");
    await saved(ada);
    await ada.getByLabel("Files").getByRole("button", { name: /^main\.js/ }).click();
    await grace.getByLabel("Files").getByRole("button", { name: /^main\.js/ }).click();
  });

  await step("a paste of 600 kB reaches the other in pieces and is saved", async () => {
    const big = Array.from({ length: 10_000 }, (_, line) => `${line}: größer als eine Änderung sein darf, 😀, ${"=".repeat(10)}`).join("\n");
    await ada.getByRole("button", { name: "New file" }).click();
    await ada.getByLabel("Path").fill("big.txt");
    await ada.getByRole("button", { name: "Create file" }).click();
    await ada.getByRole("heading", { name: "big.txt" }).waitFor();
    await ada.locator(".cm-content").waitFor();
    await ada.evaluate((text) => navigator.clipboard.writeText(text), big);
    await ada.keyboard.press("Control+v");
    await ada.locator(".cm-line", { hasText: "9999: größer" }).first().waitFor();
    await saved(ada);
    await grace.getByLabel("Files").getByRole("button", { name: /^big\.txt/ }).click();
    await grace.getByRole("heading", { name: "big.txt" }).waitFor();
    await grace.locator(".cm-line", { hasText: "0: größer" }).first().click();
    await grace.keyboard.press("Control+a");
    await grace.keyboard.press("Control+c");
    assert.equal(await grace.evaluate(() => navigator.clipboard.readText()), big);
    await ada.getByLabel("Files").getByRole("button", { name: /^main\.js/ }).click();
    await grace.getByLabel("Files").getByRole("button", { name: /^main\.js/ }).click();
  });

  await step("after a reload everything is still there", async () => {
    const before = await sameText([ada, grace], (shown) => shown.includes("seen by the viewer"));
    await Promise.all([saved(ada), saved(grace)]);
    await Promise.all([ada.reload(), grace.reload()]);
    await ada.locator(".cm-content").waitFor();
    await grace.locator(".cm-content").waitFor();
    assert.equal(await sameText([ada, grace]), before);
  });

  await step("settings, tags, secrets and a template", () => workspaceSettings(browser, url, picture));
  await step("two people with accounts share a workspace by e-mail invitation", () => accountsAndInvitations(browser, url, picture));

  if (server !== null) {
    await step("after a kill -9 of the server the windows come back by themselves, with everything that was saved", async () => {
      await ada.locator(".cm-content").click();
      await ada.keyboard.press("Control+End");
      await type(ada, "\n// before the crash");
      await saved(ada);
      const before = await sameText([ada, grace], (shown) => shown.includes("before the crash"));
      await server.killAndStart();
      await type(ada, ", and after");
      const after = await sameText([ada, grace], (shown) => shown.includes(", and after"));
      assert.equal(after, `${before}, and after`);
      await saved(ada);
    });
  }
  if (values.trace) {
    const link = await step("joining a file with a quarter of a million edits", () => joinTheTrace(browser, url, picture("trace")));
    if (server !== null) {
      await server.killAndStart();
      await step("joining it as the first one after a restart", () => openTheTrace(browser, url, link, null));
    }
  }
  assert.deepEqual(browser.problems, []);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await browser.stop();
  network.stop();
  await server?.stop();
}
