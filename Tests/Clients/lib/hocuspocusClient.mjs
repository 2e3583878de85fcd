// The stock Hocuspocus providers, three generations, on /hocuspocus.
import * as Y from 'yjs'
import * as decoding from 'lib0/decoding'
import * as version2 from '@hocuspocus/provider-2'
import * as version3 from '@hocuspocus/provider-3'
import * as version4 from '@hocuspocus/provider-4'
import { EditorClient } from './editorClient.mjs'
import { Ranges } from './ranges.mjs'
import { socketClass } from './sockets.mjs'

const VERSIONS = { 'hocuspocus-2': version2, 'hocuspocus-3': version3, 'hocuspocus-4': version4 }
const SYNC = 0
const CLOSE = 7
const SYNC_STATUS = 8

export class HocuspocusClient extends EditorClient {
  #socket = null
  #connection
  #provider
  /** The own structs in each step 2 and update sent on this socket that no sync status has answered yet, oldest first. */
  #unanswered = []
  #saved = new Ranges()
  #closedBy = []
  #denied = []
  #scopes = []

  constructor(options) {
    super(options)
    const { HocuspocusProvider, HocuspocusProviderWebsocket } = VERSIONS[this.kind]
    this.#connection = new HocuspocusProviderWebsocket({
      url: `${this.base.replace(/^http/, 'ws')}/hocuspocus`,
      connect: false,
      autoConnect: false,
      quiet: true,
      delay: 100,
      minDelay: 100,
      maxDelay: 1000,
      WebSocketPolyfill: socketClass(
        socket => {
          this.#socket = socket
          this.#unanswered = []
          const send = socket.send.bind(socket)
          socket.send = (message, ...rest) => {
            this.#sent(new Uint8Array(message))
            send(message, ...rest)
          }
        },
        code => this.closed(code),
        data => this.received(data),
      ),
    })
    this.#connection.shouldConnect = false
    this.#provider = new HocuspocusProvider({
      websocketProvider: this.#connection,
      name: this.fileId,
      document: this.doc,
      awareness: this.awareness,
      token: () => this.token ?? '',
      ...(options.sessionAwareness && { sessionAwareness: true }),
      onAuthenticated: data => this.#scopes.push(data?.scope ?? this.#provider.authorizedScope),
      onAuthenticationFailed: ({ reason }) => {
        this.#denied.push(reason)
        this.emit('change')
      },
      onSynced: () => this.emit('change'),
      onStatus: () => this.emit('change'),
      onUnsyncedChanges: () => this.emit('change'),
      onMessage: ({ message }) => this.#received(message),
    })
    this.#provider.attach?.()
  }

  // Every step 2 and every update that leaves is answered with one status, in order.
  #sent(message) {
    const decoder = decoding.createDecoder(message)
    if (message.length === 1) return
    decoding.readVarString(decoder)
    if (decoding.readVarUint(decoder) !== SYNC || decoding.readVarUint(decoder) === 0) return
    const { structs } = Y.decodeUpdate(decoding.readVarUint8Array(decoder))
    this.#unanswered.push(structs.filter(struct => struct.id.client === this.doc.clientID && !(struct instanceof Y.Skip)))
  }

  #received(message) {
    const decoder = decoding.clone(message.decoder)
    decoding.readVarString(decoder)
    const type = decoding.readVarUint(decoder)
    if (type === SYNC_STATUS) {
      const own = this.#unanswered.shift()
      if (!own) this.errors.push('unknown frame: a sync status that answers nothing')
      else if (decoding.readVarUint(decoder) === 1) for (const struct of own) this.#saved.add(struct.id.clock, struct.id.clock + struct.length)
      else this.rejected.push({ code: 'sync status 0' })
      this.emit('saved')
    } else if (type === CLOSE) {
      this.#closedBy.push(decoding.readVarString(decoder))
    }
    this.count(['sync', 'awareness', 'auth', 'query', 'reply', 'stateless', 'broadcast', 'close', 'status'][type] ?? `type ${type}`)
    // Providers tell of a message before they act on it, and version 2 does not tell that everything has arrived.
    setImmediate(() => this.emit('change'))
  }

  connect() {
    if (this.#connection.shouldConnect && this.#connection.status !== 'disconnected') return
    this.#connection.shouldConnect = true
    this.#connection.connect()
  }

  /** `polite`: a closing handshake; `abrupt`: the socket is cut. Stays away until connect(). */
  disconnect(how = 'polite') {
    if (how === 'polite') return this.#connection.disconnect()
    this.#connection.shouldConnect = false
    this.#socket?.terminate()
  }

  /** Cuts the socket; the provider comes back by itself. */
  drop() {
    this.#socket?.terminate()
  }

  captured(action) {
    const from = Y.getState(this.doc.store, this.doc.clientID)
    action()
    return { from, to: Y.getState(this.doc.store, this.doc.clientID) }
  }

  isSaved({ from, to }) {
    return this.#saved.has(from, to)
  }

  get connected() {
    return this.#connection.status === 'connected' && this.#socket?.readyState === 1
  }

  get synced() {
    return this.#provider.synced
  }

  get delivered() {
    return !this.#provider.hasUnsyncedChanges && this.#unanswered.length === 0
  }

  details() {
    return {
      saved: this.#saved.toJSON(),
      unanswered: this.#unanswered.length,
      unsynced: this.#provider.unsyncedChanges ?? this.#provider.hasUnsyncedChanges,
      scopes: this.#scopes,
      denied: this.#denied,
      closedBy: this.#closedBy,
    }
  }

  destroy() {
    this.#provider.destroy()
    this.#connection.destroy()
    super.destroy()
  }
}
