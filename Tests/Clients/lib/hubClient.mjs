// A Yjs editor on /hubs/session, over the JSON or the MessagePack protocol.
import * as Y from 'yjs'
import { HttpTransportType, HubConnectionBuilder, JsonHubProtocol, LogLevel } from '@microsoft/signalr'
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack'
import { applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } from 'y-protocols/awareness'
import { EditorClient } from './editorClient.mjs'
import { between } from './random.mjs'
import { socketClass } from './sockets.mjs'

const TRANSIENT = new Set(['rate.limited', 'store.unavailable'])
const REOPEN = new Set(['server.draining', 'slow.reader', 'edit.rejected', 'room.failed'])
const RETRY_MS = 250

export class HubClient extends EditorClient {
  #hub = null
  #socket = null
  #wanted = false
  #synced = false
  #opens = 0
  #stream = null
  #seq = 0
  #savedUpTo = 0
  #attempts = 0
  #retries = 0
  /** Edits without the server's word that they are saved: number to update, ascending. */
  #unsaved = new Map()

  constructor(options) {
    super(options)
    this.role = null
    this.closedBy = []
    this.doc.on('update', (update, origin) => {
      if (origin !== this) this.#push(update)
    })
    this.awareness.on('update', ({ added, updated, removed }, origin) => {
      // Declared gone by the server although it is here: it says so again.
      if (origin !== this || removed.includes(this.doc.clientID)) this.#moveCursor([...added, ...updated, ...removed])
    })
  }

  connect() {
    if (this.#wanted) return
    this.#wanted = true
    void this.#dial()
  }

  /** `polite`: cancels the stream and closes the connection; `abrupt`: the socket is cut. Stays away until connect(). */
  disconnect(how = 'polite') {
    this.#wanted = false
    if (how === 'polite') {
      this.#stream?.dispose()
      this.#hub?.stop().catch(error => this.#failed(error))
    } else {
      this.#socket?.terminate()
    }
  }

  /** Cuts the socket; the client comes back by itself. */
  drop() {
    this.#socket?.terminate()
  }

  async #dial() {
    this.#forget()
    const hub = new HubConnectionBuilder()
      .withUrl(`${this.base}/hubs/session`, {
        transport: HttpTransportType.WebSockets,
        skipNegotiation: true,
        accessTokenFactory: () => this.token ?? '',
        WebSocket: socketClass(
          socket => {
            this.#socket = socket
          },
          code => this.closed(code),
          data => this.received(data),
        ),
      })
      .withHubProtocol(this.kind === 'hub-msgpack' ? new MessagePackHubProtocol() : new JsonHubProtocol())
      .configureLogging(LogLevel.None)
      .build()
    hub.onclose(error => this.#lost(hub, error))
    this.#hub = hub
    try {
      await hub.start()
      this.#attempts = 0
      if (this.#wanted && hub === this.#hub) this.#open(hub)
      else await hub.stop()
    } catch (error) {
      this.#lost(hub, error)
    }
    this.emit('change')
  }

  #lost(hub, error) {
    if (hub !== this.#hub) return
    this.#forget()
    if (error) this.#failed(error)
    if (this.#wanted) setTimeout(() => this.#wanted && !this.#hub && void this.#dial(), this.#backOff())
    this.emit('change')
  }

  /** What was true of the connection that is gone. */
  #forget() {
    this.#hub = null
    this.#stream = null
    this.#synced = false
    const others = [...this.awareness.getStates().keys()].filter(client => client !== this.doc.clientID)
    removeAwarenessStates(this.awareness, others, this)
    // Their clocks, too: who stayed is told again with the clock it had, and would not be taken for news.
    for (const client of this.awareness.meta.keys()) if (client !== this.doc.clientID) this.awareness.meta.delete(client)
  }

  #backOff() {
    return between(this.random, 20, Math.min(2000, 100 * 2 ** this.#attempts++))
  }

  #open(hub) {
    const sent = this.#bytes(Y.encodeStateVector(this.doc))
    const opened = ++this.#opens
    this.#stream = hub.stream('OpenFile', this.fileId, sent).subscribe({
      next: frame => opened === this.#opens && hub === this.#hub && this.#onFrame(hub, frame),
      error: error => {
        this.#synced = false
        this.#failed(error)
        if (/unavailable|draining/.test(String(error.message))) this.#openLater(hub)
        this.emit('change')
      },
      complete: () => this.emit('change'),
    })
  }

