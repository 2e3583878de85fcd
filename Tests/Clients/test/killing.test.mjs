// The verdict of the kill test, against servers that lose, double or never save.
import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { tokenName } from '../lib/editing.mjs'
import { killRounds } from '../lib/killing.mjs'

/** A server of tokens: what is committed survives a kill, unless a fault is planted. */
class FakeServer {
  committed = []
  live = []
  kills = 0
  isUp = true
  constructor({ onKill = committed => committed } = {}) {
    this.onKill = onKill
  }
  async kill() {
    this.isUp = false
    this.kills++
    this.live = this.committed = this.onKill([...this.committed], this.kills)
  }
  async start() {
    this.isUp = true
    return 1
  }
  push(token) {
    this.committed.push(token)
    this.live = this.committed
  }
  text = () => this.live.map(token => token + '\n').join('')
}

class FakeClient extends EventEmitter {
  tokens = new Map()
  saved = []
  connected = true
  synced = true
  constructor(server, { saves = true } = {}) {
    super()
    Object.assign(this, { name: 'fake', server, saves })
  }
  get text() {
    return { toString: this.server.text }
  }
  connect() {}
  async waitSettled() {}
  async waitFor() {}
  brief = () => ({ rejected: [] })
  savedTokens = () => this.saved
  async editMany(count, { signal }) {
    for (let n = 0; !signal.aborted; n++) {
      await new Promise(resolve => setTimeout(resolve, 1))
      if (!this.server.isUp) continue
      const token = tokenName(0, n)
      this.tokens.set(token, n)
      this.server.push(token)
      if (!this.saves) continue
      this.saved.push(token)
      this.emit('saved')
    }
  }
}

async function verdict(server, client = new FakeClient(server)) {
  const gate = { open() {}, shut() {} }
  const options = { server, gate, content: async () => server.text(), rounds: 3, seed: 1, typeMs: [20, 60], settleMs: 100, savedMs: 200 }
  return (await killRounds([client], options)).faults.join('\n')
}

test('a server that keeps its word passes', async () => {
  const server = new FakeServer()
  assert.equal(await verdict(server), '')
  assert.equal(server.kills, 4)
})

test('a saved token that is gone after a kill is found, in its round', async () => {
  const loses = (tokens, kill) => (kill === 2 ? tokens.slice(0, -1) : tokens)
  assert.match(await verdict(new FakeServer({ onKill: loses })), /^round 2: ⟦p00:\d{6}⟧ was saved and is lost/)
})

test('a token that comes back twice is found', async () => {
  const doubles = (tokens, kill) => (kill === 1 ? [...tokens, tokens[0]] : tokens)
  assert.match(await verdict(new FakeServer({ onKill: doubles })), /^round 1: ⟦p00:000000⟧ is there 2 times/)
})

test('a server that loses its memory at the very end is found', async () => {
  const forgets = (tokens, kill) => (kill === 4 ? [] : tokens)
  assert.match(await verdict(new FakeServer({ onKill: forgets })), /at the end: .* was saved and is lost/)
})

test('a server that never says saved does not pass', async () => {
  const server = new FakeServer()
  assert.match(await verdict(server, new FakeClient(server, { saves: false })), /nothing it typed was ever called saved/)
})
