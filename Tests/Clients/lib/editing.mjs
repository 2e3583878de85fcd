// What the clients type.
import { between, pick } from './random.mjs'

const PIECES = ['a', 'b', 'c', 'x', 'y', ' ', '\n', 'é', '漢', '😀', '👩‍👩‍👧', '🏳️‍🌈', '😁', 'let ', '();', '{}']
const LONG_TEXT = 4000

/** One random insertion or deletion in a Y.Text; never inside a surrogate pair. */
export function editAtRandom(text, random) {
  const now = text.toString()
  const deletes = now.length > 0 && random() < (now.length > LONG_TEXT ? 0.55 : 0.25)
  if (deletes) {
    const from = wholeCharacter(now, between(random, 0, now.length - 1))
    const to = wholeCharacter(now, Math.min(now.length, from + between(random, 1, 12)))
    if (to > from) text.delete(from, to - from)
    else text.delete(from, charLength(now, from))
  } else {
    const at = wholeCharacter(now, between(random, 0, now.length))
    let inserted = ''
    for (let pieces = between(random, 1, 4); pieces > 0; pieces--) inserted += pick(random, PIECES)
    text.insert(at, inserted)
  }
}

/** The name of the n-th token of client number `client`. */
export const tokenName = (client, n) => `⟦p${String(client).padStart(2, '0')}:${String(n).padStart(6, '0')}⟧`

/** Every token in a text, in order. */
export const tokensIn = text => text.match(/⟦p\d{2,}:\d{6,}⟧/g) ?? []

/** Puts a token on a line of its own, at a random line: never inside of another one. */
export function typeToken(text, random, token) {
  const now = text.toString()
  const starts = [0]
  for (let at = now.indexOf('\n'); at >= 0; at = now.indexOf('\n', at + 1)) starts.push(at + 1)
  // The last start is behind the last line feed, where a token is as good as anywhere.
  text.insert(pick(random, starts), token + '\n')
}

/** Puts a token on a line of its own right behind another one, or first: what one client types so keeps its order for everybody. */
export function typeBehind(text, token, last) {
  const at = last === undefined ? -1 : text.toString().indexOf(last)
  text.insert(at < 0 ? 0 : at + last.length + 1, token + '\n')
}

function wholeCharacter(text, at) {
  return at > 0 && at < text.length && isLow(text.charCodeAt(at)) && isHigh(text.charCodeAt(at - 1)) ? at - 1 : at
}

const charLength = (text, at) => (isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1)) ? 2 : 1)
const isHigh = unit => unit >= 0xd800 && unit < 0xdc00
const isLow = unit => unit >= 0xdc00 && unit < 0xe000
