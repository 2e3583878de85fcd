import { differences, doubled, lost, torn } from './checks.mjs'
import { turn } from './editorClient.mjs'
import { between, pick, seeded } from './random.mjs'

/**
 * Kills the server while the clients type tokens: at random moments, and every other time in the very moment in which a client
 * hears `saved`, where a server that promises too early is caught. After each start, and before any client may come back and
 * bring what it remembers, the server's own text must hold every token that was called saved, and none twice. A fault ends it there,
 * so that what is stored can be looked at.
 * @param server `{ start(): ms, kill() }`
 * @param gate `{ open(), shut() }`, between the clients and the server
 * @param content the server's own text, past the gate
 * @returns `{ faults, rounds, typed, saved, clients }`; all is well when `faults` is empty
 */
export async function killRounds(clients, { server, gate, content, rounds, seed, rate = 20, typeMs = [200, 1500], settleMs = 60_000, savedMs = 3000, log = () => {} }) {
  const random = seeded(seed)
  const faults = []
  const seen = []
  const stop = new AbortController()
  gate.open()
  for (const client of clients) client.connect()
  await Promise.all(clients.map(client => client.waitSettled(settleMs)))
  const typing = Promise.all(clients.map(client => client.editMany(Infinity, { rate, mode: 'tokens', signal: stop.signal })))
  for (let round = 1; round <= rounds; round++) {
    const typedMs = between(random, ...typeMs)
    await turn(typedMs)
    const at = round % 2 === 0 ? await nextSaved(pick(random, clients), savedMs) : 'random'
    const result = { round, typedMs, at, ...(await killAndLook(clients, server, gate, content)) }
    log(result)
    seen.push(result)
    faults.push(...result.faults.map(fault => `round ${round}: ${fault}`))
    if (result.faults.length > 0) break
    gate.open()
    const back = await Promise.allSettled(clients.map(client => client.waitFor(() => client.connected && client.synced, settleMs, 'back')))
    faults.push(...reasons(back).map(fault => `round ${round}: ${fault}`))
  }
  stop.abort()
  await typing
  if (faults.length > 0) return report()
  faults.push(...reasons(await Promise.allSettled(clients.map(client => client.waitSettled(settleMs)))))
  faults.push(...(await atRest(clients, content, settleMs)))
  const last = await killAndLook(clients, server, gate, content)
  faults.push(...last.faults.map(fault => `at the end: ${fault}`))
  return report()

  function report() {
    return { faults, rounds: seen, typed: typedBy(clients).length, saved: savedBy(clients).length, clients: clients.map(client => client.brief()) }
  }
}

// Resolves at once when this client hears `saved`; not waiting for ever, because a client may be on its way back.
function nextSaved(client, ms) {
  return new Promise(resolve => {
    const heard = () => {
      clearTimeout(timer)
      resolve('saved')
    }
    const timer = setTimeout(() => {
      client.off('saved', heard)
      resolve('nothing saved')
    }, ms)
    client.once('saved', heard)
  })
}

async function killAndLook(clients, server, gate, content) {
  await server.kill()
  gate.shut()
  const startMs = await server.start()
  // The gate is shut: what the clients were told is all they will be told of this life of the server.
  const saved = savedBy(clients)
  const cold = await content()
  return { startMs, typed: typedBy(clients).length, saved: saved.length, length: cold.length, faults: [...lost(saved, cold), ...doubled(cold), ...torn(cold)] }
}

async function atRest(clients, content, settleMs) {
  const end = Date.now() + settleMs
  const texts = () => Object.fromEntries(clients.map(client => [client.name, client.text.toString()]))
  while (differences(texts()).length > 0 && Date.now() < end) await turn(50)
  const text = await content()
  const faults = differences({ content: text, ...texts() })
  faults.push(...lost(typedBy(clients), text).map(fault => fault.replace('was saved', 'was typed')), ...doubled(text), ...torn(text))
  for (const client of clients) {
    const { rejected } = client.brief()
    if (rejected.length > 0) faults.push(`${client.name}: rejected ${JSON.stringify(rejected.slice(0, 3))}`)
    // Without this a server that never says saved would pass.
    if (client.savedTokens().length === 0) faults.push(`${client.name}: nothing it typed was ever called saved`)
  }
  return faults
}

const typedBy = clients => clients.flatMap(client => [...client.tokens.keys()])
const savedBy = clients => clients.flatMap(client => client.savedTokens())
const reasons = results => results.filter(result => result.status === 'rejected').map(result => result.reason.message)
