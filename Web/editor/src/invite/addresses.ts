/**
 * The addresses in a text as people write and paste them, each once: with commas, semicolons, spaces or line breaks between, also as
 * `Name <address>`, where words without an `@` are names. What is no address stays, for the server to say so.
 */
export function splitAddresses(text: string): string[] {
  const parts = [...text.matchAll(/<([^<>\s]+@[^<>\s]+)>|[^\s,;<>]+/g)];
  const isNamed = parts.some((part) => part[1] !== undefined);
  return [...new Set(parts.map((part) => part[1] ?? part[0]).filter((word) => !isNamed || word.includes("@")))];
}
