// Following a person, roles that change in place, and being removed, on the real page against a real server:
//   node live.mjs --out DIR --url http://127.0.0.1:5080
//   node live.mjs --out DIR --data DIR -- dotnet Hubs.dll
// Fails (exit code 1) when anything that a person would notice is not as it should be. Pictures are written to DIR.
import assert from "node:assert/strict";
import path from "node:path";
import { parseArgs } from "node:util";
import { Browser, eventually, sameText, saved, shownText } from "./lib/browser.mjs";
import { cuttableProxy } from "./lib/cuttableProxy.mjs";
import { Server } from "./lib/server.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true, options: { url: { type: "string" }, data: { type: "string" }, out: { type: "string", default: "artifacts" } },
});
const server = values.url === undefined ? await Server.start(positionals, values.data) : null;
const url = values.url ?? server.url;
process.once("SIGTERM", () => void server?.stop().then(() => process.exit(1)));
const browser = await Browser.start();
const network = await cuttableProxy(new URL(url));
const picture = (page, name) => page.screenshot({ path: path.join(values.out, `live-${name}.png`) });
const step = async (name, work) => {
  try {
    await work();
    console.log(`ok    ${name}`);
  } catch (error) {
    console.log(`FAIL  ${name}`);
    throw error;
  }
};
const follow = (page, name) => page.getByRole("button", { name: `Follow ${name}`, exact: true });
const button = (page, name) => page.getByRole("button", { name, exact: true });
const file = (page, name) => page.getByLabel("Files").getByRole("button", { name });
const inFile = (page, name) => page.getByRole("heading", { name }).waitFor();
const scrolled = (page) => page.locator(".cm-scroller").evaluate((scroller) => scroller.scrollTop);

