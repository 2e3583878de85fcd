import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differences, doubled, lost, torn } from '../lib/checks.mjs'
import { tokenName, tokensIn } from '../lib/editing.mjs'

const tokens = Array.from({ length: 50 }, (_, i) => tokenName(i % 4, i))
const text = tokens.join('\n') + '\n'

test('a text with every token once has no fault', () => {
  assert.deepEqual(tokensIn(text), tokens)
  assert.deepEqual([...lost(tokens, text), ...doubled(text), ...torn(text)], [])
})

test('a saved token that is not in the text is found', () => {
  const without = text.replace(tokens[17] + '\n', '')
  assert.deepEqual(lost(tokens, without), [`${tokens[17]} was saved and is lost`])
  assert.deepEqual(lost(tokens.filter(token => token !== tokens[17]), without), [])
})

test('what one client lost in a row is told at once', () => {
  const saved = ['p00:000001', 'p00:000002', 'p00:000003', 'p00:000007', 'p01:000001'].map(name => `⟦${name}⟧`)
  assert.deepEqual(lost(saved, '⟦p00:000003⟧\n'), ['⟦p00:000001⟧ to ⟦p00:000002⟧ (2) was saved and is lost', '⟦p00:000007⟧ was saved and is lost', '⟦p01:000001⟧ was saved and is lost'])
})

test('a token that is there twice is found', () => {
  assert.deepEqual(doubled(text + tokens[3] + '\n'), [`${tokens[3]} is there 2 times`])
})

test('a torn token is found, and counts as lost', () => {
  const broken = text.replace(tokens[5], tokens[5].slice(0, 4) + 'x' + tokens[5].slice(4))
  assert.equal(torn(broken).length, 1)
  assert.equal(lost(tokens, broken).length, 1)
})

test('a replica that differs is named with the place', () => {
  assert.deepEqual(differences({ a: 'same 😀', b: 'same 😀' }), [])
  const [fault, ...more] = differences({ a: 'same', b: 'same', content: 'sane' })
  assert.match(fault, /^content \(4\) differs from a \(4\) at 2/)
  assert.deepEqual(more, [])
})
