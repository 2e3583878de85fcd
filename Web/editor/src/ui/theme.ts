import { useEffect, useState } from "preact/hooks";

type Theme = "light" | "dark";
const key = "collabhub.theme";

function current(): Theme {
  const chosen = document.documentElement.dataset["theme"];
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** The theme and a switch between light and dark; without a choice the system's is followed. */
export function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState(current());
  const toggle = (): void => {
    const next = current() === "dark" ? "light" : "dark";
    document.documentElement.dataset["theme"] = next;
    localStorage.setItem(key, next);
    setTheme(next);
  };
  return [theme, toggle];
}

/** The theme in view, whoever changes it: for what is painted rather than styled. */
export function useShownTheme(): Theme {
  const [theme, setTheme] = useState(current());
  useEffect(() => {
    const look = (): void => setTheme(current());
    const system = matchMedia("(prefers-color-scheme: dark)");
    const chosen = new MutationObserver(look);
    chosen.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    system.addEventListener("change", look);
    return () => {
      chosen.disconnect();
      system.removeEventListener("change", look);
    };
  }, []);
  return theme;
}
