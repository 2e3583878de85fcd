// The commands of client.mjs, one at a time or several at once: each is answered when it is done.

import { Recorder } from './recorder.mjs'
import { turn } from './editorClient.mjs'

const WAIT_MS = 60_000

export class Commands {
  #clients = new Map()
  #recorder = new Recorder()
  #typing = null
  #added = 0
  #create
  #write

  constructor(create, write) {
    this.#create = create
    this.#write = write
  }

  /** Runs one line and writes its answer: `{ id, ok: true, …result }` or `{ id, ok: false, error }`. */
  async run(line) {
    let id = null
    try {
      const { id: given, cmd, ...args } = JSON.parse(line)
      id = given
      if (!Object.hasOwn(Commands.prototype, cmd) || cmd === 'constructor' || cmd === 'run') throw new Error(`no such command: ${cmd}`)
      this.#write({ id, ok: true, ...(await this[cmd](args)) })
    } catch (error) {
      this.#write({ id, ok: false, error: error.message })
    }
  }

  /** A new client; it does not connect yet. */
  add({ client: name, kind, ...options }) {
    if (options.base) options.base = options.base.replace(/\/$/, '')
    if (this.#clients.has(name)) throw new Error(`there is a client ${name} already`)
    const client = this.#create({ name, kind, number: this.#added++, ...options })
    this.#clients.set(name, client)
    this.#recorder.watch(client)
    const closed = client.closed.bind(client)
    client.closed = code => {
      this.#write({ event: 'closed', client: name, code })
      closed(code)
    }
    return { clientId: client.doc.clientID }
  }

  connect({ client }) {
    for (const one of this.#chosen(client)) one.connect()
  }

  disconnect({ client, how }) {
    for (const one of this.#chosen(client)) one.disconnect(how)
  }

  drop({ client }) {
    for (const one of this.#chosen(client)) one.drop()
  }

  async edit({ client, count = 1, rate, mode }) {
    await Promise.all(this.#chosen(client).map(one => one.editMany(count, { rate, mode })))
  }

  /** Everyone named, or everyone, begins to type tokens behind each other, `rate` a second each, until `stop`. */
  start({ clients, rate }) {
    if (this.#typing) throw new Error('typing already')
    const stop = new AbortController()
    const chosen = clients ? clients.map(name => this.#one(name)) : this.#chosen()
    this.#typing = { stop, done: Promise.all(chosen.map(one => one.editMany(Infinity, { rate, mode: 'region', signal: stop.signal }))) }
  }

  async stop() {
    const typing = this.#typing
    this.#typing = null
    typing?.stop.abort()
    await typing?.done
  }

  /** One token of a client: how many ms until it is saved, and until everyone has it. */
  async probe({ client, clients, timeoutMs = WAIT_MS }) {
    const one = this.#one(client)
    const others = clients ? clients.map(name => this.#one(name)) : this.#chosen()
    const began = performance.now()
    const token = one.edit('region')
    const since = () => performance.now() - began
    const saved = one.waitFor(() => one.isSaved(one.tokens.get(token)), timeoutMs, `at ${token} saved`).then(since)
    const seen = Promise.all(others.map(other => other.waitFor(() => other.text.toString().includes(token), timeoutMs, `at ${token}`))).then(since)
    return { token, savedMs: await saved, seenMs: await seen }
  }

  /** What happened since the last time: typed, saved, seen, up and down, with times. */
  history() {
    return { events: this.#recorder.take() }
  }

  /** Every client named shows a cursor; answers who does not see whom after a while, and whose cursors are there without a client. */
  async cursors({ clients, timeoutMs = WAIT_MS }) {
    const chosen = clients.map(name => this.#one(name))
    const ids = new Set(chosen.map(one => one.doc.clientID))
    const missing = () => chosen.flatMap(one => chosen.filter(other => one.awareness.getStates().get(other.doc.clientID)?.cursor === undefined).map(other => `${one.name} misses ${other.name}`))
    const ghosts = () => chosen.flatMap(one => [...one.awareness.getStates()].filter(([id, state]) => !ids.has(id) && state.cursor !== undefined).map(([id]) => `${one.name} shows ${id}`))
    const end = performance.now() + timeoutMs
    const began = performance.now()
    do {
      // Moved more than once, as cursors do.
      for (const one of chosen) one.awareness.setLocalState({ cursor: { anchor: Math.floor(performance.now()) } })
      for (let waits = 0; waits < 10 && missing().length + ghosts().length > 0; waits++) await turn(100)
    } while (missing().length + ghosts().length > 0 && performance.now() < end)
    return { missing: missing(), ghosts: ghosts(), ms: performance.now() - began }
  }

  /** Takes a client out of the rig. */
  remove({ client }) {
    const one = this.#one(client)
    this.#clients.delete(client)
    one.destroy()
  }

  type({ client, text, at }) {
    this.#one(client).type(text, at)
  }

  erase({ client, text }) {
    const one = this.#one(client)
    const at = one.text.toString().indexOf(text)
    if (at < 0) throw new Error(`${client} does not have that`)
    one.text.delete(at, text.length)
  }

  awareness({ client, state }) {
    this.#one(client).awareness.setLocalState(state)
  }

  async settled({ client, timeoutMs = WAIT_MS }) {
    await Promise.all(this.#chosen(client).map(one => one.waitSettled(timeoutMs)))
  }

  /** Until the text contains, or equals, something. */
  async text({ client, contains, equals, timeoutMs = WAIT_MS }) {
    const holds = text => (contains === undefined || text.includes(contains)) && (equals === undefined || text === equals)
    await Promise.all(this.#chosen(client).map(one => one.waitFor(() => holds(one.text.toString()), timeoutMs, `at the text ${contains ?? equals}`)))
  }

  /** Until a part of the report has at least so many entries: `closeCodes`, `rejected`, `errors`, `awareness`, `closedBy`. */
  async until({ client, part, count = 1, timeoutMs = WAIT_MS }) {
    const size = one => Object.keys(one.brief()[part] ?? []).length
    await Promise.all(this.#chosen(client).map(one => one.waitFor(() => size(one) >= count, timeoutMs, `at ${count} ${part}`)))
  }

  state({ client }) {
    return { states: this.#chosen(client).map(one => one.report()) }
  }

  tokens({ client }) {
    return { typed: this.#chosen(client).flatMap(one => [...one.tokens.keys()]), saved: this.#chosen(client).flatMap(one => one.savedTokens()) }
  }

  exit() {
    setImmediate(() => process.exit(0))
  }

  #one(name) {
    const client = this.#clients.get(name)
    if (!client) throw new Error(`no such client: ${name}`)
    return client
  }

  // Without a name: all of them.
  #chosen(name) {
    return name === undefined ? [...this.#clients.values()] : [this.#one(name)]
  }
}
