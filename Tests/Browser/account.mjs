// Drives the pages of the own account: register, verify by the mail's link, sign in elsewhere and end that, reset, delete.
//   node account.mjs --out DIR --data DIR -- dotnet Hubs.dll       starts a server, removes its data
// Fails (exit code 1) when anything that a person would notice is not as it should be. Pictures are written to DIR.
import assert from "node:assert/strict";
import path from "node:path";
import { parseArgs } from "node:util";
import { Browser } from "./lib/browser.mjs";
import { Mailbox } from "./lib/mailbox.mjs";
import { Server } from "./lib/server.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true, options: { data: { type: "string" }, out: { type: "string", default: "artifacts" } },
});
const [first, second, third] = ["winter harbour tractor", "another quiet lantern", "third orange bicycle"];
// A provider that never answers: what the page does then can be seen without one.
const provider = ["--Auth:Providers:corp:Issuer", "http://127.0.0.1:9/", "--Auth:Providers:corp:ClientId", "x", "--Auth:Providers:corp:DisplayName", "Example Corp"];
const server = await Server.start([...positionals, ...provider], values.data);
const mailbox = new Mailbox(values.data);
const url = server.url;
const picture = (name) => path.join(values.out, `account-${name}.png`);

process.once("SIGTERM", () => void server.stop().then(() => process.exit(1)));
const browser = await Browser.start();
const step = async (name, work) => {
  try {
    await work();
    console.log(`ok    ${name}`);
  } catch (error) {
    console.log(`FAIL  ${name}`);
    await laptop.screenshot({ path: picture("failed") });
    throw error;
  }
};
const heading = (page, name) => page.getByRole("heading", { name }).waitFor();
const signIn = async (page, password) => {
  await page.goto(`${url}/signin`);
  await page.getByLabel("E-mail or username").fill("ada");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).last().click();
};
const laptop = await browser.window({ height: 900 });
const phone = await browser.window({ width: 400, height: 800, colorScheme: "dark" });

try {
  await step("register", async () => {
    await laptop.goto(`${url}/signin`);
    await laptop.getByRole("button", { name: "Continue with Example Corp" }).waitFor();
    await laptop.screenshot({ path: picture("sign-in") });
    await laptop.getByRole("button", { name: "Create account" }).first().click();
    await laptop.getByLabel("E-mail").fill("ada@example.org");
    await laptop.getByLabel("Username").fill("ada");
    await laptop.getByLabel("Password").fill(first);
    await laptop.getByRole("button", { name: "Create account" }).last().click();
    await heading(laptop, "Nothing here yet");
    await laptop.getByRole("link", { name: "ada" }).click();
    await laptop.getByText("not verified").waitFor();
    await laptop.screenshot({ path: picture("unverified"), fullPage: true });
  });

  await step("verify through the mail's link, once", async () => {
    const link = await mailbox.linkTo("ada@example.org", /Confirm/);
    await laptop.goto(url + link);
    await heading(laptop, "Your address is confirmed");
    await laptop.screenshot({ path: picture("verified") });
    await laptop.goto(`${url}/profile`);
    await laptop.getByText("verified", { exact: true }).waitFor();
    await phone.goto(url + link);
    await heading(phone, "This link does not work");
    await phone.screenshot({ path: picture("verify-gone") });
  });

  await step("edit the profile", async () => {
    assert.equal(await laptop.getByRole("button", { name: "Save" }).isDisabled(), true);
    await laptop.getByLabel("First name").fill("Ada");
    await laptop.getByLabel("Last name").fill("Lovelace");
    await laptop.getByLabel("Picture").fill("http://example.org/ada.png");
    await laptop.getByRole("button", { name: "Save" }).click();
    await laptop.locator('input[name="profileImageUrl"][aria-invalid="true"]').waitFor();
    await laptop.getByLabel("Picture").fill("");
    await laptop.getByRole("button", { name: "Save" }).click();
    await laptop.getByText("Saved").waitFor();
    await laptop.getByRole("link", { name: "Ada Lovelace" }).waitFor();
  });

  await step("sign out another device", async () => {
    await signIn(phone, first);
    await heading(phone, "Nothing here yet");
    await laptop.reload();
    await laptop.getByText("this device").waitFor();
    await laptop.screenshot({ path: picture("profile"), fullPage: true });
    await laptop.getByRole("button", { name: /^Sign out.+ on / }).click();
    await laptop.getByRole("button", { name: /^Sign out.+ on / }).waitFor({ state: "detached" });
    await phone.goto(`${url}/profile`);
    await heading(phone, "Write code together");
  });

  await step("reset a forgotten password, by keyboard", async () => {
    await phone.getByRole("link", { name: "Forgot your password?" }).press("Enter");
    await heading(phone, "Forgot your password?");
    await phone.screenshot({ path: picture("forgot") });
    await phone.keyboard.type("ada@example.org");
    await phone.keyboard.press("Enter");
    await heading(phone, "Look into your mailbox");
    await phone.goto(url + await mailbox.linkTo("ada@example.org", /Choose/));
    await heading(phone, "Choose a new password");
    await phone.keyboard.type("short");
    await phone.keyboard.press("Enter");
    await phone.locator('input[name="password"][aria-invalid="true"]').waitFor();
    await phone.screenshot({ path: picture("reset") });
    await phone.keyboard.press("Control+A");
    await phone.keyboard.type(second);
    await phone.keyboard.press("Enter");
    await heading(phone, "Your password is changed");
    await phone.keyboard.press("Enter");
    await signIn(phone, second);
    await heading(phone, "Nothing here yet");
    await laptop.goto(`${url}/profile`); // the reset ended this one, too
    await heading(laptop, "Write code together");
  });

  await step("change the password", async () => {
    await phone.getByRole("link", { name: "Ada Lovelace" }).click();
    await phone.getByLabel("Current password").fill(first);
    await phone.getByLabel("New password").fill(third);
    await phone.getByRole("button", { name: "Change password" }).click();
    await phone.getByText("The current password is wrong.").waitFor();
    await phone.getByLabel("Current password").fill(second);
    await phone.getByRole("button", { name: "Change password" }).click();
    await phone.getByText("Your other devices were signed out.").waitFor();
    await phone.screenshot({ path: picture("profile-narrow"), fullPage: true });
  });

  await step("a provider that does not answer", async () => {
    await laptop.getByRole("button", { name: "Continue with Example Corp" }).click();
    await heading(laptop, "This did not work");
    await laptop.getByText("The provider does not answer right now.").waitFor();
    assert.equal(new URL(laptop.url()).hash, "");
    await laptop.screenshot({ path: picture("provider-down") });
    await laptop.keyboard.press("Enter");
    await heading(laptop, "Write code together");
  });

  await step("delete the account", async () => {
    await phone.getByRole("button", { name: "Delete my account…" }).press("Enter");
    await phone.getByRole("dialog").getByLabel("Password").waitFor();
    await phone.keyboard.type(third);
    await phone.screenshot({ path: picture("delete") });
    await phone.keyboard.press("Enter");
    await heading(phone, "Write code together");
    await signIn(laptop, third);
    await laptop.getByText("The account or the password is wrong.").waitFor();
  });

  assert.deepEqual(browser.problems, []);
} finally {
  await browser.stop();
  await server.stop();
}
