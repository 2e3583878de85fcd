import { describe, expect, it } from "vitest";
import type { User } from "@collabhub/sdk";
import { changeOf, deviceName, externalProblem, formOf, tokenIn } from "../src/account/fields";
import { pathOr } from "../src/state/router";

const ada: User = {
  userId: "u1", email: "ada@example.org", username: "ada", displayName: "Ada", firstName: "Ada", lastName: null, profileImageUrl: null, emailVerified: true,
  isGuest: false, hasPassword: true, externalProvider: null, createdAt: "2026-01-01T00:00:00Z",
};

describe("the profile form", () => {
  it("sends nothing when nothing differs", () => expect(changeOf(ada, formOf(ada))).toBeNull());
  it("sends what differs and clears what was emptied", () =>
    expect(changeOf(ada, { ...formOf(ada), username: "ada2", firstName: " ", lastName: "Lovelace " })).toEqual({ username: "ada2", firstName: null, lastName: "Lovelace" }));
});

describe("a device", () => {
  it.each([
    ["Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on Linux"],
    ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36 Edg/156.0", "Edge on Windows"],
    ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0 Safari/537.36", "Chrome on Linux"],
    ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1", "Safari on iOS"],
    ["my phone", "my phone"], ["x".repeat(100), `${"x".repeat(60)}…`], [null, "Unknown device"], [" ", "Unknown device"],
  ])("%s is called %s", (info, name) => expect(deviceName(info)).toBe(name));
});

it("finds the token of a link in the fragment", () => {
  expect(tokenIn("#token=a-b_c")).toBe("a-b_c");
  expect(tokenIn("")).toBe("");
});

it("has a sentence for every refusal of a provider", () => {
  expect(externalProblem("auth.external_denied")).toContain("did not agree");
  expect(externalProblem("anything else")).toContain("Begin again");
});

it.each([["/w/1", "/w/1"], ["//evil.example", "/"], ["/\\evil.example", "/"], ["https://evil.example", "/"], [null, "/"]])(
  "goes on to %s as %s", (path, target) => expect(pathOr(path, "/")).toBe(target));
