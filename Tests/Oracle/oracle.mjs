// Real Yjs replicas behind a pipe: one JSON request per line on stdin, one JSON answer per line on stdout.
// Everything random comes from the seeds in the requests.
import { createInterface } from 'node:readline'
import * as Y from 'yjs'
import { edit } from './edits.mjs'

const from64 = text => new Uint8Array(Buffer.from(text, 'base64'))
const to64 = bytes => Buffer.from(bytes).toString('base64')
let replicas = []

const make = ({ id, gc }) => {
  const doc = new Y.Doc({ gc })
  doc.clientID = id
  // Clients tidy format marks up after remote changes; a server does not, and neither must its oracle.
  doc.on('afterTransaction', transaction => { transaction._needFormattingCleanup = false })
  for (const [root, kind] of [['t', Y.Text], ['m', Y.Map], ['a', Y.Array], ['x', Y.XmlFragment]]) doc.get(root, kind)
  const replica = { doc, made: [], undo: null }
  doc.on('update', (update, _origin, _doc, transaction) => { if (transaction.local) replica.made.push(update) })
  replica.undo = new Y.UndoManager([doc.getText('t'), doc.getMap('m'), doc.getArray('a')], { captureTimeout: 0, trackedOrigins: new Set(['undoable']) })
  return replica
}

const special = value => {
  if (value === undefined) return { $undefined: true }
  if (typeof value === 'bigint') return { $bigint: String(value) }
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) return { $number: Object.is(value, -0) ? '-0' : String(value) }
  if (value instanceof Uint8Array) return { $binary: to64(value) }
  if (value instanceof Y.Doc) return { $subdoc: value.guid }
  if (value instanceof Y.Text || value instanceof Y.XmlElement || value instanceof Y.XmlFragment) return xml(value)
  if (value instanceof Y.Map) return Object.fromEntries([...value.entries()].map(([k, v]) => [k, special(v)]))
  if (value instanceof Y.Array) return value.toArray().map(special)
  if (Array.isArray(value)) return value.map(special)
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, special(v)]))
  return value
}
const xml = value => value.toString()

const sameAttributes = (a, b) => JSON.stringify(Object.entries(a ?? {}).sort()) === JSON.stringify(Object.entries(b ?? {}).sort())
const delta = text => {
  const joined = []
  for (const { insert, attributes } of text.toDelta()) {
    const last = joined[joined.length - 1]
    if (typeof insert === 'string' && last && typeof last.insert === 'string' && sameAttributes(last.attributes, attributes)) last.insert += insert
    else joined.push({ insert: typeof insert === 'string' ? insert : { $embed: special(insert) }, ...(attributes ? { attributes } : {}) })
  }
  return joined
}

const requests = {
  new: ({ replicas: wanted }) => {
    for (const { doc } of replicas) doc.destroy()
    replicas = wanted.map(make)
    return {}
  },
  edit: ({ replica, seed, count, profile, cutPairs }) => {
    const one = replicas[replica]
    one.made = []
    edit(one, seed, count, profile, cutPairs)
    return { updates: one.made.map(to64) }
  },
  apply: ({ replica, updates }) => {
    for (const update of updates) Y.applyUpdate(replicas[replica].doc, from64(update))
    return {}
  },
  merge: ({ updates }) => ({ update: to64(Y.mergeUpdates(updates.map(from64))) }),
  vector: ({ replica }) => ({ vector: to64(Y.encodeStateVector(replicas[replica].doc)) }),
  diff: ({ replica, vector }) => ({ update: to64(Y.encodeStateAsUpdate(replicas[replica].doc, from64(vector))) }),
  load: ({ state }) => {
    const doc = make({ id: 1, gc: true }).doc
    Y.applyUpdate(doc, from64(state))
    return describe(doc)
  },
  state: ({ replica }) => describe(replicas[replica].doc)
}

const describe = doc => ({
  vector: to64(Y.encodeStateVector(doc)),
  update: to64(Y.encodeStateAsUpdate(doc)),
  pending: doc.store.pendingStructs !== null || doc.store.pendingDs !== null,
  text: doc.getText('t').toString(),
  length: doc.getText('t').length,
  delta: delta(doc.getText('t')),
  map: special(doc.getMap('m')),
  array: special(doc.getArray('a')),
  xml: doc.getXmlFragment('x').toString()
})

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line)
  let answer
  try {
    answer = requests[request.op](request)
  } catch (error) {
    answer = { error: String(error.stack ?? error) }
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
}
