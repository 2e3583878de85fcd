// The stock y-websocket providers, old and new, on /yjs/{fileId}.
import * as Y14 from '@y/y'
import { WebsocketProvider as ProviderOfVersion4 } from '@y/websocket'
import * as decoding from 'lib0/decoding'
import { WebsocketProvider as ProviderOfVersion1 } from 'y-websocket-1'
import { WebsocketProvider as ProviderOfVersion30 } from 'y-websocket-3-0'
import { WebsocketProvider as ProviderOfVersion3 } from 'y-websocket-3'
import { EditorClient } from './editorClient.mjs'
import { Ranges } from './ranges.mjs'
import { socketClass } from './sockets.mjs'

const SYNC = 0
const AWARENESS = 1
const AUTH = 2
const STEP_1 = 0
const UPDATE = 2
const PROVIDERS = {
  'y-websocket-1': ProviderOfVersion1,
  'y-websocket-3-0': ProviderOfVersion30,
  'y-websocket-3': ProviderOfVersion3,
  'y-websocket-4': ProviderOfVersion4,
}

export class YWebsocketClient extends EditorClient {
  /** Own structs that came back from the server: its word that they are committed. */
  #echoed = new Ranges()
  /** How far the server said it has this client's structs, when it last asked for what it lacks. */
  #known = 0
  #socket = null
  #provider

  constructor(options) {
    super(options)
    this.#provider = new PROVIDERS[this.kind](`${this.base.replace(/^http/, 'ws')}${options.path ?? '/yjs'}`, this.fileId, this.doc, {
      connect: false,
      disableBc: true,
      awareness: this.awareness,
      params: this.token ? { access_token: this.token } : {},
      WebSocketPolyfill: socketClass(
        socket => {
          this.#socket = socket
        },
        code => this.closed(code),
        data => this.received(data),
      ),
    })
    this.#listen()
  }

  get Y() {
    return this.kind === 'y-websocket-4' ? Y14 : super.Y
  }

  #listen() {
    const provider = this.#provider
    for (const event of ['status', 'sync', 'connection-error', 'connection-close']) provider.on(event, () => this.emit('change'))
    const [onSync, onAwareness] = provider.messageHandlers
    provider.messageHandlers[SYNC] = (encoder, decoder, ...rest) => {
      this.#observe(decoding.clone(decoder))
      onSync(encoder, decoder, ...rest)
    }
    provider.messageHandlers[AWARENESS] = (...args) => {
      this.count('awareness')
      onAwareness(...args)
    }
    // Instead of the stock handler, which only logs the reason.
    provider.messageHandlers[AUTH] = (encoder, decoder) => {
      decoding.readVarUint(decoder)
      this.rejected.push({ code: decoding.readVarString(decoder) })
      this.count('auth')
    }
  }

  #observe(decoder) {
    const kind = decoding.readVarUint(decoder)
    const payload = decoding.readVarUint8Array(decoder)
    if (kind === STEP_1) {
      this.#known = this.Y.decodeStateVector(payload).get(this.doc.clientID) ?? 0
    } else if (kind === UPDATE) {
      const own = this.Y.decodeUpdate(payload).structs.filter(struct => struct.id.client === this.doc.clientID && !(struct instanceof this.Y.Skip))
      for (const struct of own) this.#echoed.add(struct.id.clock, struct.id.clock + struct.length)
      if (own.length > 0) this.emit('saved')
    }
    this.count(['step1', 'step2', 'update'][kind] ?? `sync ${kind}`)
  }

  connect() {
    this.#provider.connect()
  }

  /** `polite`: says goodbye; `abrupt`: the socket is cut. Stays away until connect(). */
  disconnect(how = 'polite') {
    if (how === 'polite') return this.#provider.disconnect()
    this.#provider.shouldConnect = false
    this.#socket?.terminate()
  }

  /** Cuts the socket; the provider comes back by itself. */
  drop() {
    this.#socket?.terminate()
  }

  captured(action) {
    const from = this.Y.getState(this.doc.store, this.doc.clientID)
    action()
    return { from, to: this.Y.getState(this.doc.store, this.doc.clientID) }
  }

  isSaved({ from, to }) {
    return this.#echoed.has(from, to)
  }

  get connected() {
    return this.#provider.wsconnected
  }

  get synced() {
    return this.#provider.synced
  }

  /** Whether the server has shown that it has everything typed here; saved or not is a stricter question. */
  get delivered() {
    const end = this.Y.getState(this.doc.store, this.doc.clientID)
    return this.#known >= end || this.#echoed.has(this.#known, end)
  }

  details() {
    return { echoed: this.#echoed.toJSON(), known: this.#known }
  }

  destroy() {
    this.#provider.destroy()
    super.destroy()
  }
}
