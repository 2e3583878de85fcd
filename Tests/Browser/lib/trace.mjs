import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as decoding from "lib0/decoding";
import { WebsocketProvider } from "y-websocket";
import WebSocket from "ws";
import * as Y from "yjs";
import { eventually } from "./browser.mjs";

const folder = new URL("../../Traces/", import.meta.url);

/** The keystrokes of a real paper: { position, deleted, inserted }, 259,778 of them. */
export async function* edits() {
  const decoder = decoding.createDecoder(new Uint8Array(await readFile(new URL("automerge-paper.edits.bin", folder))));
  while (decoding.hasContent(decoder)) {
    const position = decoding.readVarUint(decoder);
    const deleted = decoding.readVarUint(decoder);
    yield { position, deleted, inserted: decoding.readVarString(decoder) };
  }
}

export const sha256 = (text) => createHash("sha256").update(text, "utf8").digest("hex");
export const description = async () => JSON.parse(await readFile(new URL("automerge-paper.json", folder), "utf8"));

/** Types the whole trace into a file through a stock y-websocket client, one update for each keystroke; then waits for `isStored`. */
export async function typeTrace({ url, fileId, accessToken, isStored }) {
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(`${url.replace("http", "ws")}/yjs`, fileId, doc, {
    params: { access_token: accessToken }, WebSocketPolyfill: WebSocket, disableBc: true,
  });
  try {
    await eventually("the y-websocket client is in sync", () => provider.synced);
    const text = doc.getText("content");
    let count = 0;
    for await (const { position, deleted, inserted } of edits()) {
      doc.transact(() => {
        if (deleted > 0) text.delete(position, deleted);
        if (inserted !== "") text.insert(position, inserted);
      });
      if (++count % 64 !== 0) continue;
      // A person's client never has megabytes waiting; the socket gets time to drain.
      do await new Promise((resolve) => setImmediate(resolve));
      while (provider.ws !== null && provider.ws.bufferedAmount > 256 * 1024);
    }
    await isStored();
    return count;
  } finally {
    provider.destroy();
    doc.destroy();
  }
}
