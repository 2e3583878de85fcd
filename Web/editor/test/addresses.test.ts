import { describe, expect, it } from "vitest";
import { splitAddresses } from "../src/invite/addresses";

describe("addresses", () => {
  it.each([
    ["a@x.org", ["a@x.org"]],
    [" a@x.org, b@x.org;c@x.org\nd@x.org\r\n a@x.org ", ["a@x.org", "b@x.org", "c@x.org", "d@x.org"]],
    ["Ada Lovelace <ada@x.org>, \"Hopper, Grace\" <grace@x.org>, tim@x.org", ["ada@x.org", "grace@x.org", "tim@x.org"]],
    ["a@x.org nobody", ["a@x.org", "nobody"]],
    [" ,; ", []],
  ])("are taken out of %j", (text, addresses) => expect(splitAddresses(text)).toEqual(addresses));
});
