import assert from "node:assert/strict";
import { Person } from "./lib/api.mjs";
import { sameText, saved } from "./lib/browser.mjs";

const password = "winter harbour tractor";

/** Two people with accounts: field errors, a workspace, an invitation by e-mail that is accepted on the invitations page. */
export async function accountsAndInvitations(browser, url, picture) {
  const mary = await browser.window();
  const tim = await browser.window({ colorScheme: "dark" });

  await register(mary, url, "mary", "tooshort");
  await mary.locator('input[name="password"][aria-invalid="true"]').waitFor();
  await mary.screenshot({ path: picture("register") });
  await mary.getByLabel("Password").fill(password);
  await mary.getByRole("button", { name: "Create account" }).last().click();
  await mary.getByRole("heading", { name: "Nothing here yet" }).waitFor();
  await register(tim, url, "tim", password);
  await tim.getByRole("heading", { name: "Nothing here yet" }).waitFor();

  await mary.getByRole("button", { name: "New workspace" }).click();
  await mary.getByLabel("Name").fill("Compiler course");
  await mary.getByRole("button", { name: "Create workspace" }).click();
  await mary.getByRole("button", { name: "New file" }).click();
  await mary.getByLabel("Path").fill("src/parser.py");
  await mary.getByRole("button", { name: "Create file" }).click();
  await mary.getByRole("button", { name: /src\/parser\.py/ }).waitFor();
  await mary.screenshot({ path: picture("workspace") });
  await mary.getByRole("button", { name: "Start session" }).click();
  await mary.locator(".cm-content").waitFor();
  await mary.keyboard.type("def parse(text):");
  await saved(mary);

  await mary.getByRole("button", { name: "Share" }).click();
  await mary.getByLabel("E-mail").fill("tim@example.org");
  await mary.getByLabel("Message").fill("The parser, if you have an hour.");
  await mary.getByRole("button", { name: "Invite", exact: true }).click();
  await mary.getByText("Invitation sent to tim@example.org.").waitFor();
  await mary.getByRole("dialog").getByRole("listitem").getByText("tim@example.org").waitFor();
  await mary.screenshot({ path: picture("share") });
  await mary.keyboard.press("Escape");

  await tim.getByRole("link", { name: "Invitations" }).click();
  await tim.getByText("The parser, if you have an hour.").waitFor();
  await tim.screenshot({ path: picture("invitations") });
  await tim.getByRole("button", { name: "Accept" }).click();
  await tim.locator(".cm-content").waitFor();
  await tim.keyboard.press("Control+End");
  await tim.keyboard.type("\n    return text");
  assert.match(await sameText([mary, tim], (text) => text.includes("return")), /^def parse/);

  await inviteWhileHeTypes(tim, url, picture);
  await takeTheRoleAway(mary, tim, url);

  await tim.goto(url);
  await tim.getByRole("link", { name: /Compiler course/ }).waitFor();
  await tim.screenshot({ path: picture("home") });
  await tim.getByRole("button", { name: "Sign out" }).click();
  await tim.getByLabel("E-mail or username").fill("tim");
  await tim.getByLabel("Password").fill("not the password");
  await tim.getByRole("button", { name: "Sign in" }).last().click();
  await tim.getByRole("alert").waitFor();
  await tim.getByLabel("Password").fill(password);
  await tim.getByRole("button", { name: "Sign in" }).last().click();
  await tim.getByRole("link", { name: /Compiler course/ }).waitFor();
  await Promise.all([mary.context().close(), tim.context().close()]);
}

/** Tim becomes a viewer while he types, and an editor again. */
async function takeTheRoleAway(mary, tim, url) {
  const owner = await Person.logIn(url, "mary", password);
  const session = `/sessions/${new URL(mary.url()).pathname.split("/").at(-1)}`;
  const { items } = await owner.get(`${session}/participants`);
  const participant = `${session}/participants/${items.find(({ username }) => username === "tim").userId}`;

  const since = performance.now();
  await owner.patch(participant, { role: "viewer" });
  await tim.getByText("read only").waitFor();
  console.log(`      read-only ${Math.round(performance.now() - since)} ms after the role was taken away`);
  await tim.keyboard.type(" never seen");
  await owner.patch(participant, { role: "editor" });
  await tim.getByText("read only").waitFor({ state: "hidden" });
  await tim.keyboard.type(", seen");
  assert.doesNotMatch(await sameText([mary, tim], (text) => text.includes(", seen")), /never/);
  await saved(tim);
}

async function register(page, url, name, secret) {
  await page.goto(url);
  await page.getByRole("button", { name: "Create account" }).first().click();
  await page.getByLabel("E-mail").fill(`${name}@example.org`);
  await page.getByLabel("Username").fill(name);
  await page.getByLabel("Password").fill(secret);
  await page.getByRole("button", { name: "Create account" }).last().click();
}

/** An invitation that comes while he is in the editor is told there, and the word about it goes when it is withdrawn. */
async function inviteWhileHeTypes(tim, url, picture) {
  const mary = await Person.logIn(url, "mary", password);
  const { sessionId } = await mary.post("/sessions", { name: "Lexer pairing" });
  const invite = () => mary.post(`/sessions/${sessionId}/invitations`, { email: "tim@example.org", role: "viewer" });
  const words = tim.getByText("mary invites you to session Lexer pairing, as viewer.");
  const first = await invite();
  await words.waitFor();
  await tim.getByRole("link", { name: "1 open invitation" }).waitFor();
  await tim.screenshot({ path: picture("invited") });
  await mary.delete(`/sessions/${sessionId}/invitations/${first.invitationId}`);
  await words.waitFor({ state: "detached" });
  await tim.getByRole("link", { name: "1 open invitation" }).waitFor({ state: "detached" });
  await invite();
  await words.waitFor();
  const here = tim.url();
  await tim.getByRole("button", { name: "Answer" }).click();
  await tim.getByText("Lexer pairing").waitFor();
  await tim.getByRole("button", { name: "Decline" }).click();
  await tim.getByText("No open invitations").waitFor();
  await tim.goto(here);
  await tim.locator(".cm-content").waitFor();
}
