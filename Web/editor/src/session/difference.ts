/** The lines of a text from the first to the last that another text does not have there, in UTF-16 units; empty when they are equal. */
export function whereTheyDiffer(text: string, other: string): { from: number; to: number } {
  if (text === other) return { from: text.length, to: text.length };
  const shorter = Math.min(text.length, other.length);
  let same = 0;
  while (same < shorter && text[same] === other[same]) same++;
  let tail = 0;
  while (tail < shorter - same && text[text.length - 1 - tail] === other[other.length - 1 - tail]) tail++;
  if (same === other.length && text[same] === "\n") return { from: same + 1, to: text.length };
  const end = text.indexOf("\n", text.length - tail);
  return { from: text.lastIndexOf("\n", same - 1) + 1, to: end === -1 ? text.length : end };
}
