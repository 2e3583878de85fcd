// What must hold. Pure: each check gives a list of faults, empty when all is well.
import { tokensIn } from './editing.mjs'

/** Replicas by name, all of which must hold the same text. */
export function differences(texts) {
  const entries = Object.entries(texts)
  const [[firstName, first]] = entries
  return entries.filter(([, text]) => text !== first).map(([name, text]) => `${name} (${text.length}) differs from ${firstName} (${first.length}) at ${firstDifference(text, first)}`)
}

/** Saved tokens that are not in the text; those of one client that follow each other are one fault. */
export function lost(saved, text) {
  const present = new Set(tokensIn(text))
  const runs = []
  let before = null
  for (const token of saved) {
    const client = present.has(token) ? null : token.slice(0, token.indexOf(':'))
    if (client !== null && client === before) runs.at(-1).push(token)
    else if (client !== null) runs.push([token])
    before = client
  }
  return runs.map(run => (run.length === 1 ? `${run[0]} was saved and is lost` : `${run[0]} to ${run.at(-1)} (${run.length}) was saved and is lost`))
}

/** Tokens that are in the text more than once. */
export function doubled(text) {
  const times = new Map()
  for (const token of tokensIn(text)) times.set(token, (times.get(token) ?? 0) + 1)
  return [...times].filter(([, count]) => count > 1).map(([token, count]) => `${token} is there ${count} times`)
}

/** What is left of a text of tokens on lines of their own besides whole tokens: torn ones. */
export function torn(text) {
  const rest = text.replace(/⟦p\d{2,}:\d{6,}⟧\n/g, '')
  return rest === '' ? [] : [`not whole: ${JSON.stringify(rest.slice(0, 80))}`]
}

function firstDifference(a, b) {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return `${at}: ${JSON.stringify(a.slice(Math.max(0, at - 10), at + 20))} / ${JSON.stringify(b.slice(Math.max(0, at - 10), at + 20))}`
}
