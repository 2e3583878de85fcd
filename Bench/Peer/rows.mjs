// The rows of ./bench engine, by a JavaScript peer: node --expose-gc rows.mjs <yjs|ywasm> <folder> <root> [row ...]
// The folder is written by the bench project: length-prefixed updates, single updates, and counts. One JSON line per row.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as Y from 'yjs'

const [peer, folder, root, ...wanted] = process.argv.slice(2)
const read = name => new Uint8Array(readFileSync(join(folder, name)))
const list = name => {
  const bytes = read(name)
  const parts = []
  for (let at = 0; at < bytes.length;) {
    let length = 0
    for (let shift = 0; ; shift += 7) {
      const b = bytes[at++]
      length += (b & 0x7f) * 2 ** shift
      if (b < 0x80) break
    }
    parts.push(bytes.slice(at, at + length))
    at += length
  }
  return parts
}

// What the rows need of a peer.
const engines = {
  yjs: async () => ({
    make: () => new Y.Doc(),
    apply: (doc, update) => Y.applyUpdate(doc, update),
    encode: (doc, vector) => Y.encodeStateAsUpdate(doc, vector),
    vector: doc => Y.encodeStateVector(doc),
    merge: updates => Y.mergeUpdates(updates),
    text: doc => doc.getText(root).toString(),
    length: doc => doc.getText(root).length,
    insert: (doc, at, text) => doc.getText(root).insert(at, text),
    remove: (doc, at, count) => doc.getText(root).delete(at, count),
    free: doc => doc.destroy()
  }),
  ywasm: async () => {
    const W = await import('ywasm')
    const wasm = W.default ?? W
    return {
      make: () => new wasm.YDoc({}),
      apply: (doc, update) => wasm.applyUpdate(doc, update, 'peer'),
      encode: (doc, vector) => wasm.encodeStateAsUpdate(doc, vector),
      vector: doc => wasm.encodeStateVector(doc),
      merge: updates => wasm.mergeUpdatesV1(updates),
      text: doc => doc.getText(root).toString(),
      length: doc => doc.getText(root).length(),
      insert: (doc, at, text) => doc.getText(root).insert(at, text),
      remove: (doc, at, count) => doc.getText(root).delete(at, count),
      free: doc => doc.free()
    }
  }
}

const engine = await engines[peer]()
const report = (row, value) => console.log(JSON.stringify({ row, value }))
const time = action => {
  const start = process.hrtime.bigint()
  action()
  return Number(process.hrtime.bigint() - start) / 1e6
}
/** Best of several runs within about two seconds, in ms. */
const best = (prepare, action, most = 2000) => {
  let least = Infinity
  let total = 0
  for (let run = 0; run < most && (run < 2 || total < 2000); run++) {
    const subject = prepare()
    const ms = time(() => action(subject))
    least = Math.min(least, ms)
    total += ms
  }
  return least
}
const mulberry32 = seed => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return (t ^ (t >>> 14)) >>> 0
}
const loaded = update => {
  const doc = engine.make()
  engine.apply(doc, update)
  return doc
}
const heap = () => {
  globalThis.gc()
  globalThis.gc()
  const use = process.memoryUsage()
  return use.heapUsed + use.external
}

const rows = {
  'apply-each': () => {
    const updates = list('trace.bin')
    return best(engine.make, doc => { for (const update of updates) engine.apply(doc, update) }, 3)
  },
  'apply-merged': () => best(engine.make, (update => doc => engine.apply(doc, update))(read('merged.bin'))),
  encode: () => best((doc => () => doc)(loaded(read('merged.bin'))), doc => engine.encode(doc)),
  diff: () => {
    const half = read('half-vector.bin')
    return best((doc => () => doc)(loaded(read('merged.bin'))), doc => engine.encode(doc, half))
  },
  merge: () => {
    const updates = list('small.bin')
    return best(() => updates, engine.merge, 3)
  },
  // Strings of this machine are put together lazily: looking at one unit makes it one piece, as a reader would need it.
  text: () => best((doc => () => doc)(loaded(read('merged.bin'))), doc => engine.text(doc).charCodeAt(50_000), 5000),
  utf8: () => best((doc => () => doc)(loaded(read('merged.bin'))), doc => Buffer.from(engine.text(doc), 'utf8'), 5000),
  random: () => {
    const operations = Number(readFileSync(join(folder, 'random-count.txt'), 'utf8'))
    const budget = 120_000
    const doc = engine.make()
    const next = mulberry32(1)
    let length = 0
    let done = 0
    const ms = time(() => {
      const start = Date.now()
      for (; done < operations; done++) {
        if (length > 0 && next() % 4 === 0) {
          engine.remove(doc, next() % length, 1)
          length--
        } else {
          engine.insert(doc, next() % (length + 1), 'x')
          length++
        }
        if ((done & 1023) === 0 && Date.now() - start > budget) break
      }
    })
    if (done < operations) report('random-done', done)
    return ms
  },
  memory: () => {
    const update = read('merged.bin')
    const before = heap()
    const docs = []
    for (let i = 0; i < 20; i++) docs.push(loaded(update))
    for (const doc of docs) engine.length(doc)
    return (heap() - before) / docs.length / 1024
  },
  'small-remote': () => {
    const updates = list('million-updates.bin')
    const doc = loaded(read('million.bin'))
    return time(() => { for (const update of updates) engine.apply(doc, update) }) * 1000 / updates.length
  }
}

for (const row of wanted.length > 0 ? wanted : Object.keys(rows)) {
  try {
    report(row, rows[row]())
  } catch (error) {
    report(row, null)
    console.error(`${peer} ${row}: ${error}`)
  }
}
