// Writes a static site and an app with a server of its own in the page, deploys them by a click, opens them through the proxy, deploys again
// under load, and reads what the page tells of it all:
//   node deploy.mjs --out DIR --data DIR -- dotnet Hubs.dll [SETTINGS…]
// The settings name a container engine and local images for the runtimes `static` and `python`. Pictures are written to DIR.
import assert from "node:assert/strict";
import http from "node:http";
import path from "node:path";
import { parseArgs } from "node:util";
import { Browser, eventually, saved } from "./lib/browser.mjs";
import { Server } from "./lib/server.mjs";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { data: { type: "string" }, out: { type: "string", default: "artifacts" } } });
const server = await Server.start(positionals, values.data);
process.once("SIGTERM", () => void server.stop().then(() => process.exit(1)));
const browser = await Browser.start();
const picture = (page, name) => page.screenshot({ path: path.join(values.out, `${name}.png`) });
const step = async (name, work) => {
  const started = performance.now();
  try {
    await work();
    console.log(`ok    ${name} (${Math.round(performance.now() - started)} ms)`);
  } catch (error) {
    console.log(`FAIL  ${name}`);
    throw error;
  }
};

/** 50 requests a second to an address, with a browser's cookies, until `stop`; fewer while 32 of them wait for their answers. */
function loop(url, cookie) {
  const seen = { count: 0, failures: [], last: "" };
  const { host, port } = new URL(url);
  let open = 0;
  const timer = setInterval(() => {
    if (open >= 32) return;
    open++;
    const request = http.get({ host: "127.0.0.1", port, path: "/", headers: { host, cookie } }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk) => { text += chunk; }).on("end", () => {
        seen.count++;
        seen.last = text;
        if (answer.statusCode !== 200) seen.failures.push(`${answer.statusCode} ${text.slice(0, 200)}`);
      });
    });
    request.on("error", (error) => seen.failures.push(String(error))).on("close", () => open--);
  }, 20);
  return { seen, stop: () => clearInterval(timer) };
}

const newFile = async (page, name, text) => {
  await page.getByRole("button", { name: "New file" }).click();
  await page.getByLabel("Path").fill(name);
  await page.getByRole("button", { name: "Create file" }).click();
  await page.getByRole("heading", { name }).waitFor();
  await page.locator(".cm-content").waitFor();
  await write(page, text);
};
const write = async (page, text) => {
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+a");
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.keyboard.press("Control+v");
  await saved(page);
};
const panel = (page) => page.getByRole("region", { name: "App" });
const status = (page) => panel(page).locator("[data-deployment]").getAttribute("data-deployment");
const openApp = async (page) => {
  const [app] = await Promise.all([page.context().waitForEvent("page"), panel(page).getByRole("button", { name: "Open" }).click()]);
  await app.waitForURL(/apps\.localhost/);
  await app.waitForLoadState();
  return app;
};
const cookieOf = async (app) => (await app.context().cookies(app.url())).map((one) => `${one.name}=${one.value}`).join("; ");

const counter = `import http.server, os
visits = 0
class App(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        global visits
        visits += 1
        print('visit', visits, self.path, flush=True)
        body = b'<h1>Made by Python</h1><p>pid %d</p>' % os.getpid()
        self.send_response(200)
        self.send_header('Content-Type', 'text/html')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words): pass
http.server.ThreadingHTTPServer(('0.0.0.0', int(os.environ['PORT'])), App).serve_forever()
`;

