// The y-websocket rigs against the server of the y-websocket package, and the comparison against planted faults.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { createClient } from '../lib/clients.mjs'
import { converge } from '../lib/converging.mjs'

let server
let base

before(async () => {
  server = spawn(process.execPath, [new URL('../smoke/yWebsocketServer.cjs', import.meta.url).pathname], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = await once(server.stdout, 'data')
  base = `http://127.0.0.1:${String(port).trim()}`
})

after(() => server.kill())

const clientOf = (kind, fileId, i = 0) => createClient({ kind, name: kind, base, fileId, path: '', number: i, seed: i + 1 })
const pair = fileId => ['y-websocket-1', 'y-websocket-3'].map((kind, i) => clientOf(kind, fileId, i))

async function run(clients, content) {
  const result = await converge(clients, { edits: 120, rate: 0, drops: 4, seed: 3, settleMs: 2000, seenMs: 500, content })
  for (const client of clients) client.destroy()
  return result
}

test('old and new providers end with the same text', async () => {
  const clients = pair('same')
  const result = await run(clients, async () => clients[0].text.toString())
  assert.deepEqual(result.faults, [])
  assert.ok(result.edits >= 240 && result.drops === 8 && result.length > 0)
  for (const client of result.clients) assert.ok(client.closeCodes.length >= 2, JSON.stringify(client.closeCodes))
})

test('a server whose own text differs is found', async () => {
  const clients = pair('server')
  const result = await run(clients, async () => clients[0].text.toString() + '!')
  assert.match(result.faults.join(), /content .* differs/)
})

test('a replica that keeps an edit to itself is found', async () => {
  const clients = pair('diverged')
  const [, odd] = clients
  odd.text.toString = () => Object.getPrototypeOf(odd.text).toString.call(odd.text) + '?'
  const result = await run(clients, null)
  assert.match(result.faults.join(), /y-websocket-3 .* differs from y-websocket-1/)
})

test('a cursor that shows an account nobody verified is found', async () => {
  const clients = pair('identity')
  const result = await converge(clients, { edits: 10, rate: 0, drops: 0, seed: 3, settleMs: 1000, seenMs: 500, userId: 'ada' })
  for (const client of clients) client.destroy()
  assert.match(result.faults.join(), /y-websocket-3 sees y-websocket-1 as .*somebody else/)
})

test('saved is what came back, not what was sent', async () => {
  const client = clientOf('y-websocket-1', 'saved')
  client.edit('tokens')
  assert.deepEqual(client.savedTokens(), [])
  client.connect()
  await client.waitSettled(5000)
  client.edit('tokens')
  await client.waitFor(() => client.savedTokens().length > 0, 5000, 'saved')
  client.disconnect()
  const saved = client.savedTokens().length
  client.edit('tokens')
  assert.equal(client.savedTokens().length, saved)
  assert.equal(client.tokens.size, 3)
  client.destroy()
})
