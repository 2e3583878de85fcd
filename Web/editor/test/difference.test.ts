import { describe, expect, it } from "vitest";
import { whereTheyDiffer } from "../src/session/difference";

const marked = (text: string, other: string): string => {
  const { from, to } = whereTheyDiffer(text, other);
  return text.slice(from, to);
};

describe("where a refused text differs", () => {
  it.each<[string, string, string]>([
    ["a line was added at the end", "one\ntwo\nmine", "one\ntwo"],
    ["a line was added at the beginning", "mine\none", "one"],
    ["a word was typed into a line", "one\ntwo mine\nthree", "one\ntwo\nthree"],
    ["something was deleted from a line", "one\ntw\nthree", "one\ntwo\nthree"],
    ["an emoji was replaced by a like one", "one\n😀\nthree", "one\n😁\nthree"],
    ["repeated letters", "aaaa", "aaa"],
    ["the other is empty", "all of it\nis mine", ""],
  ])("%s: whole lines", (_, text, other) => {
    const part = marked(text, other);
    expect(part).not.toBe("");
    expect(text.split("\n").join("|").includes(part.split("\n").join("|"))).toBe(true);
    // What is outside of it is the other's.
    const { from, to } = whereTheyDiffer(text, other);
    expect(`${other}\n`.startsWith(text.slice(0, from))).toBe(true);
    expect(other.endsWith(text.slice(to))).toBe(true);
    expect(from === 0 || text[from - 1] === "\n").toBe(true);
    expect(to === text.length || text[to] === "\n").toBe(true);
  });

  it("is nowhere when they are equal", () => expect(marked("same\ntext", "same\ntext")).toBe(""));
  it("leaves out the line before one that was added", () => expect(marked("one\ntwo\nmine", "one\ntwo")).toBe("mine"));
  it("leaves out the lines before and after", () => expect(marked("one\ntwo mine\nthree", "one\ntwo\nthree")).toBe("two mine"));
});
