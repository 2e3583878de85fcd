import { differences } from './checks.mjs'
import { turn } from './editorClient.mjs'
import { between, seeded } from './random.mjs'

const AT_REST = 1000

/**
 * Lets the clients type at random, with cut and closed connections and spells offline, then compares everything at rest.
 * @param content the server's own text, or null when there is no such thing
 * @param userId whose account every client's cursor must show, or null when the server vouches for nobody
 * @returns `{ faults, edits, drops, length, ms, clients }`; all is well when `faults` is empty
 */
export async function converge(clients, { edits, rate, drops, seed, content = null, userId = null, settleMs = 60_000, seenMs = 60_000 }) {
  const began = Date.now()
  const random = seeded(seed)
  for (const client of clients) {
    moveCursor(client, 0)
    client.connect()
  }
  await Promise.all(clients.map(client => client.waitSettled(settleMs)))
  let dropped = 0
  const typing = clients.map(async client => {
    // At random places in its own work, so that every run has as many, however fast it goes.
    const cuts = Array.from({ length: drops }, () => between(random, 1, edits - 1)).sort((a, b) => a - b)
    let done = 0
    for (const cut of [...cuts, edits]) {
      await client.editMany(cut - done, { rate })
      done = cut
      if (cut === edits) break
      dropped++
      await interrupt(client, random, rate, settleMs)
    }
  })
  await Promise.all(typing)
  const typedMs = Date.now() - began
  for (const client of clients) client.connect()
  const texts = () => Object.fromEntries(clients.map(client => [client.name, client.text.toString()]))
  const faults = await settle(clients, settleMs)
  // Settled means delivered to the server; the others hear of it a moment later.
  await until(() => differences(texts()).length === 0, settleMs)
  await showCursors(clients, userId, seenMs)
  const seen = texts()
  if (content) seen.content = await content()
  faults.push(...differences(seen))
  for (const client of clients) {
    faults.push(...unseen(client, clients, userId))
    const { rejected, pending, errors } = client.brief()
    if (pending) faults.push(`${client.name}: something it received still waits for what is missing`)
    if (rejected.length > 0) faults.push(`${client.name}: ${rejected.length} edits rejected: ${JSON.stringify(rejected.slice(0, 3))}`)
    for (const error of errors.filter(text => text.startsWith('unknown frame'))) faults.push(`${client.name}: ${error}`)
  }
  return {
    faults,
    edits: clients.reduce((sum, client) => sum + client.edits, 0),
    drops: dropped,
    length: clients[0].text.length,
    ms: { typing: typedMs, all: Date.now() - began },
    clients: clients.map(client => client.brief()),
  }
}

// A cursor that moves is seen. It moves more than once, as cursors do: what a client says in the very moment in which it learns
// what the server holds of it may be lost.
async function showCursors(clients, userId, ms) {
  const end = Date.now() + ms
  do {
    for (const client of clients) moveCursor(client, AT_REST)
    await until(() => clients.every(client => unseen(client, clients, userId).length === 0), Math.min(ms, 1000))
  } while (Date.now() < end && clients.some(client => unseen(client, clients, userId).length > 0))
}

// Under a name that is not its own: a server that vouches writes the verified account over it.
function moveCursor(client, to) {
  client.awareness.setLocalState({ user: { id: 'somebody else', name: 'Nobody' }, cursor: { anchor: to + client.number } })
}

// What `client` does not see of the others' cursors, or sees under a name that nobody verified.
function unseen(client, clients, userId) {
  return clients.filter(other => other !== client).flatMap(other => {
    const state = client.awareness.getStates().get(other.doc.clientID)
    if (state?.cursor?.anchor !== AT_REST + other.number) return [`${client.name} does not see the cursor of ${other.name}: ${JSON.stringify(state)}`]
    return userId && state.user?.id !== userId ? [`${client.name} sees ${other.name} as ${JSON.stringify(state.user)}`] : []
  })
}

async function interrupt(client, random, rate, settleMs) {
  // There must be something to cut; whether it is in sync already is left to chance.
  await client.waitFor(() => client.connected, settleMs, 'connected')
  const how = between(random, 0, 2)
  if (how === 0) return client.drop()
  client.disconnect(how === 1 ? 'abrupt' : 'polite')
  await client.editMany(between(random, 1, 10), { rate })
  client.connect()
}

async function settle(clients, ms) {
  const results = await Promise.allSettled(clients.map(client => client.waitSettled(ms)))
  return results.filter(result => result.status === 'rejected').map(result => result.reason.message)
}

async function until(predicate, ms) {
  const end = Date.now() + ms
  while (!predicate() && Date.now() < end) await turn(50)
}