  #openLater(hub) {
    setTimeout(() => hub === this.#hub && this.#open(hub), RETRY_MS)
  }

  #onFrame(hub, frame) {
    if (frame.kind === 'sync') this.#onSync(frame)
    else if (frame.kind === 'edit') Y.applyUpdate(this.doc, this.#read(frame.payload), this)
    else if (frame.kind === 'cursors') applyAwarenessUpdate(this.awareness, this.#read(frame.payload), this)
    else if (frame.kind === 'saved') this.#onSaved(frame.seq)
    else if (frame.kind === 'rejected') this.#onRejected(frame)
    else if (frame.kind === 'role') this.role = frame.role
    else if (frame.kind === 'closed') this.#onClosed(hub, frame.code)
    else this.errors.push(`unknown frame ${frame.kind}`)
    this.count(frame.kind)
  }

  #onSync(frame) {
    this.role = frame.role
    Y.applyUpdate(this.doc, this.#read(frame.payload), this)
    this.#synced = true
    for (const [seq, update] of this.#unsaved) this.#send(seq, update)
    // What the server lacks beyond that: edits of others that were seen here before a crash took them.
    const missing = Y.encodeStateAsUpdate(this.doc, this.#read(frame.stateVector))
    if (this.#opens > 1 && Y.decodeUpdate(missing).structs.length > 0) this.#push(missing)
    this.#moveCursor([this.doc.clientID])
  }

  #onSaved(seq) {
    this.#savedUpTo = Math.max(this.#savedUpTo, seq)
    for (const number of this.#unsaved.keys()) if (number <= seq) this.#unsaved.delete(number)
    this.emit('saved')
  }

  #onRejected({ seq, code }) {
    const update = this.#unsaved.get(seq)
    this.#unsaved.delete(seq)
    if (!TRANSIENT.has(code) || update === undefined) {
      this.rejected.push({ seq, code })
      return
    }
    // Pushed again under a new number, because numbers ascend; until then nothing covers it.
    const marks = [...this.tokens.values()].filter(mark => mark.seq === seq)
    for (const mark of marks) mark.seq = Infinity
    this.#retries++
    setTimeout(() => {
      this.#retries--
      const again = this.#push(update)
      for (const mark of marks) mark.seq = again
    }, RETRY_MS)
  }

  #onClosed(hub, code) {
    this.closedBy.push(code)
    this.#synced = false
    if (REOPEN.has(code)) this.#openLater(hub)
  }

  #push(update) {
    const seq = ++this.#seq
    this.#unsaved.set(seq, update)
    if (this.#synced) this.#send(seq, update)
    return seq
  }

  #send(seq, update) {
    this.#hub?.send('PushEdit', this.fileId, seq, this.#bytes(update)).catch(error => this.#failed(error))
  }

  #moveCursor(clients) {
    if (!this.#synced || this.awareness.getLocalState() === null) return
    const update = encodeAwarenessUpdate(this.awareness, clients.filter(client => client === this.doc.clientID))
    this.#hub?.send('MoveCursor', this.fileId, this.#bytes(update)).catch(error => this.#failed(error))
  }

  #failed(error) {
    this.errors.push(String(error?.message ?? error))
  }

  #bytes(bytes) {
    return this.kind === 'hub-msgpack' ? bytes : Buffer.from(bytes).toString('base64')
  }

  #read(bytes) {
    return this.kind === 'hub-msgpack' ? bytes : new Uint8Array(Buffer.from(bytes, 'base64'))
  }

  captured(action) {
    action()
    return { seq: this.#seq }
  }

  isSaved({ seq }) {
    return this.#savedUpTo >= seq && !this.#unsaved.has(seq) && !this.rejected.some(one => one.seq === seq)
  }

  get connected() {
    return this.#hub?.state === 'Connected'
  }

  get synced() {
    return this.#synced
  }

  get delivered() {
    return this.#unsaved.size + this.#retries === 0
  }

  details() {
    return { savedUpTo: this.#savedUpTo, unsaved: this.#unsaved.size, role: this.role, closedBy: this.closedBy }
  }
}
