import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { eventually } from "./browser.mjs";

/** The mails that a server without SMTP writes into its data directory. */
export class Mailbox {
  #folder;

  constructor(data) { this.#folder = path.join(data, "mail"); }

  /** Path, query and fragment of the link in the latest mail to an address whose subject matches; waits for it. */
  async linkTo(address, subject) {
    let link;
    await eventually(`a mail to ${address} about ${subject}`, async () => {
      const names = (await readdir(this.#folder).catch(() => [])).filter((name) => name.endsWith(".eml")).sort().reverse();
      for (const name of names) {
        const mail = await readFile(path.join(this.#folder, name), "utf8");
        if (!mail.includes(`To: ${address}`) || !subject.test(mail)) continue;
        // Quoted-printable breaks long lines with "=" and writes "=" as "=3D".
        const found = /https?:\/\/[^\s"<]+#token=[\w-]+/.exec(mail.replaceAll("=\r\n", "").replaceAll("=\n", "").replaceAll("=3D", "="));
        if (found === null) continue;
        link = new URL(found[0]);
        return true;
      }
      return names;
    });
    return link.pathname + link.search + link.hash;
  }
}
