// What each stock client does when it is refused, when its access ends, and when its token runs out; prints a table in Markdown.
// node behaviour.mjs --data DIR -- dotnet CollabHub.Hubs.dll    takes about four minutes: a token lives one at least; [--kinds K,K]
import { parseArgs } from 'node:util'
import { Api } from './lib/api.mjs'
import { createClient, KINDS } from './lib/clients.mjs'
import { turn } from './lib/editorClient.mjs'
import { startServer } from './lib/server.mjs'

const WATCH_MS = 12_000
const TOKEN_MS = 60_000
const GRACE_MS = 60_000

const { values, positionals } = parseArgs({ allowPositionals: true, options: { data: { type: 'string' }, json: { type: 'boolean', default: false }, kinds: { type: 'string', default: KINDS.join(',') } } })
const server = await startServer([...positionals, '--Auth:AccessTokenMinutes', '1', '--Limits:ConnectionsPerUser', '1000'], values.data)
const owner = await Api.guest(server.base, 'Owner')
const place = await owner.createFile({ content: 'text\n' })

/** A guest with a role in the session, and one client of a kind that acts for it. */
async function enter(kind, role) {
  const guest = await Api.guest(server.base, `${kind} ${role ?? 'stranger'}`)
  if (role) {
    const { link } = await owner.post(`/api/sessions/${place.sessionId}/invitations`, { role })
    await guest.post(`/api/invitations/by-token/${link.split('token=')[1]}/accept`, {})
  }
  const client = createClient({ base: server.base, token: guest.token, fileId: place.fileId, kind, name: `${kind} ${role}`, seed: 1 })
  return { guest, client }
}

const parts = client => ({
  closed: [...client.closeCodes],
  denied: [...(client.details().denied ?? [])],
  ended: [...(client.details().closedBy ?? [])],
  rejected: client.rejected.map(one => one.code),
  errors: [...client.errors],
})

/** What happened to a client since `before`, in a few words. */
function since(client, before) {
  const now = parts(client)
  const fresh = name => [...new Set(now[name].slice(before[name].length).map(String))].map(short)
  const told = ['denied', 'ended', 'rejected', 'errors'].flatMap(fresh)
  const attempts = now.closed.length - before.closed.length
  return { told, closed: fresh('closed'), attempts, connected: client.connected }
}

const short = text => text.replace(/^.*HubException: /, '').replace(/^.*(WebSocket closed with status code: \d+).*$/, '$1').slice(0, 80)

async function watch(client, action, ms = WATCH_MS) {
  const before = parts(client)
  await action()
  await turn(ms)
  return since(client, before)
}

const quietly = work => work.catch(error => console.error(String(error)))

async function rows(kind) {
  const result = {}
  const stranger = await enter(kind, null)
  result.refused = await watch(stranger.client, () => stranger.client.connect())
  stranger.client.destroy()

  const viewer = await enter(kind, 'viewer')
  viewer.client.connect()
  await quietly(viewer.client.waitSettled(20_000))
  result.readOnly = await watch(viewer.client, () => viewer.client.type('graffiti'), 3000)
  result.removed = await watch(viewer.client, () => fetch(`${server.base}/api/sessions/${place.sessionId}/participants/${viewer.guest.userId}`, {
    method: 'DELETE', headers: { authorization: `Bearer ${owner.token}` },
  }))
  viewer.client.destroy()

  const editor = await enter(kind, 'editor')
  editor.client.connect()
  await quietly(editor.client.waitSettled(20_000))
  result.expired = await watch(editor.client, () => turn(TOKEN_MS + GRACE_MS + 15_000))
  editor.client.destroy()
  return { kind, ...result }
}

const table = await Promise.all(values.kinds.split(',').map(rows))
await server.kill()
if (values.json) console.log(JSON.stringify(table, null, 1))
const cell = ({ told, closed, attempts, connected }) => [
  told.length > 0 ? `told ${told.map(one => `\`${one}\``).join(', ')}` : 'told nothing',
  closed.length > 0 ? `closed ${closed.join(', ')} (${attempts} times)` : 'stays open',
  connected ? 'connected' : 'away',
].join('; ')
console.log('| client | stranger | viewer types | removed | token runs out |\n|---|---|---|---|---|')
for (const row of table) console.log(`| ${row.kind} | ${cell(row.refused)} | ${cell(row.readOnly)} | ${cell(row.removed)} | ${cell(row.expired)} |`)
process.exit(0)
