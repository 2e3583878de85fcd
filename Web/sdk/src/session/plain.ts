/**
 * Times arrive as strings over JSON, and as `Date` over MessagePack; this gives strings either way, so that one set of types
 * describes both. Bytes are left alone.
 */
export function plain<T>(value: unknown): T {
  return convert(value) as T;
}

function convert(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(convert);
  if (value === null || typeof value !== "object" || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, convert(inner)]));
}