try {
  const ada = await browser.window({ width: 1200, height: 600 });
  const grace = await browser.window({ width: 1200, height: 600, colorScheme: "dark" });
  let token = "";
  ada.on("request", (request) => { token = request.headers().authorization ?? token; });
  const asAda = async (method, where, body) => {
    const response = await fetch(`${url}/api/${where}`, {
      method, headers: { Authorization: token, "Content-Type": "application/json" }, ...(body ? { body: JSON.stringify(body) } : {}),
    });
    assert.ok(response.ok, `${method} ${where}: ${response.status}`);
    return response;
  };
  let graces = "";
  let session = "";

  await step("two people are in one session", async () => {
    await ada.goto(url);
    await ada.getByLabel("Your name").fill("Ada");
    await button(ada, "Continue as guest").click();
    await button(ada, "Start a session").click();
    await ada.locator(".cm-content").waitFor();
    session = `sessions/${/\/s\/([^/?]+)/.exec(ada.url())[1]}`;
    const { link } = await (await asAda("POST", `${session}/invitations`, { role: "editor" })).json();
    const invitation = new URL(link);
    await grace.goto(network.url + invitation.pathname + invitation.hash);
    await grace.getByLabel("Your name").fill("Grace");
    await button(grace, "Join as guest").click();
    await grace.locator(".cm-content").waitFor();
    const { items } = await (await asAda("GET", `${session}/participants`)).json();
    graces = `${session}/participants/${items.find((who) => who.displayName === "Grace").userId}`;
    await sameText([ada, grace]);
  });

  await step("who follows goes along from file to file and from line to line", async () => {
    await button(ada, "New file").click();
    await ada.getByLabel("Path").fill("long.txt");
    await button(ada, "Create file").click();
    await inFile(ada, "long.txt");
    await ada.locator(".cm-content").waitFor();
    await ada.keyboard.insertText(Array.from({ length: 200 }, (_, line) => `line ${line + 1}`).join("\n"));
    await saved(ada);
    await follow(grace, "Ada").click();
    await inFile(grace, "long.txt");
    await grace.getByText("Following Ada").waitFor();
    await eventually("Grace sees the end", async () => (await scrolled(grace)) > 1000);
    await picture(grace, "following");
    await ada.keyboard.press("Control+Home");
    await ada.keyboard.press("ArrowDown");
    await eventually("Grace sees the beginning", async () => (await scrolled(grace)) < 200);
    await file(ada, /^main\.js/).click();
    await inFile(grace, "main.js");
  });

  await step("following takes the keys away from nothing else", async () => {
    await grace.keyboard.press("Control+Shift+f");
    const search = grace.getByRole("searchbox", { name: "Search in all files" });
    await search.pressSequentially("gre");
    await file(ada, /^long\.txt/).click();
    await inFile(grace, "long.txt");
    await grace.locator(".cm-content").waitFor();
    await grace.keyboard.type("et");
    assert.equal(await search.inputValue(), "greet");
    await button(grace, "Close search").click();
    await grace.getByText("Following Ada").waitFor();
    await file(ada, /^main\.js/).click();
    await inFile(grace, "main.js");
    await sameText([ada, grace], (shown) => shown.includes("function greet"));
    await grace.locator(".cm-content").focus();
  });

  await step("who follows someone that leaves is told", async () => {
    const { link } = await (await asAda("POST", `${session}/invitations`, { role: "viewer" })).json();
    const linus = await browser.window();
    await linus.goto(url + new URL(link).pathname + new URL(link).hash);
    await linus.getByLabel("Your name").fill("Linus");
    await button(linus, "Join as guest").click();
    await linus.locator(".cm-content").waitFor();
    await follow(ada, "Linus").click();
    await ada.getByText("Following Linus").waitFor();
    await linus.context().close();
    await ada.getByText("Linus left. You go your own way again.").waitFor();
    await ada.getByRole("status").getByRole("button", { name: "Dismiss" }).click();
    await file(ada, /^main\.js/).click();
    await inFile(grace, "main.js");
  });

  await step("Escape ends it, and so does typing", async () => {
    await grace.keyboard.press("Escape");
    await grace.getByText("Following Ada").waitFor({ state: "detached" });
    await file(ada, /^long\.txt/).click();
    await inFile(ada, "long.txt");
    await grace.getByLabel("Participants").getByText("long.txt").waitFor();
    await inFile(grace, "main.js");
    await follow(grace, "Ada").press("Enter");
    await inFile(grace, "long.txt");
    await grace.locator(".cm-content").click();
    await grace.getByText("Following Ada").waitFor();
    await grace.keyboard.type("x");
    await grace.getByText("Following Ada").waitFor({ state: "detached" });
    await file(ada, /^main\.js/).click();
    await file(grace, /^main\.js/).click();
    await sameText([ada, grace], (shown) => shown.includes("function greet"));
  });

  await step("a role lowered while she types is told, and nothing of hers stays in her window only", async () => {
    await grace.locator(".cm-content").click();
    await grace.keyboard.press("Control+End");
    const typing = grace.keyboard.type("\n// Grace types and types and types and types and types", { delay: 20 });
    await ada.locator(".cm-line", { hasText: "Grace types" }).waitFor();
    await asAda("PATCH", graces, { role: "viewer" });
    await grace.getByText("You are a viewer now").waitFor();
    await typing;
    await grace.getByText("read only", { exact: true }).waitFor();
    await sameText([ada, grace], (shown) => shown.includes("Grace types"));
    await picture(grace, "lowered");
  });

  await step("a role raised is told, and she types without a reload", async () => {
    await asAda("PATCH", graces, { role: "editor" });
    await grace.getByText("You are an editor now: you can type.").waitFor();
    const dismiss = grace.getByLabel("Refused edit").getByRole("button", { name: "Dismiss" });
    if (await dismiss.count() > 0) await dismiss.first().click();
    await grace.locator(".cm-content").click();
    await grace.keyboard.press("Control+End");
    await grace.keyboard.type("\n// and again");
    await sameText([ada, grace], (shown) => shown.includes("// and again"));
    await saved(grace);
  });

  await step("what she typed while she was away and no longer may is refused and kept", async () => {
    network.cut();
    await grace.locator(".banner").waitFor();
    await grace.keyboard.type("\n// never accepted");
    await grace.locator('[data-save="unsaved"]').waitFor();
    await asAda("PATCH", graces, { role: "viewer" });
    network.mend();
    await grace.evaluate(() => window.dispatchEvent(new Event("online")));
    const refused = grace.getByLabel("Refused edit");
    await refused.getByText("you may only read this file").waitFor();
    assert.match(await refused.locator("pre").textContent(), /function greet/);
    await eventually("what is hers is marked", async () => (await refused.locator("pre mark").textContent()) === "// never accepted");
    await grace.locator('[data-save="refused"]').waitFor();
    await sameText([ada, grace], (shown) => !shown.includes("never accepted"));
    await picture(grace, "refused");
    await refused.getByRole("button", { name: "Dismiss" }).click();
  });

  await step("what is refused in a file that she left is kept for her, too", async () => {
    await asAda("PATCH", graces, { role: "editor" });
    await grace.getByText("You are an editor now: you can type.").waitFor();
    network.cut();
    await grace.locator(".banner").waitFor();
    await grace.locator(".cm-content").click();
    await grace.keyboard.type("out of sight ");
    await file(grace, /^long\.txt/).click();
    await inFile(grace, "long.txt");
    await asAda("PATCH", graces, { role: "viewer" });
    network.mend();
    await grace.evaluate(() => window.dispatchEvent(new Event("online")));
    await grace.getByText("Your last change in main.js was not applied. It is kept for you.").waitFor();
    await picture(grace, "refused-elsewhere");
    await button(grace, "Show it").click();
    await inFile(grace, "main.js");
    const refused = grace.getByLabel("Refused edit");
    await eventually("the text is there", async () => /out of sight/.test(await refused.locator("pre mark").textContent()));
    await file(grace, /^long\.txt/).click();
    await inFile(grace, "long.txt");
    await file(grace, /^main\.js/).click();
    await refused.getByRole("button", { name: "Copy my text" }).click();
    assert.match(await grace.evaluate(() => navigator.clipboard.readText()), /out of sight/);
    await refused.getByRole("button", { name: "Dismiss" }).click();
    await refused.waitFor({ state: "detached" });
  });

  await step("what is refused after she left the page waits for her on the next one", async () => {
    await asAda("PATCH", graces, { role: "editor" });
    await grace.getByText("You are an editor now: you can type.").waitFor();
    await inFile(grace, "main.js");
    network.cut();
    await grace.locator(".banner").waitFor();
    await grace.locator(".cm-content").click();
    await grace.keyboard.type("on the way out ");
    await grace.locator('[data-save="unsaved"]').waitFor();
    await grace.getByRole("link", { name: "CollabHub" }).first().click();
    await asAda("PATCH", graces, { role: "viewer" });
    network.mend();
    const kept = grace.getByLabel("Kept text");
    await kept.getByText("Your last change in main.js was not applied").waitFor();
    await kept.getByText("you may only read this file").waitFor();
    await picture(grace, "kept");
    await kept.getByRole("button", { name: "Copy my text" }).click();
    assert.match(await grace.evaluate(() => navigator.clipboard.readText()), /on the way out/);
    await kept.getByRole("button", { name: "Dismiss" }).click();
    await kept.waitFor({ state: "detached" });
    await grace.goBack();
    await inFile(grace, "main.js");
    await sameText([ada, grace], (shown) => !shown.includes("on the way out"));
  });

  await step("on a phone the text has the room, and files and people are a touch away", async () => {
    await grace.setViewportSize({ width: 390, height: 844 });
    const isWithin = async (place) => {
      const box = await place.boundingBox();
      return box !== null && box.x >= 0 && box.x + box.width <= 390;
    };
    await grace.getByText("read only", { exact: true }).waitFor();
    assert.ok(await isWithin(grace.getByText("read only", { exact: true })));
    assert.ok((await grace.locator(".cm-scroller").boundingBox()).width > 380);
    await button(grace, "People: 2").click();
    await follow(grace, "Ada").waitFor();
    assert.ok(await isWithin(follow(grace, "Ada")));
    await picture(grace, "phone-people");
    await button(grace, "People: 2").press("Escape");
    await eventually("the people are put away", async () => !await follow(grace, "Ada").isVisible());
    await button(grace, "Files").click();
    await file(grace, /^long\.txt/).click();
    await inFile(grace, "long.txt");
    await eventually("the files are put away", async () => !await file(grace, /^long\.txt/).isVisible());
    await picture(grace, "phone");
    await grace.setViewportSize({ width: 1200, height: 600 });
  });

  await step("removed, she is told so and shown no text and no word of being saved", async () => {
    await asAda("DELETE", graces);
    await grace.getByText("You no longer have access to this file.").waitFor();
    await grace.getByText("You were removed from this session.").waitFor();
    assert.equal(await grace.locator(".cm-content").count(), 0);
    assert.equal(await grace.getByText("Saved", { exact: true }).count(), 0);
    assert.equal(await button(grace, "New file").count(), 0);
    await eventually("Ada no longer sees her", async () => (await ada.getByLabel("Participants").getByText("Grace").count()) === 0);
    assert.match(await shownText(ada), /and again/);
    await picture(grace, "removed");
  });
  assert.deepEqual(browser.problems, []);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await browser.stop();
  network.stop();
  await server?.stop();
}