try {
  const ada = await browser.window({ width: 1280, height: 800 });
  await step("a guest writes a static site", async () => {
    await ada.goto(server.url);
    await ada.getByLabel("Your name").fill("Ada");
    await ada.getByRole("button", { name: "Continue as guest" }).click();
    await ada.getByRole("button", { name: "Start a session" }).click();
    await ada.locator(".cm-content").waitFor();
    await newFile(ada, "index.html", "<!doctype html><title>Site</title><h1>Version one</h1>");
  });
  await step("a click deploys it, and the page tells how it goes", async () => {
    await ada.getByRole("button", { name: "Show the app" }).click();
    await panel(ada).getByText("Nothing has been deployed yet.").waitFor();
    await picture(ada, "deploy-before");
    await panel(ada).getByRole("button", { name: "Deploy" }).click();
    await panel(ada).getByText(/Copying \d+ files/).waitFor();
    await panel(ada).locator('[data-deployment="running"]').waitFor();
  });
  let app;
  await step("it opens through the proxy, on an origin of its own", async () => {
    app = await openApp(ada);
    assert.equal(await app.locator("h1").textContent(), "Version one");
    assert.notEqual(new URL(app.url()).host, new URL(server.url).host);
    await panel(ada).getByText(/"GET \/ HTTP/).first().waitFor();
    await panel(ada).getByText(/% CPU/).waitFor();
    await picture(ada, "deploy-running");
  });
  await step("deployed again under 50 requests a second, none fails, and the open page shows the new text", async () => {
    const load = loop(app.url(), await cookieOf(app));
    await eventually("the loop runs", () => load.seen.count > 25);
    await write(ada, "<!doctype html><title>Site</title><h1>Version two</h1>");
    await panel(ada).getByText("What differs").click();
    await panel(ada).getByText("changed since").waitFor();
    await picture(ada, "deploy-differs");
    await panel(ada).getByText("Output", { exact: true }).click();
    await panel(ada).getByRole("button", { name: "Deploy again" }).click();
    await eventually("the new version is served at the old address", () => load.seen.last.includes("Version two"));
    const before = load.seen.count;
    await eventually("the old one is gone", async () => load.seen.count > before + 150 && (await status(ada)) === "running");
    load.stop();
    assert.deepEqual(load.seen.failures, []);
    console.log(`      ${load.seen.count} requests, ${load.seen.failures.length} failed`);
    await app.reload();
    assert.equal(await app.locator("h1").textContent(), "Version two");
  });
  await step("someone else has to be let in", async () => {
    const eve = await browser.window();
    await eve.goto(app.url());
    await eve.getByText("This app is private").waitFor();
    await picture(eve, "deploy-private");
    await eve.context().close();
  });
  await step("an app with a server of its own: chosen in the page, deployed, opened, its output as it comes", async () => {
    await newFile(ada, "main.py", counter);
    await panel(ada).getByLabel("Run as").selectOption("python");
    await panel(ada).getByText("python3 main.py · listens on port 8000").waitFor();
    await panel(ada).getByRole("button", { name: "Deploy again" }).click();
    await eventually("the new one runs", async () => (await panel(ada).getByText(/visit 1/).count()) > 0 && (await status(ada)) === "running");
    await app.close();
    app = await openApp(ada);
    assert.equal(await app.locator("h1").textContent(), "Made by Python");
    await panel(ada).getByText(/visit \d+ \/$/).last().waitFor();
    await picture(ada, "deploy-dynamic");
  });
  await step("what fails says why, and what ran goes on", async () => {
    await write(ada, "raise SystemExit('not today')\n");
    await panel(ada).getByRole("button", { name: "Deploy again" }).click();
    await panel(ada).locator('[data-deployment="failed"]').waitFor();
    await panel(ada).getByText(/exited with code 1/).first().waitFor();
    await panel(ada).getByText("not today").waitFor();
    await picture(ada, "deploy-failed");
    await app.reload();
    assert.equal(await app.locator("h1").textContent(), "Made by Python");
  });
  await step("a build that fails shows what it wrote", async () => {
    await write(ada, "def broken(:\n");
    await panel(ada).getByRole("button", { name: "Deploy again" }).click();
    await panel(ada).getByText("Failed: the build failed").waitFor();
    await panel(ada).getByText("The build command exited with code 1.").waitFor();
    await panel(ada).getByText(/SyntaxError/).waitFor();
    await picture(ada, "deploy-build-failed");
    await panel(ada).getByText("What differs").click();
    await panel(ada).getByText("changed since").waitFor();
    await picture(ada, "deploy-failed-differs");
    await panel(ada).getByText("Output", { exact: true }).click();
    await app.reload();
    assert.equal(await app.locator("h1").textContent(), "Made by Python");
  });
  await step("restart and stop, and the history tells of all", async () => {
    const pid = await app.locator("p").textContent();
    await panel(ada).getByRole("button", { name: "Restart" }).click();
    await eventually("another process answers", async () => {
      const answer = await app.reload();
      return answer.status() === 200 && pid !== undefined && (await panel(ada).getByRole("button", { name: "Restart" }).count()) === 1;
    });
    await panel(ada).getByRole("button", { name: "Stop" }).click();
    await eventually("nothing is left to open", async () => (await panel(ada).getByRole("button", { name: "Open" }).count()) === 0);
    await panel(ada).getByText("History").click();
    await panel(ada).getByText(/stopped by someone/).waitFor();
    await panel(ada).getByText(/replaced by a newer one/).first().waitFor();
    await panel(ada).getByText(/, the app did not start/).waitFor();
    await picture(ada, "deploy-history");
  });
  assert.deepEqual(browser.problems, []);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await browser.stop();
  await server.stop();
}
