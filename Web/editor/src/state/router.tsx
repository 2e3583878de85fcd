import { useEffect, useState } from "preact/hooks";
import type { ComponentChildren, JSX } from "preact";

const moved = new EventTarget();

/** Goes to a path of this application; `replace` leaves no entry in the history. */
export function navigate(to: string, options: { replace?: boolean } = {}): void {
  if (options.replace === true) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  moved.dispatchEvent(new Event("moved"));
}

/** A path of this application, or `otherwise` for anything that might lead elsewhere. */
export const pathOr = (path: string | null, otherwise: string): string => (path !== null && /^\/(?![/\\])/.test(path) ? path : otherwise);

/** The address shown now; renders again when it changes. */
export function useAddress(): URL {
  const [href, setHref] = useState(window.location.href);
  useEffect(() => {
    const update = (): void => setHref(window.location.href);
    moved.addEventListener("moved", update);
    window.addEventListener("popstate", update);
    window.addEventListener("hashchange", update);
    update(); // effects of children run first, and may have moved on already
    return () => {
      moved.removeEventListener("moved", update);
      window.removeEventListener("popstate", update);
      window.removeEventListener("hashchange", update);
    };
  }, []);
  return new URL(href);
}

interface LinkProps {
  to: string;
  class?: string;
  children: ComponentChildren;
  "aria-current"?: "page" | undefined;
  title?: string;
  "aria-label"?: string;
}

/** A link within the application; a modified click still opens a tab. */
export function Link({ to, children, ...rest }: LinkProps): JSX.Element {
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(to);
  };
  return <a href={to} onClick={follow} {...rest}>{children}</a>;
}
