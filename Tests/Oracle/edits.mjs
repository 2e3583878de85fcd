// Random edits on a Yjs replica, drawn from a seed.
import * as Y from 'yjs'

export const random = seed => {
  const next = () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const below = n => Math.floor(next() * n)
  const pick = list => list[below(list.length)]
  return { below, pick, chance: p => next() < p }
}

const words = ['a', 'bc', 'hello ', 'x\ny', 'é', 'ß漢', '😀', 'a😀b', '👩‍💻', '\u0000', 'long '.repeat(20)]
const keys = ['k0', 'k1', 'k2', '', 'ключ', '__proto__x']
const names = ['p', 'LI', 'div']

const value = r => r.pick([
  1, -5, 0.5, -0, 1e100, 2 ** 40, true, false, null, undefined, 'text', '😀', 12345678901234567890n % (2n ** 62n), new Uint8Array([1, 2, r.below(256)]),
  [1, [null, 'x']], { a: 1, b: { c: [undefined] } }, []
])

/** Lists of Yjs take these two only inside of other values. */
const element = r => {
  const one = value(r)
  return one === undefined || typeof one === 'bigint' ? [one] : one
}

/** A position in a text that does not lie inside of a surrogate pair, unless that is wanted. */
const place = (r, text, length, cutPairs) => {
  const at = r.below(length + 1)
  if (cutPairs) return at
  const units = units16(text)
  return at > 0 && at < units.length && units[at - 1] === 'h' && units[at] === 'l' ? at + 1 : at
}
const units16 = text => {
  const units = []
  for (const { insert } of text.toDelta()) {
    if (typeof insert !== 'string') { units.push('.'); continue }
    for (let i = 0; i < insert.length; i++) {
      const c = insert.charCodeAt(i)
      units.push(c >= 0xd800 && c < 0xdc00 ? 'h' : c >= 0xdc00 && c < 0xe000 ? 'l' : '.')
    }
  }
  return units
}

const editText = (r, text, rich, cutPairs) => {
  const length = text.length
  const at = place(r, text, length, cutPairs)
  if (length > 0 && r.chance(0.35)) {
    const end = Math.min(length, place(r, text, length, cutPairs))
    const [from, to] = at < end ? [at, end] : [end, at]
    const most = cutPairs ? Math.min(to, from + 8) : to
    if (most > from && (cutPairs || to - from < 12 || r.chance(0.2))) text.delete(from, most - from)
    return
  }
  if (!rich || r.chance(0.5)) { text.insert(at, r.pick(words)); return }
  const roll = r.below(5)
  if (roll === 0) text.insertEmbed(at, r.pick([{ img: 'x' }, { n: [1, '😀'] }]))
  else if (roll === 1) text.insert(at, r.pick(words), { bold: r.pick([true, null]) })
  else if (roll === 2) text.applyDelta([{ retain: at }, { insert: 'delta', attributes: { color: r.pick(['red', 'blue']) } }].filter(d => d.retain !== 0))
  else {
    const end = place(r, text, length, cutPairs)
    const [from, to] = at < end ? [at, end] : [end, at]
    if (to > from) text.format(from, to - from, r.pick([{ bold: true }, { bold: null }, { em: { class: 'c' } }, { color: 'green', bold: true }]))
  }
}

const editMap = (r, map, depth) => {
  const key = r.pick(keys)
  if (r.chance(0.2)) map.delete(key)
  else map.set(key, r.chance(0.25) && depth < 4 ? nested(r) : r.chance(0.03) ? new Y.Doc({ guid: 'guid-' + r.below(9) }) : value(r))
}

const editArray = (r, array, depth) => {
  const length = array.length
  if (length > 0 && r.chance(0.35)) {
    const at = r.below(length)
    array.delete(at, Math.min(length - at, 1 + r.below(3)))
  } else {
    const at = r.below(length + 1)
    if (r.chance(0.2) && depth < 4) array.insert(at, [nested(r)])
    else array.insert(at, Array.from({ length: 1 + r.below(3) }, () => element(r)))
  }
}

const nested = r => r.pick([
  () => new Y.Map([['in', 1]]),
  () => { const array = new Y.Array(); array.insert(0, [1, 2, 3]); return array },
  () => new Y.Text('nested 😀 text')
])()

const editXml = (r, node, depth) => {
  const length = node.length
  if (length > 0 && r.chance(0.25)) { node.delete(r.below(length), 1); return }
  const at = r.below(length + 1)
  if (r.chance(0.3)) node.insert(at, [new Y.XmlText(r.pick(words))])
  else if (depth < 6) {
    const element = new Y.XmlElement(r.pick(names))
    if (r.chance(0.5)) element.setAttribute(r.pick(['id', 'class']), r.pick(['1', 'ü']))
    node.insert(at, [element])
  }
}

/** A type to edit: the root, or something living below it. */
const descend = (r, type) => {
  let depth = 0
  while (r.chance(0.6)) {
    const children = type instanceof Y.Map ? [...type.values()] : type instanceof Y.Text ? [] : type.toArray()
    const types = children.filter(c => c instanceof Y.AbstractType)
    if (types.length === 0) break
    type = r.pick(types)
    depth++
  }
  return { type, depth }
}

const editAny = (r, root, rich, cutPairs) => {
  const { type, depth } = descend(r, root)
  if (type instanceof Y.Text) editText(r, type, rich, cutPairs)
  else if (type instanceof Y.Map) editMap(r, type, depth)
  else if (type instanceof Y.XmlElement && r.chance(0.3)) type.setAttribute(r.pick(['id', 'href']), r.pick(['v', '😀']))
  else if (type instanceof Y.XmlFragment) editXml(r, type, depth)
  else editArray(r, type, depth)
}

const profiles = {
  text: (r, doc, cutPairs) => editText(r, doc.getText('t'), false, cutPairs),
  rich: (r, doc, cutPairs) => editText(r, doc.getText('t'), true, cutPairs),
  map: (r, doc, cutPairs) => editAny(r, doc.getMap('m'), false, cutPairs),
  array: (r, doc, cutPairs) => editAny(r, doc.getArray('a'), false, cutPairs),
  xml: (r, doc, cutPairs) => editAny(r, doc.getXmlFragment('x'), true, cutPairs)
}

export const edit = ({ doc, undo }, seed, count, profile, cutPairs) => {
  const r = random(seed)
  for (let left = count; left > 0; left--) {
    const kind = profile === 'mixed' ? r.pick(Object.keys(profiles)) : profile
    if (r.chance(0.04)) undo.undo()
    else if (r.chance(0.02)) undo.redo()
    else doc.transact(() => { for (let n = 1 + r.below(3); n > 0; n--) profiles[kind](r, doc, cutPairs) }, r.chance(0.5) ? 'undoable' : null)
  }
}
