import * as Y from "yjs";
import * as encoding from "lib0/encoding";

type Struct = Y.Item | Y.GC;
type Decoded = ReturnType<typeof Y.decodeUpdate>;
type Range = { client: number; clock: number; len: number };

/** A rough upper bound of what one struct or range adds around its text, in bytes. */
const overhead = 48;
const utf8 = new TextEncoder();

/**
 * Splits a Yjs v1 update into updates of at most about `maxBytes` bytes each, which together say the same and can be applied in this
 * order without waiting for one another (provided that the receiver has what the whole update depends on).
 *
 * How: the update's structs are put into an order in which each comes after what it refers to, long texts are cut (never inside of a
 * surrogate pair), and the order is cut into runs; deletions follow last, as they refer to structs of any run. Yjs joins the pieces again when it
 * integrates them. A single embedded object larger than `maxBytes` cannot be cut and travels alone.
 */
export function splitUpdate(update: Uint8Array, maxBytes: number): Uint8Array[] {
  if (update.byteLength <= maxBytes) return [update];
  const decoded = Y.decodeUpdate(update);
  const structs = inDependencyOrder(decoded.structs).flatMap((struct) => cutText(struct, Math.floor((maxBytes - overhead) / 3)));
  const parts: Uint8Array[] = [];
  for (const run of runs(structs, sizeOf, maxBytes)) parts.push(encode(run, []));
  for (const run of runs(rangesOf(decoded), () => 12, maxBytes)) parts.push(encode([], run));
  return parts;
}

/** True when the update neither adds nor deletes anything. */
export const isEmptyUpdate = (update: Uint8Array): boolean => update.byteLength <= 2 && update.every((byte) => byte === 0);

function inDependencyOrder(structs: Decoded["structs"]): Struct[] {
  const queues = new Map<number, { structs: Struct[]; next: number }>();
  for (const struct of structs) {
    if (!(struct instanceof Y.Item) && !(struct instanceof Y.GC)) continue; // a Skip says nothing
    const queue = queues.get(struct.id.client) ?? { structs: [], next: 0 };
    queues.set(struct.id.client, queue);
    queue.structs.push(struct);
  }
  const ordered: Struct[] = [];
  for (const client of queues.keys()) {
    const waiting = [client];
    while (waiting.length > 0) {
      const queue = queues.get(waiting.at(-1)!)!;
      const struct = queue.structs[queue.next];
      const needed = struct === undefined ? undefined : missing(struct, queues, waiting);
      if (needed !== undefined) waiting.push(needed);
      else if (struct === undefined) waiting.pop();
      else {
        ordered.push(struct);
        queue.next++;
        if (waiting.length > 1) waiting.pop();
      }
    }
  }
  return ordered;
}

/** The client of which `struct` refers to a struct that is still to come. */
function missing(struct: Struct, queues: Map<number, { structs: Struct[]; next: number }>, waiting: number[]): number | undefined {
  if (!(struct instanceof Y.Item)) return undefined;
  const parent: unknown = struct.parent;
  for (const id of [struct.origin, struct.rightOrigin, parent instanceof Y.ID ? parent : null]) {
    if (id === null || id.client === struct.id.client || waiting.includes(id.client)) continue;
    const queue = queues.get(id.client);
    const next = queue?.structs[queue.next];
    if (next !== undefined && next.id.clock <= id.clock) return id.client;
  }
  return undefined;
}

function cutText(struct: Struct, maxUnits: number): Struct[] {
  if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentString) || struct.length <= maxUnits) return [struct];
  const text = struct.content.str;
  const { client, clock } = struct.id;
  const pieces: Struct[] = [];
  for (let from = 0; from < text.length;) {
    let to = Math.min(text.length, from + maxUnits);
    if (to < text.length && isHighSurrogate(text.charCodeAt(to - 1))) to--;
    const origin = from === 0 ? struct.origin : Y.createID(client, clock + from - 1);
    pieces.push(new Y.Item(Y.createID(client, clock + from), null, origin, null, struct.rightOrigin, struct.parent, struct.parentSub,
      new Y.ContentString(text.slice(from, to))));
    from = to;
  }
  return pieces;
}

function groupBy<T>(items: readonly T[], key: (item: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

function sizeOf(struct: Struct): number {
  if (!(struct instanceof Y.Item)) return overhead;
  if (struct.content instanceof Y.ContentString) return overhead + utf8.encode(struct.content.str).byteLength;
  if (struct.content instanceof Y.ContentDeleted || struct.content instanceof Y.ContentType) return overhead;
  const encoder = new Y.UpdateEncoderV1();
  struct.write(encoder, 0);
  return overhead + encoder.toUint8Array().byteLength;
}

function rangesOf(decoded: Decoded): Range[] {
  return [...decoded.ds.clients].flatMap(([client, ranges]) => ranges.map(({ clock, len }) => ({ client, clock, len })));
}

function* runs<T>(items: readonly T[], size: (item: T) => number, maxBytes: number): Generator<T[]> {
  let run: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const more = size(item);
    if (run.length > 0 && bytes + more > maxBytes) {
      yield run;
      run = [];
      bytes = 0;
    }
    run.push(item);
    bytes += more;
  }
  if (run.length > 0) yield run;
}

function encode(structs: readonly Struct[], ranges: readonly Range[]): Uint8Array {
  const encoder = new Y.UpdateEncoderV1();
  const byClient = groupBy(structs, (struct) => struct.id.client);
  encoding.writeVarUint(encoder.restEncoder, byClient.size);
  for (const [client, own] of [...byClient].sort(([a], [b]) => b - a)) writeStructs(encoder, client, own);
  const rangesByClient = groupBy(ranges, (range) => range.client);
  encoding.writeVarUint(encoder.restEncoder, rangesByClient.size);
  for (const [client, own] of rangesByClient) {
    encoding.writeVarUint(encoder.restEncoder, client);
    encoding.writeVarUint(encoder.restEncoder, own.length);
    for (const { clock, len } of own) {
      encoding.writeVarUint(encoder.restEncoder, clock);
      encoding.writeVarUint(encoder.restEncoder, len);
    }
  }
  return encoder.toUint8Array();
}

function writeStructs(encoder: Y.UpdateEncoderV1, client: number, structs: readonly Struct[]): void {
  const withGaps: (Struct | Y.Skip)[] = [];
  let clock = structs[0]!.id.clock;
  for (const struct of structs) {
    if (struct.id.clock > clock) withGaps.push(new Y.Skip(Y.createID(client, clock), struct.id.clock - clock));
    withGaps.push(struct);
    clock = struct.id.clock + struct.length;
  }
  encoding.writeVarUint(encoder.restEncoder, withGaps.length);
  encoder.writeClient(client);
  encoding.writeVarUint(encoder.restEncoder, structs[0]!.id.clock);
  for (const struct of withGaps) struct.write(encoder, 0);
}
