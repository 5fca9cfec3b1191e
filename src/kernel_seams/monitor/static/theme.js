// Light or dark: what the person chose, else what JupyterLab has around the page, else what the system has.

const ORDER = ["auto", "light", "dark"];

/** Follow the theme; `changed` is called with its name and whether it was chosen. */
export function followTheme(button, changed) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const lab = labBody();
  const apply = () => {
    const chosen = remembered();
    const theme = chosen !== "auto" ? chosen : lab ? (lab.dataset.jpThemeLight === "false" ? "dark" : "light") : system.matches ? "dark" : "light";
    document.documentElement.dataset.theme = theme;
    button.textContent = { auto: "Theme", light: "Light", dark: "Dark" }[chosen];
    changed(theme);
  };
  button.addEventListener("click", () => {
    remember(ORDER[(ORDER.indexOf(remembered()) + 1) % ORDER.length]);
    apply();
  });
  system.addEventListener("change", apply);
  if (lab) new MutationObserver(apply).observe(lab, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  apply();
}

/** The body of the JupyterLab that the page is in, or null. */
function labBody() {
  try {
    const body = window.parent !== window ? window.parent.document.body : null;
    return body && "jpThemeLight" in body.dataset ? body : null;
  } catch {
    return null; // another site's page, which may not be looked into
  }
}

function remembered() {
  return ORDER.includes(recall("theme")) ? recall("theme") : "auto";
}

/** What was remembered under a name, or null; a browser that keeps nothing forgets. */
export function recall(name) {
  try {
    return localStorage.getItem(`seams-monitor-${name}`);
  } catch {
    return null;
  }
}

/** Remember a text under a name, where the browser allows it. */
export function remember(value, name = "theme") {
  try {
    localStorage.setItem(`seams-monitor-${name}`, value);
  } catch {
    // Then not.
  }
}
