// What clients of every kind have in common: a document, somebody who types, and an honest report.
import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import * as Y from 'yjs'
import { Awareness } from 'y-protocols/awareness'
import { editAtRandom, tokenName, typeBehind, typeToken } from './editing.mjs'
import { seeded } from './random.mjs'

/**
 * One editor. Emits `change` whenever anything that {@link report} shows may be different, and `saved` whenever the server says so.
 * Subclasses connect it: connect(), disconnect(), drop(), and the getters connected, synced, delivered.
 */
export class EditorClient extends EventEmitter {
  /** `number` names the client in its tokens; `seed` decides what it types. */
  constructor({ name, kind, base, token, fileId, seed = 1, number = 0, canary }) {
    super()
    this.setMaxListeners(0)
    Object.assign(this, { name, kind, base, token, fileId, number, canary })
    this.random = seeded(seed)
    this.doc = new this.Y.Doc()
    // Yjs 14 has one kind of shared type.
    this.text = this.doc.getText?.('content') ?? this.doc.get('content')
    this.awareness = new Awareness(this.doc)
    this.closeCodes = []
    this.rejected = []
    this.errors = []
    this.frames = {}
    /** Messages that held the canary, which must never come here. */
    this.leaks = 0
    this.edits = 0
    /** Tokens typed so far: name to how the subclass finds out whether it is saved. */
    this.tokens = new Map()
    this.awareness.on('change', () => this.emit('change'))
    this.doc.on('update', () => this.emit('change'))
  }

  /** The Yjs that this client runs on. */
  get Y() {
    return Y
  }

  /** One random edit, or one unique token: at a random line (`tokens`), or behind the one before (`region`). */
  edit(mode = 'random') {
    this.edits++
    if (mode === 'random') return void this.doc.transact(() => editAtRandom(this.text, this.random))
    const token = tokenName(this.number, this.tokens.size)
    const type = mode === 'region' ? () => typeBehind(this.text, token, this.lastToken) : () => typeToken(this.text, this.random, token)
    const mark = this.captured(() => this.doc.transact(type))
    this.tokens.set(token, mark)
    this.lastToken = token
    this.emit('typed', token, mark)
    return token
  }

  /** Inserts exactly this, at the end unless told where. */
  type(text, at = this.text.length) {
    this.edits++
    this.text.insert(at, text)
  }

  /** `count` edits, `rate` a second (0: as fast as the event loop turns), until `signal` aborts. */
  async editMany(count, { rate = 0, mode = 'random', signal } = {}) {
    const start = Date.now()
    for (let done = 0; done < count && !signal?.aborted; done++) {
      this.edit(mode)
      const due = rate > 0 ? start + ((done + 1) * 1000) / rate : 0
      await turn(Math.max(0, due - Date.now()))
    }
  }

  /** Tokens that the server acknowledged as saved. */
  savedTokens() {
    return [...this.tokens].filter(([, mark]) => this.isSaved(mark)).map(([token]) => token)
  }

  /** Resolves when `predicate()` holds; rejects with what is the case instead. */
  waitFor(predicate, timeoutMs, what) {
    if (predicate()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const check = () => {
        if (predicate()) finish(resolve)
      }
      const timer = setTimeout(() => finish(() => reject(new Error(`${this.name}: not ${what} after ${timeoutMs} ms: ${JSON.stringify(this.brief())}`))), timeoutMs)
      const finish = then => {
        clearTimeout(timer)
        this.off('change', check)
        then()
      }
      this.on('change', check)
    })
  }

  /** Connected, in sync, and everything it typed has arrived. */
  waitSettled(timeoutMs = 30_000) {
    return this.waitFor(() => this.connected && this.synced && this.delivered, timeoutMs, 'settled')
  }

  count(frame) {
    this.frames[frame] = (this.frames[frame] ?? 0) + 1
    this.emit('change')
  }

  /** One message as it came over the wire. */
  received(data) {
    if (this.canary && Buffer.from(data).includes(this.canary)) this.leaks++
  }

  closed(code) {
    this.closeCodes.push(code)
    this.emit('change')
  }

  /** Everything but the text. */
  brief() {
    return {
      client: this.name,
      kind: this.kind,
      clientId: this.doc.clientID,
      connected: this.connected,
      synced: this.synced,
      delivered: this.delivered,
      edits: this.edits,
      tokens: this.tokens.size,
      savedTokens: this.savedTokens().length,
      length: this.text.length,
      sha256: createHash('sha256').update(this.text.toString()).digest('hex'),
      stateVector: Buffer.from(this.Y.encodeStateVector(this.doc)).toString('base64'),
      pending: this.doc.store.pendingStructs !== null || this.doc.store.pendingDs !== null,
      rejected: this.rejected,
      closeCodes: this.closeCodes,
      errors: this.errors,
      frames: this.frames,
      leaks: this.leaks,
      awareness: Object.fromEntries(this.awareness.getStates()),
      ...this.details(),
    }
  }

  report() {
    return { ...this.brief(), text: this.text.toString() }
  }

  destroy() {
    this.disconnect('abrupt')
    this.awareness.destroy()
    this.doc.destroy()
  }
}

/** Waits this long, and at least one turn of the event loop. */
export const turn = ms => new Promise(resolve => (ms > 0 ? setTimeout(resolve, ms) : setImmediate(resolve)))
