import assert from "node:assert/strict";
import { Person } from "./lib/api.mjs";

/** The settings of a workspace by keyboard and mouse: tags, write-only secrets, templates, the tag filter, archiving, deleting. */
export async function workspaceSettings(browser, url, picture) {
  const page = await browser.window({ width: 1000, height: 900 });
  await page.goto(url);
  await page.getByRole("button", { name: "Create account" }).first().click();
  await page.getByLabel("E-mail").fill("wanda@example.org");
  await page.getByLabel("Username").fill("wanda");
  await page.getByLabel("Password").fill("winter harbour tractor");
  await page.getByRole("button", { name: "Create account" }).last().click();
  await page.getByRole("button", { name: "New workspace" }).click();
  await page.getByLabel("Name").fill("Course");
  await page.getByRole("button", { name: "Create workspace" }).click();
  await page.getByRole("link", { name: "Settings", exact: true }).click();
  await page.getByText("No tags yet").waitFor();
  await page.screenshot({ path: picture("settings-empty"), fullPage: true });

  await page.getByLabel("Template").check();
  await page.getByRole("button", { name: "Save" }).first().click();
  await page.getByLabel("Add tags").fill("Compilers, winter");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "compilers" }).waitFor();

  await page.getByLabel("Variable").fill("API_KEY");
  await page.keyboard.press("Tab");
  await page.keyboard.type("never-shown-again");
  await page.keyboard.press("Enter");
  await page.getByText("API_KEY", { exact: true }).waitFor();
  await page.getByLabel("Variable").fill("LD_PRELOAD");
  await page.getByLabel("Value").fill("x");
  await page.keyboard.press("Enter");
  await page.getByText(/LD_PRELOAD is a name/).waitFor();
  await page.screenshot({ path: picture("settings"), fullPage: true });
  assert.doesNotMatch(await page.content(), /never-shown-again/);

  await page.getByLabel("Port").fill("99999");
  await page.getByRole("button", { name: "Save" }).last().click();
  await page.locator('input[name="port"][aria-invalid="true"]').waitFor();
  await page.getByLabel("Port").fill("3000");
  await page.getByRole("button", { name: "Save" }).last().click();
  await page.getByText("Saved.").waitFor();

  await page.getByRole("link", { name: "Workspaces" }).click();
  await page.getByRole("button", { name: "New workspace" }).click();
  await page.getByLabel("Name").fill("My course");
  await page.getByLabel("Template").selectOption({ label: "Course" });
  await page.screenshot({ path: picture("new-from-template") });
  await page.getByRole("button", { name: "Create workspace" }).click();
  await page.getByRole("heading", { name: "My course" }).waitFor();

  await page.getByRole("link", { name: "Workspaces" }).click();
  await page.getByRole("textbox", { name: "Tag" }).fill("Compilers");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: /My course/ }).waitFor();
  await page.screenshot({ path: picture("tag-filter") });
  await page.getByRole("textbox", { name: "Tag" }).fill("nothing has this");
  await page.keyboard.press("Enter");
  await page.getByText(/No workspace is tagged/).waitFor();
  await page.getByRole("button", { name: "Show all" }).click();

  const owner = await Person.logIn(url, "wanda", "winter harbour tractor");
  const { items } = await owner.get("/workspaces?tag=compilers");
  const copy = items.find(({ name }) => name === "My course");
  assert.deepEqual((await owner.get(`/workspaces/${copy.workspaceId}/document`)).environment, {});

  await page.getByRole("link", { name: /My course/ }).click();
  await page.getByRole("link", { name: "Settings", exact: true }).click();
  await page.getByRole("button", { name: "Archive…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Archive" }).click();
  await page.getByText("The workspace is archived").waitFor();
  await page.getByRole("button", { name: "Restore" }).click();
  await page.getByRole("button", { name: "Transfer…" }).click();
  await page.getByText("There is no other member yet").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Delete…" }).click();
  assert.ok(await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).isDisabled());
  await page.keyboard.type("My course");
  await page.screenshot({ path: picture("settings-delete") });
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: /^Course/ }).waitFor();
  assert.equal((await owner.get("/workspaces")).items.length, 1);
  await page.context().close();
}
