import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as decoding from "lib0/decoding";
import { WebsocketProvider } from "y-websocket";
import WebSocket from "ws";
import * as Y from "yjs";

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

/**
 * Types the whole trace into a file through a stock y-websocket client, keystroke by keystroke, `perUpdate` of them in one update. Returns
 * when the server has said that all of it is stored (its text over REST has the trace's length).
 */
export async function typeTrace({ url, fileId, accessToken, perUpdate, isStored }) {
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(`${url.replace("http", "ws")}/yjs`, fileId, doc, {
    params: { access_token: accessToken }, WebSocketPolyfill: WebSocket, disableBc: true,
  });
  await new Promise((resolve) => provider.once("sync", resolve));
  const text = doc.getText("content");
  let count = 0;
  let batch = [];
  const flush = () => {
    doc.transact(() => {
      for (const { position, deleted, inserted } of batch) {
        if (deleted > 0) text.delete(position, deleted);
        if (inserted !== "") text.insert(position, inserted);
      }
    });
    batch = [];
  };
  for await (const edit of edits()) {
    batch.push(edit);
    count++;
    if (batch.length < perUpdate) continue;
    flush();
    // Lets the socket drain: a real person's client never has megabytes waiting.
    while (provider.ws !== null && provider.ws.bufferedAmount > 256 * 1024) await new Promise((resolve) => setTimeout(resolve, 5));
    if (count % (perUpdate * 50) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  flush();
  await isStored(text.toString());
  provider.destroy();
  doc.destroy();
  return count;
}
