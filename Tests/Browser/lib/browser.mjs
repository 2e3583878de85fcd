import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { chromium } from "playwright-core";

const flags = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/** How long (ms) anything may take to appear: longer than the longest wait between two attempts to connect, and than a busy machine makes it. */
export const patience = 90_000;

/** One Chromium; every `window()` is a person of their own: separate storage, separate sign-in. */
export class Browser {
  #chromium;
  #windows = [];
  /** What went wrong in any page: uncaught errors, refusals by the Content-Security-Policy. */
  problems = [];

  static async start() {
    const browser = new Browser();
    browser.#chromium = await chromium.launch({ executablePath: process.env.COLLABHUB_TEST_CHROMIUM ?? "/usr/bin/chromium", args: flags });
    return browser;
  }

  async window({ width = 1000, height = 640, colorScheme = "light" } = {}) {
    const context = await this.#chromium.newContext({ viewport: { width, height }, colorScheme, permissions: ["clipboard-read", "clipboard-write"] });
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    const heard = [];
    page.on("response", (answer) => { if (answer.status() >= 400) heard.push(`${answer.status()} ${answer.request().method()} ${answer.url()}`); });
    page.on("requestfailed", (request) => heard.push(`${request.failure()?.errorText} ${request.method()} ${request.url()}`));
    page.on("crash", () => heard.push("the page crashed"));
    this.#windows.push({ page, heard });
    page.on("pageerror", (error) => this.problems.push(`uncaught: ${error.message}`));
    page.on("console", (message) => {
      if (/Content.Security.Policy/i.test(message.text())) this.problems.push(message.text());
    });
    return page;
  }

  /** Ends it. Of a script that failed, what its windows showed last, and which requests and what else of theirs failed, goes to the error output. */
  async stop() {
    if (process.exitCode === 1) {
      for (const { page, heard } of this.#windows) {
        if (page.isClosed()) continue;
        const shown = await page.innerText("body", { timeout: 5_000 }).catch((error) => `It does not answer: ${error.message}`);
        console.error([`== ${page.url()}`, ...heard.slice(-5), shown.slice(0, 800)].join("\n"));
      }
      if (this.problems.length > 0) console.error(["== problems", ...this.problems].join("\n"));
    }
    await this.#chromium.close();
  }
}

/** The text an editor shows, without the names at the others' cursors. Only for files that fit on the screen. */
export const shownText = (page) => page.evaluate(() => [...document.querySelectorAll(".cm-line")].map((line) => {
  const copy = line.cloneNode(true);
  for (const caret of copy.querySelectorAll(".cm-ySelectionCaret")) caret.remove();
  return copy.textContent.replaceAll("\u2060", "");
}).join("\n"));

/** Waits until `check` gives something true; fails with what it last gave. */
export async function eventually(what, check, deadline = Date.now() + patience) {
  for (;;) {
    const result = await check();
    if (result === true) return;
    if (Date.now() > deadline) throw new Error(`${what}: did not happen within ${patience} ms; last: ${JSON.stringify(result)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until all windows show the same text, and it passes `check`. Returns it. */
export async function sameText(pages, check = () => true) {
  let texts = [];
  await eventually("all windows show the same text", async () => {
    texts = await Promise.all(pages.map(shownText));
    return (texts.every((text) => text === texts[0]) && check(texts[0])) || texts;
  });
  return texts[0];
}

export const saved = (page) => page.locator('[data-save="saved"]').waitFor();

/** Two windows beside each other in one picture. */
export async function sideBySide(browser, left, right, file) {
  const pictures = await Promise.all([left, right].map(async (page) => (await page.screenshot()).toString("base64")));
  const page = await browser.window({ width: 1440, height: 488 });
  await page.setContent(`<style>body{margin:0;display:flex;gap:16px;padding:16px;background:#dfe3e6}img{flex:1;min-width:0;border-radius:8px;box-shadow:0 2px 12px #0003}</style>
    ${pictures.map((data) => `<img src="data:image/png;base64,${data}">`).join("")}`);
  await page.waitForFunction(() => [...document.images].every((image) => image.complete));
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, await page.screenshot());
  await page.context().close();
}
