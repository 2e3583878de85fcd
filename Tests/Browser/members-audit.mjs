// The pages around the people of a workspace, by keyboard where a person would use it, against a real server:
//   node members-audit.mjs --out DIR --url http://127.0.0.1:5080
//   node members-audit.mjs --out DIR --data DIR -- dotnet Hubs.dll
// Fails (exit code 1) when anything that a person would notice is not as it should be. Pictures are written to DIR.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { Browser } from "./lib/browser.mjs";
import { Server } from "./lib/server.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { url: { type: "string" }, data: { type: "string" }, out: { type: "string", default: "artifacts" } },
});
const server = values.url === undefined ? await Server.start(positionals, values.data) : null;
const url = values.url ?? server.url;
const picture = (name) => path.join(values.out, `${name}.png`);
process.once("SIGTERM", () => void server?.stop().then(() => process.exit(1)));
const browser = await Browser.start();

const register = async (page, name) => {
  await page.goto(url);
  await page.getByRole("button", { name: "Create account" }).first().click();
  await page.getByLabel("E-mail").fill(`${name}@example.org`);
  await page.getByLabel("Username").fill(name);
  await page.getByLabel("Password").fill("winter harbour tractor");
  await page.getByRole("button", { name: "Create account" }).last().click();
  await page.getByRole("button", { name: "New workspace" }).waitFor();
};

try {
  const ruth = await browser.window();
  const sam = await browser.window({ colorScheme: "dark" });
  await register(ruth, "ruth");
  await register(sam, "sam");
  await ruth.getByRole("button", { name: "New workspace" }).click();
  await ruth.getByLabel("Name").fill("Observatory");
  await ruth.getByRole("button", { name: "Create workspace" }).click();

  await ruth.getByRole("link", { name: "Members" }).click();
  await ruth.getByText("Nobody is invited").waitFor();
  await ruth.getByLabel("E-mail").focus();
  await ruth.keyboard.type("sam@example.org");
  await ruth.keyboard.press("Enter");
  await ruth.getByText("Invitation sent to sam@example.org.").waitFor();
  await ruth.getByRole("list", { name: "Invitations" }).getByText("pending").waitFor();
  await ruth.getByRole("button", { name: "Send again" }).press("Enter");
  await ruth.getByLabel("E-mail").evaluate((field) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "Tess <tess@example.org>\nuli@example.org\r\n");
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  });
  assert.equal(await ruth.getByLabel("E-mail").inputValue(), "tess@example.org, uli@example.org");
  await ruth.getByLabel("E-mail").press("Enter");
  await ruth.getByText("2 invitations sent: tess@example.org, uli@example.org.").waitFor();
  for (const name of ["tess", "uli"]) await ruth.getByRole("list", { name: "Invitations" }).getByText(`${name}@example.org`).waitFor();
  await ruth.screenshot({ path: picture("members"), fullPage: true });

  await sam.getByRole("link", { name: "Invitations" }).click();
  await sam.getByRole("button", { name: "Accept" }).click();
  await sam.getByRole("link", { name: "Members" }).click();
  await sam.getByRole("list", { name: "Members" }).getByText("sam (you)").waitFor();
  assert.equal(await sam.getByRole("link", { name: "Audit log" }).count(), 0);
  assert.equal(await sam.getByLabel("E-mail").count(), 0);

  await ruth.reload();
  await Promise.all([ruth.waitForResponse((answer) => answer.url().includes("/members/") && answer.ok()), ruth.getByLabel("Role of sam").selectOption("admin")]);
  await sam.reload();
  await sam.getByRole("link", { name: "Audit log" }).waitFor();
  await sam.screenshot({ path: picture("members-admin"), fullPage: true });
  await ruth.getByRole("button", { name: "Remove" }).click();
  await ruth.getByRole("dialog").getByText("Access ends at once").waitFor();
  await ruth.keyboard.press("Escape");

  await ruth.getByRole("link", { name: "Audit log" }).click();
  await ruth.getByRole("cell", { name: /workspace\.create/ }).waitFor();
  await ruth.getByRole("button", { name: "Verify the log" }).press("Enter");
  await ruth.getByText(/All \d+ rows fit/).waitFor();
  await ruth.screenshot({ path: picture("audit"), fullPage: true });
  await ruth.getByLabel("Action").fill("workspace.create");
  await ruth.getByLabel("Action").press("Enter");
  await ruth.getByRole("cell", { name: /audit\.read/ }).waitFor({ state: "hidden" });
  await ruth.getByRole("cell", { name: /workspace\.create/ }).waitFor();
  assert.equal(await ruth.locator("tbody tr").count(), 1);
  await ruth.getByLabel("Action").fill("no.such");
  await ruth.getByRole("button", { name: "Apply" }).click();
  await ruth.getByText("Nothing was recorded").waitFor();
  await ruth.getByRole("button", { name: "Clear" }).click();
  const [download] = await Promise.all([ruth.waitForEvent("download"), ruth.getByRole("button", { name: "Export CSV" }).click()]);
  assert.match(await readFile(await download.path(), "utf8"), /^logId,wsId,userId,action[\s\S]*workspace\.create/);

  await ruth.getByRole("link", { name: "Members" }).click();
  await ruth.getByRole("button", { name: "Make owner" }).click();
  await ruth.getByRole("dialog").getByRole("button", { name: "Transfer" }).click();
  await ruth.getByRole("button", { name: "Make owner" }).waitFor({ state: "hidden" });
  await sam.reload();
  await sam.getByRole("button", { name: "Make owner" }).waitFor();
  assert.deepEqual(browser.problems, []);
  console.log("ok    members, invitations and the audit log");
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await browser.stop();
  await server?.stop();
}
