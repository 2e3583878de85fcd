import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as Y from 'yjs'
import { editAtRandom, tokenName, tokensIn, typeToken } from '../lib/editing.mjs'
import { seeded } from '../lib/random.mjs'
import { Ranges } from '../lib/ranges.mjs'

test('the same seed gives the same text, and no surrogate pair is ever cut', () => {
  const run = seed => {
    const text = new Y.Doc().getText('content')
    const random = seeded(seed)
    for (let i = 0; i < 3000; i++) {
      editAtRandom(text, random)
      assert.ok(text.toString().isWellFormed?.() ?? !/\ufffd/.test(text.toString()))
    }
    return text.toString()
  }
  assert.equal(run(5), run(5))
  assert.notEqual(run(5), run(6))
  assert.match(run(5), /😀/u)
})

test('tokens of concurrent clients stay whole', () => {
  const docs = [1, 2, 3].map(() => new Y.Doc())
  const random = seeded(9)
  for (let i = 0; i < 200; i++) {
    typeToken(docs[i % 3].getText('content'), random, tokenName(i % 3, i))
    if (i % 7 === 0) for (const from of docs) for (const to of docs) Y.applyUpdate(to, Y.encodeStateAsUpdate(from))
  }
  for (const from of docs) for (const to of docs) Y.applyUpdate(to, Y.encodeStateAsUpdate(from))
  assert.equal(new Set(tokensIn(docs[0].getText('content').toString())).size, 200)
})

test('ranges merge, and tell what is covered', () => {
  const ranges = new Ranges()
  ranges.add(5, 10)
  ranges.add(0, 3)
  assert.ok(!ranges.has(0, 10) && ranges.has(0, 3) && ranges.has(6, 9) && ranges.has(4, 4))
  ranges.add(3, 5)
  assert.ok(ranges.has(0, 10) && !ranges.has(0, 11))
  assert.deepEqual(ranges.toJSON(), [[0, 10]])
})
