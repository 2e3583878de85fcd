// What clients did and saw, with times in ms, for tests that judge afterwards.
import { tokensIn } from './editing.mjs'

const now = () => performance.timeOrigin + performance.now()

export class Recorder {
  #events = []

  /** Notes what a client types (`typed`), hears to be saved (`saved`), receives (`seen`), and when it is out of sync (`down`, `up`). */
  watch(client) {
    const note = (kind, details) => this.#events.push({ t: now(), kind, client: client.name, ...details })
    const unsaved = new Map()
    let isUp = null
    client.on('typed', (token, mark) => {
      unsaved.set(token, mark)
      note('typed', { token })
    })
    const look = () => {
      for (const [token, mark] of unsaved) {
        if (!client.isSaved(mark)) continue
        unsaved.delete(token)
        note('saved', { token })
      }
    }
    client.on('saved', look)
    client.on('change', () => {
      const up = client.connected && client.synced
      if (up === isUp) return
      isUp = up
      note(up ? 'up' : 'down')
    })
    client.text.observe((event, transaction) => {
      if (transaction.local) return
      for (const { insert } of event.delta) {
        if (typeof insert === 'string') for (const token of tokensIn(insert)) note('seen', { token })
      }
    })
  }

  /** Everything since it was asked last. */
  take() {
    const events = this.#events
    this.#events = []
    return events
  }
}
