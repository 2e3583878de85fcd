// Versions, blame, search, export and import on the real page against a real server:
//   node history.mjs --out DIR --url http://127.0.0.1:5080
//   node history.mjs --out DIR --data DIR -- dotnet Hubs.dll
// Fails (exit code 1) when anything that a person would notice is not as it should be. Pictures are written to DIR.
import assert from "node:assert/strict";
import path from "node:path";
import { parseArgs } from "node:util";
import { Browser, eventually, sameText, saved, shownText } from "./lib/browser.mjs";
import { Server } from "./lib/server.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true, options: { url: { type: "string" }, data: { type: "string" }, out: { type: "string", default: "artifacts" } },
});
const server = values.url === undefined ? await Server.start(positionals, values.data) : null;
const url = values.url ?? server.url;
process.once("SIGTERM", () => void server?.stop().then(() => process.exit(1)));
const browser = await Browser.start();
const picture = (page, name) => page.screenshot({ path: path.join(values.out, `history-${name}.png`) });
const step = async (name, work) => {
  try {
    const result = await work();
    console.log(`ok    ${name}`);
    return result;
  } catch (error) {
    console.log(`FAIL  ${name}`);
    throw error;
  }
};
const button = (page, name) => page.getByRole("button", { name, exact: true });

try {
  const ada = await browser.window({ width: 1360, height: 760 });
  const grace = await browser.window({ width: 1360, height: 760, colorScheme: "dark" });
  ada.on("download", () => undefined);

  await step("two people are in one file", async () => {
    await ada.goto(url);
    await ada.getByLabel("Your name").fill("Ada");
    await button(ada, "Continue as guest").click();
    await button(ada, "Start a session").click();
    await ada.locator(".cm-content").waitFor();
    await ada.locator(".cm-content").click();
    await ada.keyboard.press("Control+a");
    await ada.keyboard.type("first line by Ada\nsecond line by Ada\n");
    await saved(ada);
    await button(ada, "Share").click();
    await button(ada, "Create link").click();
    await button(ada, "Copy link").waitFor();
    const link = new URL(await ada.getByRole("textbox", { name: "Share link" }).inputValue());
    await ada.keyboard.press("Escape");
    await grace.goto(url + link.pathname + link.hash);
    await grace.getByLabel("Your name").fill("Grace");
    await button(grace, "Join as guest").click();
    await sameText([ada, grace], (text) => text.startsWith("first line by Ada"));
  });

  await step("a version is kept under a name", async () => {
    await button(ada, "History").click();
    await ada.getByText("No versions yet").waitFor();
    await picture(ada, "empty");
    await ada.getByLabel("Name for the present text").fill("Before lunch");
    await button(ada, "Keep this version").click();
    await ada.getByRole("button", { name: /^Before lunch/ }).waitFor();
  });

  await step("what was typed since is shown as changes", async () => {
    await grace.locator(".cm-content").click();
    await grace.keyboard.press("Control+End");
    await grace.keyboard.type("third line by Grace\n");
    await saved(grace);
    await sameText([ada, grace], (text) => text.includes("third line by Grace"));
    await ada.getByRole("button", { name: /^Before lunch/ }).click();
    await ada.locator(".changes .cm-changedLine", { hasText: "third line by Grace" }).waitFor();
    await picture(ada, "changes");
  });

  await step("blame names both, in the gutter and for the keyboard", async () => {
    await button(grace, "Who wrote what").click();
    await grace.locator(".blame-mark", { hasText: "Ada" }).first().waitFor();
    await grace.locator(".blame-mark", { hasText: "Grace" }).first().waitFor();
    await grace.locator(".cm-content").focus();
    await grace.keyboard.press("Control+Home");
    await grace.getByText(/^Line 1: Ada/).waitFor();
    await grace.keyboard.press("ArrowDown");
    await grace.keyboard.press("ArrowDown");
    await grace.getByText(/^Line 3: Grace/).waitFor();
    await picture(grace, "blame");
  });

  await step("a restore asks first, reaches the other, and can be taken back", async () => {
    await button(ada, "Restore").click();
    await picture(ada, "restore");
    await button(ada, "Cancel").click();
    assert.match(await shownText(grace), /third line/);
    await button(ada, "Restore").click();
    await button(ada, "Restore this version").click();
    await sameText([ada, grace], (text) => !text.includes("third line"));
    const kept = ada.getByRole("button", { name: /^Automatic version 2/ });
    await kept.click();
    await button(ada, "Restore").click();
    await button(ada, "Restore this version").click();
    await sameText([ada, grace], (text) => text.includes("third line by Grace"));
    await button(ada, "Close history").click();
  });

  await step("search finds the place and leads there", async () => {
    await ada.locator(".cm-content").click();
    await ada.keyboard.press("Control+Shift+f");
    await ada.getByLabel("Search in all files").fill("NOTHING LIKE IT");
    await ada.getByText("Nothing found.").waitFor();
    await ada.getByLabel("Search in all files").fill("LINE BY grace");
    await ada.getByText("1 place in 1 file").waitFor();
    assert.equal(await ada.locator(".cm-panel").count(), 0, "the editor's own search stays closed");
    await picture(ada, "search");
    await ada.getByTitle("Line 3, column 7").click();
    await ada.locator(".cm-content:focus .cm-activeLine", { hasText: "third line by Grace" }).waitFor();
    await ada.keyboard.type("HERE ");
    await sameText([ada, grace], (text) => text.includes("third HERE line by Grace"));
    await saved(ada);
    await ada.getByLabel("Search in all files").press("Escape");
  });

  const archive = path.join(values.out, "exported.zip");
  await step("everything is exported, and the archive brings it back as an edit", async () => {
    await button(ada, "Export and import").click();
    const [download] = await Promise.all([ada.waitForEvent("download"), button(ada, "Export all files").click()]);
    assert.match(download.suggestedFilename(), /\.zip$/);
    await download.saveAs(archive);
    await ada.keyboard.press("Escape");
    await ada.locator(".cm-content").click();
    await ada.keyboard.press("Control+a");
    await ada.keyboard.type("all gone");
    await sameText([ada, grace], (text) => text === "all gone");
    await saved(ada);
    await button(ada, "Export and import").click();
    await ada.getByLabel("Zip archive").setInputFiles(archive);
    await ada.getByText("0 files created, 1 updated, 0 unchanged.").waitFor();
    await picture(ada, "import");
    await ada.keyboard.press("Escape");
    await sameText([ada, grace], (text) => text.includes("third HERE line by Grace"));
  });

  await step("a bad archive is refused with the reason, and nothing changes", async () => {
    await button(ada, "Export and import").click();
    await ada.getByLabel("Zip archive").setInputFiles({ name: "bad.zip", mimeType: "application/zip", buffer: Buffer.from("not an archive") });
    await ada.getByRole("alert").getByText("not a zip archive").waitFor();
    await picture(ada, "refused");
    await ada.keyboard.press("Escape");
    await eventually("the text is as it was", async () => (await shownText(grace)).includes("third HERE line by Grace"));
  });
  assert.deepEqual(browser.problems, []);
} finally {
  await browser.stop();
  await server?.stop();
}
