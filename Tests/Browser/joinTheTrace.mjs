import assert from "node:assert/strict";
import { Person } from "./lib/api.mjs";
import { eventually } from "./lib/browser.mjs";
import { description, sha256, typeTrace } from "./lib/trace.mjs";

const typed = "% typed into a long history\n";

/** Imports the trace into a new file and opens it in the page; prints the times. Returns the invitation to it. */
export async function joinTheTrace(browser, url, picture) {
  const owner = await Person.guest(url, "Importer");
  const session = await owner.post("/sessions", { name: "The paper" });
  const file = await owner.post(`/workspaces/${session.workspaceId}/files`, { path: "paper.tex" });
  const content = `/workspaces/${session.workspaceId}/files/${file.fileId}/content`;
  const { finalSha256: expected } = await description();
  const importing = performance.now();
  const count = await typeTrace({
    url, fileId: file.fileId, accessToken: owner.accessToken,
    isStored: () => eventually("the server has the whole text", async () => sha256(await owner.text(content)) === expected, Date.now() + 180_000),
  });
  console.log(`      ${count} edits imported in ${Math.round(performance.now() - importing)} ms`);
  const { link } = await owner.post(`/sessions/${session.sessionId}/invitations`, { role: "editor" });
  await openTheTrace(browser, url, link, picture);
  return link;
}

/** Opens the paper as a new guest, three times, and prints how long it took until its first line was on the screen. */
export async function openTheTrace(browser, url, link, picture) {
  const { finalSha256: expected } = await description();
  const page = await browser.window({ width: 1280, height: 760 });
  await page.goto(url + new URL(link).pathname + new URL(link).hash);
  await page.getByLabel("Your name").fill("Reader");
  for (const round of ["first visit, from the click on “Join”", "reload", "second reload"]) {
    const started = performance.now();
    if (round.startsWith("first")) await page.getByRole("button", { name: "Join as guest" }).click();
    else await page.reload();
    await page.locator(".cm-line", { hasText: "documentclass" }).first().waitFor();
    console.log(`      first text after ${Math.round(performance.now() - started)} ms (${round})`);
  }
  await page.locator(".cm-line").first().click();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+c");
  const text = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(sha256(text.replaceAll(typed, "")), expected, "the page has the whole text");
  await page.keyboard.press("Control+Home");
  const typing = performance.now();
  await page.keyboard.type(typed);
  await page.locator('[data-save="saved"]').waitFor();
  console.log(`      a line typed and saved after ${Math.round(performance.now() - typing)} ms`);
  if (picture) await page.screenshot({ path: picture });
  await page.context().close();
}
