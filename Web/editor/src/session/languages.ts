import type { LanguageSupport } from "@codemirror/language";

type Loader = () => Promise<LanguageSupport>;

const javascript = (options: { typescript?: boolean; jsx?: boolean }): Loader =>
  () => import("@codemirror/lang-javascript").then((module) => module.javascript(options));
const html: Loader = () => import("@codemirror/lang-html").then((module) => module.html());
const css: Loader = () => import("@codemirror/lang-css").then((module) => module.css());
const markdown: Loader = () => import("@codemirror/lang-markdown").then((module) => module.markdown());

const byExtension: Record<string, Loader> = {
  js: javascript({ jsx: true }), mjs: javascript({}), cjs: javascript({}), jsx: javascript({ jsx: true }),
  ts: javascript({ typescript: true }), mts: javascript({ typescript: true }), tsx: javascript({ typescript: true, jsx: true }),
  py: () => import("@codemirror/lang-python").then((module) => module.python()),
  html, htm: html, svg: html, xml: html, css,
  json: () => import("@codemirror/lang-json").then((module) => module.json()),
  md: markdown, markdown,
};

/** The highlighting for a path, by its extension; null shows plain text. Loaded when first needed. */
export function languageFor(path: string): Loader | null {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return dot < 0 ? null : byExtension[name.slice(dot + 1).toLowerCase()] ?? null;
}
