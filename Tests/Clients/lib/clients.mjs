import { HocuspocusClient } from './hocuspocusClient.mjs'
import { HubClient } from './hubClient.mjs'
import { YWebsocketClient } from './yWebsocketClient.mjs'

export const KINDS = ['hub-msgpack', 'hub-json', 'y-websocket-1', 'y-websocket-3', 'y-websocket-3-0', 'y-websocket-4', 'hocuspocus-2', 'hocuspocus-3', 'hocuspocus-4']

/** A client of a kind; see {@link EditorClient} for the options. */
export function createClient(options) {
  if (!KINDS.includes(options.kind)) throw new Error(`no such kind of client: ${options.kind}; there are ${KINDS.join(', ')}`)
  if (options.kind.startsWith('hub-')) return new HubClient(options)
  return options.kind.startsWith('hocuspocus-') ? new HocuspocusClient(options) : new YWebsocketClient(options)
}

/** One client of each kind, named after it; `per` of each. */
export function createMixed(options, per = 1) {
  const kinds = Array.from({ length: KINDS.length * per }, (_, i) => KINDS[i % KINDS.length])
  return kinds.map((kind, i) => createClient({ ...options, kind, name: `${kind}#${i}`, number: i, seed: options.seed * 1000 + i }))
}
