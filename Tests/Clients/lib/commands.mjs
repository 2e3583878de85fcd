// The commands of client.mjs, one at a time or several at once: each is answered when it is done.

const WAIT_MS = 30_000

export class Commands {
  #clients = new Map()
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
    if (this.#clients.has(name)) throw new Error(`there is a client ${name} already`)
    const client = this.#create({ name, kind, number: this.#clients.size, ...options })
    this.#clients.set(name, client)
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

  type({ client, text, at }) {
    this.#one(client).type(text, at)
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
