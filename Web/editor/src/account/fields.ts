import type { ProfileChange, User } from "@collabhub/sdk";

/** What the profile form holds: texts as typed. */
export interface ProfileForm { username: string; firstName: string; lastName: string; profileImageUrl: string }

export const formOf = (user: User): ProfileForm => ({
  username: user.username, firstName: user.firstName ?? "", lastName: user.lastName ?? "", profileImageUrl: user.profileImageUrl ?? "",
});

/** Only what differs; an emptied text is cleared. Null when nothing differs. */
export function changeOf(user: User, form: ProfileForm): ProfileChange | null {
  const before = formOf(user);
  const change: ProfileChange = {};
  if (form.username !== before.username) change.username = form.username;
  for (const field of ["firstName", "lastName", "profileImageUrl"] as const) {
    const text = form[field].trim();
    if (text !== before[field]) change[field] = text === "" ? null : text;
  }
  return Object.keys(change).length === 0 ? null : change;
}

const browsers: [RegExp, string][] = [
  [/\bEdg\//, "Edge"], [/\bOPR\//, "Opera"], [/\bFirefox\//, "Firefox"], [/\b(Headless)?Chrom(e|ium)\//, "Chrome"], [/\bSafari\//, "Safari"],
];
const systems: [RegExp, string][] = [
  [/\bAndroid\b/, "Android"], [/\b(iPhone|iPad)\b/, "iOS"], [/\bWindows\b/, "Windows"], [/\bMac OS X\b/, "macOS"], [/\bLinux\b/, "Linux"],
];

/** "Firefox on Linux" for a browser's user agent; what clients call themselves stays as it is. */
export function deviceName(info: string | null): string {
  if (info === null || info.trim() === "") return "Unknown device";
  const find = (of: [RegExp, string][]): string | undefined => of.find(([pattern]) => pattern.test(info))?.[1];
  const [browser, system] = [find(browsers), find(systems)];
  if (browser === undefined) return info.length > 60 ? `${info.slice(0, 60)}…` : info;
  return system === undefined ? browser : `${browser} on ${system}`;
}

/** The token in the fragment of a mail's link; "" when there is none. */
export const tokenIn = (fragment: string): string => new URLSearchParams(fragment.replace(/^#/, "")).get("token") ?? "";

const sentences: Record<string, string> = {
  "auth.external_denied": "You did not agree at the provider; nothing was changed.",
  "auth.external_unavailable": "The provider does not answer right now. Try again, or sign in in another way.",
};

/** What a person reads when a provider sent the browser back without a code. */
export const externalProblem = (code: string): string => sentences[code] ?? "The provider's answer could not be used. Begin again.";
